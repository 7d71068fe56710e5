"""The feed: the log in its order, part by part, for readers that must not miss an event."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa

from domain.kernel.facts import Fact
from ledger.mapper import FactMapper
from ledger.statements import EVENT_COLUMNS, compiled
from ledger.tables import events, heads
from ledger.topics import Topics

if TYPE_CHECKING:
    from ledger.store import Store


class Row(NamedTuple):
    """An event as it stands in the log; times are microseconds, None where the body told none."""

    part: int
    pos: int
    stream: UUID
    version: int
    topic: str
    recorded_at: int
    happened_at: int | None
    area: int | None
    actor: str | None
    command_id: str | None
    body: str


class Feed:
    """Reads the log after a position. What it gives is final: nothing can appear before it."""

    def __init__(self, store: Store) -> None:
        """Read this store."""
        self._store = store
        self._topics = Topics(store)
        self._mapper = FactMapper()
        self._after = compiled(_select_after, is_sqlite=store.is_sqlite)
        self._heads = compiled(_select_heads, is_sqlite=store.is_sqlite)

    def read(self, part: int, *, after: int, limit: int) -> list[Row]:
        """Give up to ``limit`` events of a part after a position, in order and without a gap."""
        values = {"part": part, "after": after, "most": limit}
        with self._store.asking() as driver:
            rows = self._after.run(driver, values).fetchall()
        topic = self._topics.topic
        stream = UUID if self._store.is_sqlite else _as_it_is
        return [
            Row(row[0], row[1], stream(row[2]), row[3], topic(row[4]), *row[5:]) for row in rows
        ]

    def fact(self, row: Row) -> Fact:
        """Decode an event, lifted to today's version; refuses ``unknown-topic``."""
        return self._mapper.fact(row.topic, row.body, row.stream, row.version)

    def heads(self) -> dict[int, int]:
        """Give the last position of each part; 0 for one that is empty."""
        with self._store.asking() as driver:
            return dict(self._heads.run(driver, {}).fetchall())


def _as_it_is(stream: UUID) -> UUID:
    return stream


def _select_after() -> sa.Select[Any]:
    return (
        sa.select(*(events.c[name] for name in EVENT_COLUMNS))
        .where(
            events.c.part == sa.bindparam("part", type_=sa.Integer),
            events.c.pos > sa.bindparam("after", type_=sa.BigInteger),
        )
        .order_by(events.c.pos)
        .limit(sa.bindparam("most", type_=sa.Integer))
    )


def _select_heads() -> sa.Select[tuple[int, int]]:
    return sa.select(heads.c.part, heads.c.pos)
