"""Deliveries: what became of notices, as operators and timelines ask for it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, NamedTuple
from uuid import UUID

import sqlalchemy as sa

from ledger.posting import of_notice_id, read_notice
from ledger.tables import deliveries, outbox
from ledger.times import instant

if TYPE_CHECKING:
    from ledger.store import Store

State = Literal["waiting", "delivered", "given-up"]
STATES: tuple[State, ...] = ("waiting", "delivered", "given-up")


class Delivery(NamedTuple):
    """A notice on a channel; ``code`` says how the last try ended, ``at`` when the state began."""

    id: str
    channel: str
    to: str
    about: str
    facts: dict[str, Any]  # JSON kinds
    stream: UUID
    version: int
    state: State
    at: datetime
    created_at: datetime
    tries: int
    code: str | None
    next_at: datetime | None


class Post(NamedTuple):
    """How the post stands; ``oldest_at`` is when the oldest undelivered notice came about."""

    unhanded: int
    waiting: dict[str, int]  # by channel
    given_up: int
    oldest_at: datetime | None

    @property
    def undelivered(self) -> int:
        """Count what is still to be delivered."""
        return self.unhanded + sum(self.waiting.values())


def of_streams(store: Store, streams: Sequence[UUID]) -> list[Delivery]:
    """Give the deliveries of records, oldest first; one pruned is not among them."""
    query = _query().where(deliveries.c.stream.in_(streams))
    return _asked(store, query.order_by(deliveries.c.created_at, deliveries.c.id, _channel))


def of_notice(store: Store, notice: str) -> list[Delivery]:
    """Give the deliveries of one notice, by channel."""
    return _asked(store, _query().where(of_notice_id(notice)).order_by(_channel))


def newest(
    store: Store, *, state: State | None = None, channel: str | None = None, limit: int = 50
) -> list[Delivery]:
    """Give the deliveries that came about last."""
    query = _query()
    if state is not None:
        query = query.where(_IN_STATE[state])
    if channel is not None:
        query = query.where(_channel == channel)
    newest_first = (deliveries.c.created_at.desc(), deliveries.c.id, _channel)
    return _asked(store, query.order_by(*newest_first).limit(limit))


def post(store: Store) -> Post:
    """Count what waits and what was given up."""
    unsent = sa.select(sa.func.count(), sa.func.min(outbox.c.created_at))
    open_ = sa.select(_channel, sa.func.count(), sa.func.min(deliveries.c.created_at))
    given_up = sa.select(sa.func.count()).select_from(deliveries).where(_IN_STATE["given-up"])
    with store.reading() as conn:
        unhanded, first = conn.execute(unsent.where(outbox.c.sent_at.is_(None))).one()
        rows = conn.execute(open_.where(_IN_STATE["waiting"]).group_by(_channel)).all()
        lost = conn.scalar(given_up) or 0
    oldest = min((at for at in (first, *(row[2] for row in rows)) if at is not None), default=None)
    return Post(
        unhanded=unhanded,
        waiting={row[0]: row[1] for row in rows},
        given_up=lost,
        oldest_at=None if oldest is None else instant(oldest),
    )


_channel = deliveries.c.channel
_IN_STATE = {
    "waiting": deliveries.c.next_at.is_not(None),
    "delivered": deliveries.c.delivered_at.is_not(None),
    "given-up": deliveries.c.given_up_at.is_not(None),
}


def _query() -> sa.Select[Any]:
    held = sa.and_(outbox.c.part == deliveries.c.part, outbox.c.id == deliveries.c.notice)
    text = outbox.c.notice.label("text")
    query: sa.Select[Any] = sa.select(deliveries, text)
    return query.select_from(deliveries.join(outbox, held))


def _asked(store: Store, query: sa.Select[Any]) -> list[Delivery]:
    with store.reading() as conn:
        return [_delivery(row) for row in conn.execute(query)]


def _delivery(row: Any) -> Delivery:
    told = read_notice(row.text)
    state, since = _state(row)
    return Delivery(
        id=row.id,
        channel=row.channel,
        to=told.to,
        about=told.about,
        facts=told.facts,
        stream=row.stream,
        version=row.version,
        state=state,
        at=instant(since),
        created_at=instant(row.created_at),
        tries=row.tries,
        code=row.code,
        next_at=None if row.next_at is None else instant(row.next_at),
    )


def _state(row: Any) -> tuple[State, int]:
    if row.delivered_at is not None:
        return "delivered", row.delivered_at
    if row.given_up_at is not None:
        return "given-up", row.given_up_at
    return "waiting", row.tried_at or row.created_at
