"""The rows a batch of facts touches: read once, changed in memory, written once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Generic, TypeAlias, TypeVar

import sqlalchemy as sa

from projections.reading import Told

Value: TypeAlias = object  # what a column holds; the table's types watch over it
Row: TypeAlias = dict[str, Value]
K = TypeVar("K", int, str)

_AT_ONCE = 1_000


class Touched(Generic[K]):
    """Rows by the key of the stream that owns them."""

    def __init__(self, conn: sa.Connection, table: sa.Table, *, key: str) -> None:
        """Begin empty."""
        self._conn = conn
        self._table = table
        self._key = table.c[key]
        self._read: set[K] = set()
        self.rows: dict[K, list[Row]] = {}

    def read(self, keys: Iterable[K]) -> None:
        """Read the rows of streams that were told of in earlier batches."""
        wanted = sorted(set(keys))
        for start in range(0, len(wanted), _AT_ONCE):
            some = wanted[start : start + _AT_ONCE]
            query = sa.select(self._table).where(self._key.in_(some)).order_by(*self._order())
            for row in self._conn.execute(query).mappings():
                self.rows.setdefault(row[self._key.name], []).append(dict(row))
        self._read.update(wanted)

    def of(self, key: K) -> list[Row]:
        """Give the rows of a key to be changed in place."""
        return self.rows.setdefault(key, [])

    def write(self) -> None:
        """Write every row anew."""
        if self._read:
            forget = sa.delete(self._table).where(self._key == sa.bindparam("touched"))
            self._conn.execute(forget, [{"touched": key} for key in sorted(self._read)])
        rows = [row for some in self.rows.values() for row in some]
        if rows:
            self._conn.execute(sa.insert(self._table), rows)

    def _order(self) -> Iterable[sa.ColumnElement[object]]:
        return tuple(self._table.primary_key.columns)


def continued(told: Iterable[Told], key: str) -> set[str]:
    """Give the keys of the streams that began before this batch."""
    known: dict[str, int] = {}
    for one in told:
        known.setdefault(getattr(one.fact, key), one.version)
    return {name for name, version in known.items() if version > 1}
