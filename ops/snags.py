"""Snags: deadlines that could not be carried out, one row each, gone once they could."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from eventsourcing.persistence import IntegrityError, OperationalError

from domain.kernel.shifts import instant_of, micros
from ledger.records import Timer
from ledger.store import Store
from ledger.tables import due

_METADATA = sa.MetaData()
_SNAGS = sa.Table(
    "snags",
    _METADATA,
    sa.Column("timer", sa.Text, primary_key=True),
    sa.Column("stream", sa.Uuid, nullable=False),
    sa.Column("code", sa.Text, nullable=False),
    sa.Column("times", sa.Integer, nullable=False),
    sa.Column("first_at", sa.BigInteger, nullable=False),
    sa.Column("last_at", sa.BigInteger, nullable=False),
)


class Snag(NamedTuple):
    """A deadline that fails; ``code`` is a refusal's, or the name of an error."""

    timer: str
    stream: UUID
    code: str
    times: int
    first_at: datetime
    last_at: datetime


class Snags:
    """The snags of a city; the table is made when the first one is marked."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def mark(self, timer: Timer, code: str, *, at: datetime) -> int:
        """Count a failure; tell how often this deadline failed by now."""
        self._create()
        again = (
            sa.update(_SNAGS)
            .where(_SNAGS.c.timer == timer.timer)
            .values(times=_SNAGS.c.times + 1, code=code, last_at=micros(at))
            .returning(_SNAGS.c.times)
        )
        first = sa.insert(_SNAGS).values(
            timer=timer.timer,
            stream=timer.stream,
            code=code,
            times=1,
            first_at=micros(at),
            last_at=micros(at),
        )
        with self._store.writing() as conn:
            times = conn.scalar(again)
            if times is None:
                conn.execute(first)
        return times or 1

    def clear(self, timer: str) -> None:
        """Forget a deadline that went through at last, or that there is no more."""
        with self._store.writing() as conn:
            conn.execute(sa.delete(_SNAGS).where(_SNAGS.c.timer == timer))

    def forget_gone(self) -> int:
        """Forget deadlines that their cases no longer have; give how many."""
        if not self.count():
            return 0
        gone = sa.delete(_SNAGS).where(_SNAGS.c.timer.not_in(sa.select(due.c.timer)))
        with self._store.writing() as conn:
            return conn.execute(gone).rowcount

    def known(self) -> frozenset[str]:
        """Give the timers that failed before."""
        with self._table() as conn:
            return frozenset(conn.scalars(sa.select(_SNAGS.c.timer))) if conn else frozenset()

    def count(self) -> int:
        """Count them."""
        with self._table() as conn:
            query = sa.select(sa.func.count()).select_from(_SNAGS)
            return conn.scalar(query) or 0 if conn else 0

    def newest(self, most: int = 20) -> list[Snag]:
        """Give those that failed last."""
        query = sa.select(_SNAGS).order_by(_SNAGS.c.last_at.desc(), _SNAGS.c.timer).limit(most)
        with self._table() as conn:
            rows = conn.execute(query).all() if conn else []
        return [
            Snag(
                timer=row.timer,
                stream=row.stream,
                code=row.code,
                times=row.times,
                first_at=instant_of(row.first_at),
                last_at=instant_of(row.last_at),
            )
            for row in rows
        ]

    @contextmanager
    def _table(self) -> Iterator[sa.Connection | None]:
        with self._store.reading() as conn:
            yield conn if sa.inspect(conn).has_table(_SNAGS.name) else None

    def _create(self) -> None:
        """Two schedulers may meet their first snag at once: who comes second finds the table."""
        try:
            with self._store.writing() as conn:
                _SNAGS.create(conn, checkfirst=True)
        except (IntegrityError, OperationalError):
            with self._table() as conn:
                if conn is None:
                    raise
