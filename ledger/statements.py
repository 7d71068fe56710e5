"""The statements of the ledger, compiled once and run with plain values on the driver."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

from ledger.tables import claims, due, events, heads, outbox, vault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

EVENT_COLUMNS = tuple(column.name for column in events.c)
"""part, pos, stream, version, kind, recorded_at, happened_at, area, actor, command_id, body."""

_SQLITE: sa.Dialect = SQLiteDialect_pysqlite()
_POSTGRESQL: sa.Dialect = PGDialect_psycopg(paramstyle="format")  # type: ignore[no-untyped-call]


class Statement:
    """A Core statement as text with its values in order, for one kind of database."""

    def __init__(self, clause: sa.Executable, *, is_sqlite: bool) -> None:
        """Compile; values are given later, by the names of the bind parameters."""
        compiled = clause.compile(dialect=_SQLITE if is_sqlite else _POSTGRESQL)  # type: ignore[attr-defined]
        self.sql = str(compiled)
        self.names: Sequence[str] = compiled.positiontup or ()
        self._fixed: dict[str, object] = {
            name: value for name, value in compiled.params.items() if value is not None
        }

    def run(self, cursor: Any, values: Mapping[str, object]) -> Any:
        """Execute on a cursor of the driver, or on its connection, and give the cursor."""
        given = {**self._fixed, **values} if self._fixed else values
        return cursor.execute(self.sql, [given[name] for name in self.names])

    def run_each(self, cursor: Any, rows: Iterable[Mapping[str, object]]) -> None:
        """Execute once for each row of named values, in one round trip where the driver can."""
        fixed, names = self._fixed, self.names
        self.run_many(cursor, [[({**fixed, **row})[name] for name in names] for row in rows])

    def run_many(self, cursor: Any, rows: Iterable[Sequence[object]]) -> None:
        """Execute once for each row, whose values stand in the order of ``names``."""
        cursor.executemany(self.sql, rows)


@cache
def compiled(clause: Callable[[], sa.Executable], *, is_sqlite: bool) -> Statement:
    """Compile what a function of a module gives, once for all who run it."""
    return Statement(clause(), is_sqlite=is_sqlite)


def _bind(name: str, column: sa.Column[Any]) -> sa.BindParameter[Any]:
    return sa.bindparam(name, type_=column.type)


def _values(table: sa.Table, row: int) -> dict[str, sa.BindParameter[Any]]:
    """Name the values of a row, such as ``due_timer_0``; part and stream are the command's."""
    shared = {"part", "stream"}
    return {
        column.name: _bind(
            column.name if column.name in shared else f"{table.name}_{column.name}_{row}", column
        )
        for column in table.c
        if column.name not in {"claimed_until", "sent_at"}
    }


def put_due(rows: int, *, is_sqlite: bool) -> sa.Insert:
    """Write timers; one that stays as it is keeps its lease."""
    dialect = sqlite if is_sqlite else postgresql
    return _put_due(dialect.insert(due).values([_values(due, row) for row in range(rows)]))


def _put_due(insert: Any) -> sa.Insert:
    same = due.c.due_at == insert.excluded.due_at
    put: sa.Insert = insert.on_conflict_do_update(
        index_elements=[due.c.part, due.c.stream, due.c.timer],
        set_={
            "kind": insert.excluded.kind,
            "due_at": insert.excluded.due_at,
            "claimed_until": sa.case((same, due.c.claimed_until), else_=None),
        },
    )
    return put


def drop_due(kept: int) -> sa.Delete:
    """Drop the timers of a stream but for those that are written again."""
    gone = sa.delete(due).where(
        due.c.part == _bind("part", due.c.part), due.c.stream == _bind("stream", due.c.stream)
    )
    timers = [_bind(f"due_timer_{row}", due.c.timer) for row in range(kept)]
    return gone.where(due.c.timer.not_in(timers)) if timers else gone


def move_head(*, is_sqlite: bool) -> sa.Update:
    """Take the next positions of a part; its recorded time never goes back."""
    later = sa.func.max if is_sqlite else sa.func.greatest
    now = sa.bindparam("now", type_=sa.BigInteger)
    return (
        sa.update(heads)
        .where(heads.c.part == _bind("part", heads.c.part))
        .values(
            pos=heads.c.pos + sa.bindparam("count", type_=sa.Integer),
            recorded_at=later(heads.c.recorded_at, now),
        )
        .returning(heads.c.pos, heads.c.recorded_at)
    )


@cache
def head(*, is_sqlite: bool) -> Statement:
    """Compile the half that moves the head and gives ``pos`` and ``recorded_at``."""
    return Statement(move_head(is_sqlite=is_sqlite), is_sqlite=is_sqlite)


@cache
def plain_insert(table: str, *, is_sqlite: bool) -> Statement:
    """Compile the insert of one row, its values named by the columns."""
    found = {one.name: one for one in (claims, events, outbox, vault)}[table]
    names = [column.name for column in found.c if column.name != "sent_at"]
    clause = sa.insert(found).values({name: _bind(name, found.c[name]) for name in names})
    return Statement(clause, is_sqlite=is_sqlite)


@cache
def due_pair(rows: int, *, is_sqlite: bool) -> tuple[Statement, Statement | None]:
    """Compile what replaces the timers of a stream by as many as ``rows``."""
    put = Statement(put_due(rows, is_sqlite=is_sqlite), is_sqlite=is_sqlite) if rows else None
    return Statement(drop_due(rows), is_sqlite=is_sqlite), put


def _from_head(table: sa.Table, rows: int, taken: sa.CTE) -> Any:
    """Insert rows if the head was taken; parameters are typed, so their union is."""
    named = [_values(table, row) for row in range(rows)]
    selects = [sa.select(*one.values()).select_from(taken) for one in named]
    source = selects[0] if rows == 1 else sa.union_all(*selects)
    return postgresql.insert(table).from_select(list(named[0]), source)


def _moved_on(nth: int) -> sa.Exists:
    later = events.alias(f"s{nth}")
    there = (
        later.c[name] == _bind(f"seen_{name}_{nth}", later.c[name])
        for name in ("part", "stream", "version")
    )
    return sa.exists().where(*there)


@cache
def whole(told: int, timers: int | None, notices: int, words: int, seen: int = 0) -> Statement:
    """Compile a whole command as one statement of PostgreSQL, so one round trip and one commit.

    The head row is the part's turn: the statement waits for it before it writes anything else,
    so writers of one part never deadlock and positions become visible in their order. Where a
    record that was ``seen`` moved on, the head stays and nothing is written: no row is counted.
    """
    moved = [sa.not_(_moved_on(nth)) for nth in range(seen)]
    taken = move_head(is_sqlite=False).where(*moved).cte("h")
    claim = _from_head(claims, 1, taken)
    beside: list[Any] = [_from_head(outbox, notices, taken)] if notices else []
    beside += [_from_head(vault, words, taken)] if words else []
    if timers is not None:
        beside.append(drop_due(timers).where(sa.select(taken.c.pos).exists()))
    beside += [_put_due(_from_head(due, timers, taken))] if timers else []
    last: sa.Insert = claim
    if told:
        beside.append(claim)
        last = append_rows(taken, told)
    named = [clause.cte(f"c{number}") for number, clause in enumerate(beside)]
    return Statement(last.add_cte(*named), is_sqlite=False)


OF_CLAIM = -1
"""What stands first in the row of a claim, where other rows have the number of their stream."""


@cache
def several(streams: int, *, claim: bool, is_sqlite: bool) -> Statement:
    """Compile what reads several streams from a version on, and a claim, in one round trip.

    Rows hold the stream's number, version, topic number, body, position and recorded time; that of
    the claim holds digest and answer, with a space between, in the place of the body.
    """
    asked: list[sa.Select[*tuple[Any, ...]]] = [_of_stream(nth) for nth in range(streams)]
    if claim:
        asked.append(_of_claim())
    clause = asked[0] if len(asked) == 1 else sa.union_all(*asked)
    return Statement(clause, is_sqlite=is_sqlite)


def _of_claim() -> sa.Select[*tuple[Any, ...]]:
    none = sa.literal_column("0", sa.Integer)
    kept = claims.c.digest.concat(sa.literal_column("' '")).concat(claims.c.answer)
    number = sa.literal_column(str(OF_CLAIM), sa.Integer)
    return sa.select(number, none, none, kept, none, none).where(
        claims.c.part == _bind("part", claims.c.part), claims.c.key == _bind("key", claims.c.key)
    )


def _of_stream(nth: int) -> sa.Select[*tuple[Any, ...]]:
    table = events.alias(f"e{nth}")
    columns = (table.c.version, table.c.kind, table.c.body, table.c.pos, table.c.recorded_at)
    return sa.select(sa.literal_column(str(nth)), *columns).where(
        table.c.part == _bind(f"part_{nth}", table.c.part),
        table.c.stream == _bind(f"stream_{nth}", table.c.stream),
        table.c.version >= _bind(f"first_{nth}", table.c.version),
    )


@cache
def append(told: int) -> Statement:
    """Compile the append alone for PostgreSQL: head and events in one statement."""
    taken = move_head(is_sqlite=False).cte("h")
    return Statement(append_rows(taken, told).returning(events.c.pos), is_sqlite=False)


def append_rows(taken: sa.CTE, told: int) -> sa.Insert:
    """Insert rows at the positions that the head gave."""
    rows = [sa.select(*_event(taken, row, told)) for row in range(told)]
    source = rows[0] if told == 1 else sa.union_all(*rows)
    return sa.insert(events).from_select(EVENT_COLUMNS, source)


def _event(taken: sa.CTE, row: int, told: int) -> list[sa.ColumnElement[Any]]:
    given: dict[str, sa.ColumnElement[Any]] = {
        "part": _bind("part", events.c.part),
        "pos": taken.c.pos - sa.literal_column(str(told - 1 - row)),
        "recorded_at": taken.c.recorded_at,
    }
    return [
        given[name] if name in given else _bind(f"events_{name}_{row}", events.c[name])
        for name in EVENT_COLUMNS
    ]
