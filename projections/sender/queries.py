"""Questions about senders."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from domain.kernel.codes import AreaCode, area_numbered
from domain.kernel.shifts import instant_of
from projections.sender.telling import sender_tables

_senders = sender_tables(sa.MetaData())["senders"]


class SenderRow(NamedTuple):
    """A sender; ``key`` names its newest, ``earlier_until`` says how long the other is good."""

    code: str
    title: str
    handle: str
    role: str
    channel: str
    area: AreaCode
    categories: tuple[str, ...]
    workflow: str | None
    expires_at: datetime
    key: str | None
    earlier_until: datetime | None
    ended_at: datetime | None


def senders(
    conn: sa.Connection, within: AreaCode, *, after: str | None = None, limit: int = 50
) -> list[SenderRow]:
    """Give the senders of an area and below it, by code."""
    query = sa.select(_senders).where(_senders.c.area.between(*within.span))
    if after is not None:
        query = query.where(_senders.c.code > after)
    return [_row(found) for found in conn.execute(query.order_by(_senders.c.code).limit(limit))]


def _row(found: Any) -> SenderRow:
    plain = ("code", "title", "handle", "role", "channel", "workflow", "key")
    return SenderRow(
        **{name: getattr(found, name) for name in plain},
        area=area_numbered(found.area),
        categories=tuple(found.categories.split()),
        expires_at=instant_of(found.expires_at),
        earlier_until=_instant(found.earlier_until),
        ended_at=_instant(found.ended_at),
    )


def _instant(at: int | None) -> datetime | None:
    return None if at is None else instant_of(at)
