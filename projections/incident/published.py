"""Cases that residents reported, as other programs list them: by time, service and state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from domain.kernel.shifts import micros
from projections.incident.shapes import day_of
from projections.incident.tables import incident_tables

_TABLES = incident_tables(sa.MetaData())
_cases, _spans = _TABLES["cases"], _TABLES["spans"]
PUBLIC = "public"
_TIME_BITS = 80
"""An id begins with its milliseconds; the bits behind them are drawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What is asked of the list; empty means all. Times are aware instants, both included."""

    first: datetime
    last: datetime
    services: Sequence[str] = ()
    open: bool | None = None
    limit: int = 1_000


def published(conn: sa.Connection, wanted: Published) -> list[UUID]:
    """Give the reports of a time, the newest first."""
    # Ids are ordered by time, so this is a range of the primary key; none of its own is needed.
    query = (
        sa.select(_cases.c.incident)
        .where(*_reported_between(wanted.first, wanted.last), _cases.c.source == PUBLIC)
        .order_by(_cases.c.incident.desc())
        .limit(wanted.limit)
    )
    if wanted.services:
        query = query.where(_cases.c.category.in_(wanted.services))
    if wanted.open is not None:
        query = query.where(_cases.c.open == wanted.open)
    return [row.incident for row in conn.execute(query)]


def changed(
    conn: sa.Connection, first: datetime, last: datetime, *, limit: int = 1_000
) -> list[UUID]:
    """Give the reports that were made, or left a stage, in a time, the newest first."""
    left = sa.select(_spans.c.incident).where(
        _spans.c.day.between(day_of(first.date()) - 1, day_of(last.date()) + 1),
        _spans.c.left_at.between(micros(first), micros(last)),
    )
    met = sa.or_(sa.and_(*_reported_between(first, last)), _cases.c.incident.in_(left))
    query = sa.select(_cases.c.incident).where(met, _cases.c.source == PUBLIC)
    found = conn.execute(query.order_by(_cases.c.incident.desc()).limit(limit))
    return [row.incident for row in found]


def _reported_between(first: datetime, last: datetime) -> list[sa.ColumnElement[Any]]:
    return [
        _cases.c.incident.between(_first_id(first), _first_id(last + timedelta(milliseconds=1))),
        _cases.c.reported_at.between(micros(first), micros(last)),
    ]


def _first_id(at: datetime) -> UUID:
    milliseconds = max(0, micros(at) // 1_000)
    return UUID(int=min(milliseconds, (1 << 48) - 1) << _TIME_BITS)
