"""Writing many rows at once, as fast as each database takes them, in the caller's transaction.

Values are given as the driver takes them: ``stored_id`` turns an id into what a column keeps.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa

Row = Sequence[Any]  # what a driver takes: numbers, texts, ids
_COPY = 50


def stored_id(conn: sa.Connection) -> Callable[[UUID], Any]:
    """Give the function that turns an id into the value its column keeps on this database."""
    return _hex if _is_sqlite(conn) else _same


def put(conn: sa.Connection, table: sa.Table, rows: Sequence[Row], *, old: Sequence[Any]) -> None:
    """Insert rows or replace them by key; ``old`` names the first key column of those replaced."""
    if not rows:
        return
    if _is_sqlite(conn) or len(rows) < _COPY:
        _many(conn, _upsert(table, sqlite=_is_sqlite(conn), adding=False), rows)
        return
    if old:
        key = next(iter(table.primary_key.columns)).name
        conn.exec_driver_sql(f"DELETE FROM {table.name} WHERE {key} = ANY(%s)", (list(old),))  # noqa: S608  # names of our own tables
    _copy(conn, table.name, rows)


def add(conn: sa.Connection, table: sa.Table, rows: Sequence[Row]) -> None:
    """Add counts to the rows with these keys; absent ones count 0."""
    if not rows:
        return
    if _is_sqlite(conn) or len(rows) < _COPY:
        _many(conn, _upsert(table, sqlite=_is_sqlite(conn), adding=True), rows)
        return
    beside = f"{table.name}_added"
    conn.exec_driver_sql(
        f"CREATE TEMP TABLE IF NOT EXISTS {beside} (LIKE {table.name}) ON COMMIT DELETE ROWS"
    )
    _copy(conn, beside, rows)
    conn.exec_driver_sql(_upsert(table, sqlite=False, adding=True, source=beside))


def drop(conn: sa.Connection, table: sa.Table, keys: Sequence[Any]) -> None:
    """Delete the rows whose first key column is one of these."""
    if keys:
        key = next(iter(table.primary_key.columns)).name
        mark = _mark(sqlite=_is_sqlite(conn))
        _many(conn, f"DELETE FROM {table.name} WHERE {key} = {mark}", [(one,) for one in keys])  # noqa: S608


def drop_empty(conn: sa.Connection, table: sa.Table, keys: Sequence[Row], *, count: str) -> None:
    """Delete the rows with these keys that count nothing any more."""
    if keys:
        mark = _mark(sqlite=_is_sqlite(conn))
        names = [column.name for column in table.c][: len(keys[0])]
        found = " AND ".join(f"{name} = {mark}" for name in names)
        _many(conn, f"DELETE FROM {table.name} WHERE {found} AND {count} = 0", keys)  # noqa: S608


def _many(conn: sa.Connection, statement: str, rows: Sequence[Row]) -> None:
    conn.exec_driver_sql(statement, [tuple(row) for row in rows])


def _copy(conn: sa.Connection, name: str, rows: Sequence[Row]) -> None:
    driver: Any = conn.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(f"COPY {name} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


@cache
def _upsert(table: sa.Table, *, sqlite: bool, adding: bool, source: str = "") -> str:
    names = [column.name for column in table.c]
    keys = [column.name for column in table.primary_key.columns]
    mark = _mark(sqlite=sqlite)
    given = f"SELECT * FROM {source}" if source else f"VALUES ({', '.join([mark] * len(names))})"  # noqa: S608
    change = ", ".join(
        f"{name} = {table.name}.{name} + excluded.{name}" if adding else f"{name} = excluded.{name}"
        for name in names
        if name not in keys
    )
    return (
        f"INSERT INTO {table.name} ({', '.join(names)}) {given} "
        f"ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {change}"
    )


def _is_sqlite(conn: sa.Connection) -> bool:
    return conn.dialect.name == "sqlite"


def _mark(*, sqlite: bool) -> str:
    return "?" if sqlite else "%s"


def _hex(identifier: UUID) -> str:
    return identifier.hex


def _same(identifier: UUID) -> UUID:
    return identifier
