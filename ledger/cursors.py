"""Cursors: how far a follower of the log has come in each part, moved by one at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from ledger.tables import cursors

if TYPE_CHECKING:
    from ledger.store import Store


@dataclass(frozen=True, slots=True)
class Held:
    """A part's cursor while it is held; ``conn`` is the transaction that holds it, if one does."""

    part: int
    position: int
    conn: sa.Connection | None


class Cursors:
    """The cursors of one follower, whose name they bear.

    On PostgreSQL a held cursor keeps other followers of the same name off the part. SQLite has
    one writer process, and its single lock is needed for the commands that are sent meanwhile.
    """

    def __init__(self, store: Store, follower: str) -> None:
        """Keep the store; nothing is read yet."""
        self._store = store
        self._follower = follower

    def begin(self, parts: Iterable[int]) -> None:
        """Begin each new part before its first event; those begun stay where they are."""
        rows = [{"reader": self._follower, "part": part, "pos": 0} for part in parts]
        insert = sqlite.insert if self._store.is_sqlite else postgresql.insert
        with self._store.writing() as conn:
            conn.execute(insert(cursors).on_conflict_do_nothing(), rows)

    def positions(self) -> dict[int, int]:
        """Give the position reached in each part."""
        query = sa.select(cursors.c.part, cursors.c.pos).where(cursors.c.reader == self._follower)
        with self._store.reading() as conn:
            return {row.part: row.pos for row in conn.execute(query)}

    @contextmanager
    def hold(self, part: int) -> Iterator[Held | None]:
        """Hold a part's cursor; None when another follower does."""
        query = sa.select(cursors.c.pos).where(self._of(part))
        if self._store.is_sqlite:
            with self._store.reading() as conn:
                position = conn.scalar(query)
            yield None if position is None else Held(part, position, None)
            return
        with self._store.writing() as conn:
            position = conn.scalar(query.with_for_update(skip_locked=True))
            yield None if position is None else Held(part, position, conn)

    def move(self, held: Held, to: int) -> bool:
        """Move on; False, and nothing is moved, when another did since it was held."""
        if held.conn is not None:
            return self._move(held.conn, held, to)
        with self._store.writing() as conn:
            return self._move(conn, held, to)

    def _move(self, conn: sa.Connection, held: Held, to: int) -> bool:
        there = sa.and_(self._of(held.part), cursors.c.pos == held.position)
        return conn.execute(sa.update(cursors).where(there).values(pos=to)).rowcount == 1

    def _of(self, part: int) -> sa.ColumnElement[bool]:
        return sa.and_(cursors.c.reader == self._follower, cursors.c.part == part)
