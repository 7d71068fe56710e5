"""The digest of a read model: equal digests, equal rows."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import msgspec
import sqlalchemy as sa

if TYPE_CHECKING:
    from ledger.store import Store
    from projections.reading import Tables

_AT_ONCE = 5_000
_encode = msgspec.json.Encoder().encode


def digest(store: Store, tables: Tables) -> str:
    """Give the SHA-256 of all rows in the order of their keys, the same on every database."""
    found = sha256()
    with store.reading() as conn:
        for short in sorted(tables):
            found.update(f"{short}\n".encode())
            for line in _lines(conn, tables[short]):
                found.update(line)
    return found.hexdigest()


def _lines(conn: sa.Connection, table: sa.Table) -> Iterator[bytes]:
    byte_order = "BINARY" if conn.dialect.name == "sqlite" else "C"
    keys = [_in_byte_order(column, byte_order) for column in table.primary_key.columns]
    query = sa.select(table).order_by(*keys)
    for row in conn.execute(query).yield_per(_AT_ONCE):
        yield _encode(tuple(row)) + b"\n"


def _in_byte_order(column: sa.Column[Any], collation: str) -> sa.ColumnElement[Any]:
    return column.collate(collation) if isinstance(column.type, sa.String) else column
