"""Where readers stand: their cursors, and which of them stopped at which event."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from eventsourcing.persistence import IntegrityError, OperationalError
from sqlalchemy.dialects import postgresql, sqlite

from domain.kernel.shifts import micros
from ledger.statements import compiled
from ledger.tables import cursors

if TYPE_CHECKING:
    from ledger.store import Store

_METADATA = sa.MetaData()
STATES = sa.Table(
    "reader_states",
    _METADATA,
    sa.Column("reader", sa.Text, primary_key=True),
    sa.Column("generation", sa.Integer, nullable=False),
    sa.Column("part", sa.Integer),
    sa.Column("position", sa.BigInteger),
    sa.Column("error", sa.Text),
    sa.Column("changed_at", sa.BigInteger),
)
_CREATE_TRIES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped:
    """The event a reader could not tell its model, and what the model said."""

    part: int
    position: int
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One reader: how often its tables were rebuilt, and where it stopped if it did."""

    reader: str
    generation: int = 0
    stopped: Stopped | None = None


class Standings:
    """The standings of all readers."""

    def __init__(self, store: Store) -> None:
        """Keep the store; nothing is read yet."""
        self._store = store
        self._of = compiled(_one, is_sqlite=store.is_sqlite)

    def of(self, reader: str) -> Standing:
        """Give the standing of one reader; a new one runs."""
        with self._store.asking() as driver:
            row = self._of.run(driver, {"reader": reader}).fetchone()
        return Standing(reader=reader) if row is None else _standing(row)

    def all(self) -> list[Standing]:
        """Give every standing, by the reader's name."""
        with self._store.reading() as conn:
            return [_standing(row) for row in conn.execute(sa.select(STATES).order_by("reader"))]

    def stop(self, reader: str, stopped: Stopped, *, at: datetime) -> None:
        """Mark the event that stopped a reader."""
        self._set(
            reader,
            part=stopped.part,
            position=stopped.position,
            error=stopped.error,
            changed_at=micros(at),
        )

    def clear(self, reader: str, *, at: datetime) -> None:
        """Let a reader run again."""
        self._set(reader, part=None, position=None, error=None, changed_at=micros(at))

    def _set(self, reader: str, **values: int | str | None) -> None:
        with self._store.writing() as conn:
            conn.execute(sa.update(STATES).where(STATES.c.reader == reader).values(**values))


def prepared(
    store: Store, tables: Iterable[sa.Table], *, reader: str, parts: Iterable[int]
) -> None:
    """Create tables that are absent and the rows of a reader that is new.

    Two processes may start at once: who comes second finds the table half made and looks again.
    """
    wanted = [STATES, *tables]
    for tries_left in reversed(range(_CREATE_TRIES)):
        try:
            with store.writing() as conn:
                for table in wanted:
                    table.create(conn, checkfirst=True)
                _begin(conn, reader, parts, sqlite_too=store.is_sqlite)
        except (IntegrityError, OperationalError):
            if not tries_left:
                raise
        else:
            return


def _begin(conn: sa.Connection, reader: str, parts: Iterable[int], *, sqlite_too: bool) -> None:
    insert = sqlite.insert if sqlite_too else postgresql.insert
    state = {"reader": reader, "generation": 0}
    conn.execute(insert(STATES).values(state).on_conflict_do_nothing())
    rows = [{"reader": reader, "part": part, "pos": 0} for part in parts]
    if rows:
        conn.execute(insert(cursors).on_conflict_do_nothing(), rows)


def _one() -> sa.Select[Any]:
    return sa.select(STATES).where(STATES.c.reader == sa.bindparam("reader", type_=sa.Text))


def _standing(row: Sequence[Any]) -> Standing:
    reader, generation, part, position, error, _ = row
    stopped = None if error is None else Stopped(part=part, position=position, error=error)
    return Standing(reader=reader, generation=generation, stopped=stopped)
