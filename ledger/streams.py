"""Whole streams of a period, straight from the key: ids of cases begin with their time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa

from ledger.store import Store
from ledger.tables import events, heads
from ledger.times import instant, micros
from ledger.topics import Topics

AT_ONCE = 5_000
_BELOW_TIME = 80  # bits of an id after its 48 bits of milliseconds


class Event(NamedTuple):
    """One event of a stream, not decoded."""

    version: int
    topic: str
    body: str


class Streams:
    """Reads streams that began in a period with one topic, each as a whole, part by part.

    It walks the key of stream and version, so its cost is that of the period, not of the log.
    """

    def __init__(self, store: Store) -> None:
        """Read this store."""
        self._store = store
        self._topics = Topics(store)

    def begun(
        self, topic: str, first: datetime, end: datetime
    ) -> Iterator[tuple[UUID, Sequence[Event]]]:
        """Give streams whose first event has this topic and whose id's time lies in the period."""
        for part in self._parts():
            rows = self._rows(part, _id_at(first), _id_at(end))
            for stream, told in groupby(rows, key=attrgetter("stream")):
                found = [Event(row.version, self._topics.topic(row.kind), row.body) for row in told]
                if found[0].topic == topic:
                    yield stream, found

    def count(self, topic: str, first: datetime, end: datetime) -> int:
        """Count them."""
        numbers = self._topics.known([topic])
        clause = (
            sa.select(sa.func.count())
            .select_from(events)
            .where(_between(_id_at(first), _id_at(end)))
            .where(events.c.version == 1, events.c.kind.in_(numbers))
        )
        with self._store.reading() as conn:
            return sum(
                conn.scalar(clause.where(events.c.part == part)) or 0 for part in self._parts()
            )

    def last_recorded_at(self) -> datetime | None:
        """Give the instant up to which the log reaches; None while it is empty."""
        with self._store.reading() as conn:
            last = conn.scalar(sa.select(sa.func.max(heads.c.recorded_at)))
        return instant(last) if last else None

    def _parts(self) -> list[int]:
        with self._store.reading() as conn:
            return list(conn.scalars(sa.select(heads.c.part).order_by(heads.c.part)))

    def _rows(self, part: int, first: UUID, end: UUID) -> Iterator[_Row]:
        """Page along the key; no cursor stays open meanwhile."""
        stream, version = first, 0
        while True:
            with self._store.reading() as conn:
                rows = conn.execute(_page(part, stream, version, end)).all()
            yield from (_Row(*row) for row in rows)
            if len(rows) < AT_ONCE:
                return
            stream, version = rows[-1].stream, rows[-1].version


class _Row(NamedTuple):
    stream: UUID
    version: int
    kind: int
    body: str


def _page(part: int, stream: UUID, version: int, end: UUID) -> sa.Select[Any]:
    place = sa.tuple_(events.c.stream, events.c.version)
    after = sa.tuple_(
        sa.literal(stream, events.c.stream.type), sa.literal(version, events.c.version.type)
    )
    return (
        sa.select(events.c.stream, events.c.version, events.c.kind, events.c.body)
        .where(events.c.part == part, events.c.stream < end, place > after)
        .order_by(events.c.stream, events.c.version)
        .limit(AT_ONCE)
    )


def _between(first: UUID, end: UUID) -> sa.ColumnElement[bool]:
    return sa.and_(events.c.stream >= first, events.c.stream < end)


def _id_at(at: datetime) -> UUID:
    """Give the lowest id of an instant."""
    return UUID(int=(micros(at) // 1000) << _BELOW_TIME)
