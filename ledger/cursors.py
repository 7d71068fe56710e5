"""Cursors: how far a follower of the log has come in each part, moved by one at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from ledger.statements import compiled
from ledger.tables import cursors, heads

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
        self._positions = compiled(_positions, is_sqlite=store.is_sqlite)
        self._behind = compiled(_behind, is_sqlite=store.is_sqlite)
        self._reach = compiled(_reach, is_sqlite=store.is_sqlite)
        self._held = compiled(_held, is_sqlite=store.is_sqlite)
        self._passed = compiled(_passed, is_sqlite=store.is_sqlite)
        self._moved = compiled(_moved, is_sqlite=store.is_sqlite)

    def begin(self, parts: Iterable[int], *, after: Mapping[int, int] | None = None) -> None:
        """Begin each new part before its first event, or after a position; the others stay."""
        begun = after or {}
        rows = [
            {"reader": self._follower, "part": part, "pos": begun.get(part, 0)} for part in parts
        ]
        insert = sqlite.insert if self._store.is_sqlite else postgresql.insert
        with self._store.writing() as conn:
            conn.execute(insert(cursors).on_conflict_do_nothing(), rows)

    def positions(self) -> dict[int, int]:
        """Give the position reached in each part."""
        with self._store.asking() as driver:
            return dict(self._positions.run(driver, {"reader": self._follower}).fetchall())

    def behind(self) -> dict[int, tuple[int, int]]:
        """Give position and end of each part that has something new."""
        with self._store.asking() as driver:
            rows = self._behind.run(driver, {"reader": self._follower}).fetchall()
        return {part: (reached, head) for part, reached, head in rows}

    def reach(self, part: int) -> tuple[int, int]:
        """Give the position reached in a part, and the last one there is."""
        with self._store.asking() as driver:
            row = self._reach.run(driver, {"reader": self._follower, "part": part}).fetchone()
        return (row[0] or 0, row[1]) if row else (0, 0)

    @contextmanager
    def hold(self, part: int) -> Iterator[Held | None]:
        """Hold a part's cursor; None when another follower does."""
        if self._store.is_sqlite:
            with self._store.asking() as driver:
                position = self._position(driver, part)
            yield None if position is None else Held(part, position, None)
            return
        with self._store.writing() as conn:
            position = self.held_in(conn, part)
            yield None if position is None else Held(part, position, conn)

    def move(self, held: Held, to: int) -> bool:
        """Move on; False, and nothing is moved, when another did since it was held."""
        if held.conn is not None:
            return self.moved_in(held.conn, held.part, after=held.position, to=to)
        with self._store.recording() as driver:
            return self._move(driver, held.part, held.position, to)

    def pass_by(self, part: int, *, after: int, to: int) -> bool:
        """Move past what nobody wants to hear; False when another holds it or moved since.

        Nothing is done meanwhile, so the cursor need not be held.
        """
        values = {"reader": self._follower, "part": part, "after": after, "to": to}
        recording = self._store.recording if self._store.is_sqlite else self._store.at_once
        with recording() as driver:
            return bool(self._passed.run(driver, values).rowcount == 1)

    def held_in(self, conn: sa.Connection, part: int) -> int | None:
        """Lock a part's cursor until the transaction ends; None when another holds it."""
        return self._position(conn.connection.driver_connection, part)

    def moved_in(self, conn: sa.Connection, part: int, *, after: int, to: int) -> bool:
        """Move on in the caller's transaction; False when it no longer stood at ``after``."""
        return self._move(conn.connection.driver_connection, part, after, to)

    def _position(self, driver: Any, part: int) -> int | None:
        found = self._held.run(driver, {"reader": self._follower, "part": part}).fetchone()
        return None if found is None else int(found[0])

    def _move(self, driver: Any, part: int, after: int, to: int) -> bool:
        values = {"reader": self._follower, "part": part, "after": after, "to": to}
        return bool(self._moved.run(driver, values).rowcount == 1)


def _positions() -> sa.Select[tuple[int, int]]:
    return sa.select(cursors.c.part, cursors.c.pos).where(_given("reader"))


def _behind() -> sa.Select[tuple[int, int, int]]:
    mine = sa.and_(cursors.c.part == heads.c.part, _given("reader"))
    reached = sa.func.coalesce(cursors.c.pos, sa.literal_column("0", sa.Integer))
    query = sa.select(heads.c.part, reached, heads.c.pos).select_from(
        heads.outerjoin(cursors, mine)
    )
    return query.where(heads.c.pos > reached)


def _reach() -> sa.Select[tuple[int, int]]:
    mine = sa.and_(cursors.c.part == heads.c.part, _given("reader"))
    query = sa.select(cursors.c.pos, heads.c.pos).select_from(heads.outerjoin(cursors, mine))
    return query.where(heads.c.part == _value("part", "part"))


def _held() -> sa.Select[tuple[int]]:
    """SQLite, which has one lock for all, writes no FOR UPDATE."""
    there = sa.and_(_given("reader"), _given("part"))
    return sa.select(cursors.c.pos).where(there).with_for_update(skip_locked=True)


def _moved() -> sa.Update:
    there = sa.and_(_given("reader"), _given("part"), cursors.c.pos == _value("after", "pos"))
    return sa.update(cursors).where(there).values(pos=_value("to", "pos"))


def _passed() -> sa.Update:
    """Whoever follows up what it holds may take its time: nobody waits for it here."""
    mine = cursors.alias("mine")
    there = (
        mine.c.reader == _value("reader", "reader"),
        mine.c.part == _value("part", "part"),
        mine.c.pos == _value("after", "pos"),
    )
    free = sa.select(mine.c.part).where(*there).with_for_update(skip_locked=True)
    passed = sa.update(cursors).where(_given("reader"), cursors.c.part.in_(free))
    return passed.values(pos=_value("to", "pos"))


def _given(column: str) -> sa.ColumnElement[bool]:
    return cursors.c[column] == _value(column, column)


def _value(name: str, column: str) -> sa.BindParameter[Any]:
    return sa.bindparam(name, type_=cursors.c[column].type)
