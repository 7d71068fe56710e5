"""Snags of processes: facts that could not be followed up, one row each, gone once they were."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from eventsourcing.persistence import IntegrityError, OperationalError

from ledger.times import instant, micros

if TYPE_CHECKING:
    from ledger.store import Store

WAITS = "waits-behind-a-snag"
"""The code of a fact that waits because an earlier one of the same record has a snag."""

_METADATA = sa.MetaData()
_SNAGS = sa.Table(
    "process_snags",
    _METADATA,
    sa.Column("process", sa.Text, primary_key=True),
    sa.Column("part", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("pos", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("stream", sa.Uuid, nullable=False),
    sa.Column("code", sa.Text, nullable=False),
    sa.Column("times", sa.Integer, nullable=False),
    sa.Column("first_at", sa.BigInteger, nullable=False),
    sa.Column("last_at", sa.BigInteger, nullable=False),
)
_CREATE_TRIES = 5


class ProcessSnag(NamedTuple):
    """A fact that a process could not follow up; ``code`` is a refusal's or an error's name."""

    part: int
    position: int
    stream: UUID
    code: str
    times: int
    first_at: datetime
    last_at: datetime


class ProcessSnags:
    """The snags of one process."""

    def __init__(self, store: Store, process: str) -> None:
        """Keep the store; nothing is read yet."""
        self._store = store
        self._process = process

    def prepare(self) -> None:
        """Make the table if it is absent; of several that try at once, one does it."""
        for tries_left in reversed(range(_CREATE_TRIES)):
            try:
                with self._store.writing() as conn:
                    _SNAGS.create(conn, checkfirst=True)
            except (IntegrityError, OperationalError):
                if not tries_left:
                    raise
            else:
                return

    def mark(self, part: int, position: int, *, stream: UUID, code: str, at: datetime) -> None:
        """Mark a fact, or count one more failure of it."""
        again = sa.update(_SNAGS).where(self._at(part, position))
        again = again.values(times=_SNAGS.c.times + 1, code=code, last_at=micros(at))
        first = sa.insert(_SNAGS).values(
            process=self._process,
            part=part,
            pos=position,
            stream=stream,
            code=code,
            times=1,
            first_at=micros(at),
            last_at=micros(at),
        )
        with self._store.writing() as conn:
            if not conn.execute(again).rowcount:
                conn.execute(first)

    def clear(self, part: int, position: int) -> None:
        """Forget a fact that was followed up at last."""
        with self._store.writing() as conn:
            conn.execute(sa.delete(_SNAGS).where(self._at(part, position)))

    def all(self, *, stream: UUID | None = None, most: int = 1_000) -> list[ProcessSnag]:
        """Give the snags in the order of the log, those of one record or all."""
        query = sa.select(_SNAGS).where(_SNAGS.c.process == self._process)
        if stream is not None:
            query = query.where(_SNAGS.c.stream == stream)
        query = query.order_by(_SNAGS.c.part, _SNAGS.c.pos).limit(most)
        with self._store.reading() as conn:
            return [_snag(row) for row in conn.execute(query)]

    def held(self, streams: Sequence[UUID]) -> set[UUID]:
        """Tell which of these records have a snag."""
        query = sa.select(_SNAGS.c.stream).distinct()
        query = query.where(_SNAGS.c.process == self._process, _SNAGS.c.stream.in_(streams))
        with self._store.reading() as conn:
            return set(conn.scalars(query))

    def count(self) -> int:
        """Count them, those that only wait included."""
        query = sa.select(sa.func.count()).where(_SNAGS.c.process == self._process)
        with self._store.reading() as conn:
            return conn.scalar(query) or 0

    def _at(self, part: int, position: int) -> sa.ColumnElement[bool]:
        mine = _SNAGS.c.process == self._process
        return sa.and_(mine, _SNAGS.c.part == part, _SNAGS.c.pos == position)


def count_by_process(store: Store) -> dict[str, int]:
    """Count the snags of every process; none before the first process was prepared."""
    query = sa.select(_SNAGS.c.process, sa.func.count()).group_by(_SNAGS.c.process)
    with store.reading() as conn:
        if not sa.inspect(conn).has_table(_SNAGS.name):
            return {}
        return {row[0]: row[1] for row in conn.execute(query.order_by(_SNAGS.c.process))}


def _snag(row: sa.Row[tuple[object, ...]]) -> ProcessSnag:
    found = row._mapping  # noqa: SLF001  # SQLAlchemy's public name for a row as a mapping
    return ProcessSnag(
        part=found["part"],
        position=found["pos"],
        stream=found["stream"],
        code=found["code"],
        times=found["times"],
        first_at=instant(found["first_at"]),
        last_at=instant(found["last_at"]),
    )
