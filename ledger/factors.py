"""Which time step, counter or moment of a factor was used last: no code counts twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from ledger.tables import factors_used

if TYPE_CHECKING:
    from ledger.store import Store


_MOST_KNOWN = 10_000


class Factors:
    """The last use of each second factor and each key of a machine."""

    def __init__(self, store: Store) -> None:
        """Keep it in this store."""
        self._store = store
        self._noted: dict[tuple[str, str], int] = {}

    def last(self, handle: str, factor: str) -> int | None:
        """Give the last use; None before the first."""
        with self._store.reading() as conn:
            return conn.scalar(sa.select(factors_used.c.last).where(*_is(handle, factor)))

    def note(self, handle: str, factor: str, at: int, *, every: int) -> None:
        """Note a use, but not again within ``every`` of the last.

        A use noted once stays noted, so most calls are answered from what this process knows.
        """
        key = (handle, factor)
        if at - self._noted.get(key, -every) < every:
            return
        last = self.last(handle, factor)
        if last is None or at - last >= every:
            self.use(handle, factor, at)
            last = at
        if len(self._noted) >= _MOST_KNOWN:
            self._noted.clear()
        self._noted[key] = last

    def use(self, handle: str, factor: str, number: int) -> bool:
        """Note a use; False when this or a later one was noted before, whoever raced."""
        insert = (sqlite if self._store.is_sqlite else postgresql).insert(factors_used)
        noted = insert.values(handle=handle, factor=factor, last=number)
        later = noted.on_conflict_do_update(
            index_elements=[factors_used.c.handle, factors_used.c.factor],
            set_={"last": noted.excluded.last},
            where=factors_used.c.last < noted.excluded.last,
        )
        with self._store.writing() as conn:
            return conn.execute(later.returning(factors_used.c.last)).first() is not None


def _is(handle: str, factor: str) -> tuple[sa.ColumnElement[bool], ...]:
    return factors_used.c.handle == handle, factors_used.c.factor == factor
