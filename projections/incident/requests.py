"""The ledger of requests: who asked for what, who decided it and how, newest first."""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from domain.kernel.codes import AreaCode, area_numbered
from domain.kernel.refusals import Refused
from domain.kernel.shifts import instant_of, micros
from projections.incident.indicators import Rate, sums
from projections.incident.scope import Scope, conditions
from projections.incident.shapes import area_numbers, day_number
from projections.incident.tables import incident_tables

if TYPE_CHECKING:
    from domain.incident.course import Course
    from projections.rows import Row

_requests = incident_tables(sa.MetaData())["requests"]
_OPEN = "open"
PAGE = 50
LONGEST_PAGE = 1_000
SHARES = ("deferral", "suspension", "return", "void", "reopening")
"""The indicators that say how large a share of the cases was deferred, suspended, and so on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which requests; None means all. ``decision`` is granted, refused, lapsed or open."""

    scope: Scope = field(default_factory=Scope)
    kind: str | None = None
    decision: str | None = None
    incident: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRow:
    """One request; ``decision`` is ``open`` while it waits, ``evidence`` a photo's SHA-256."""

    incident: UUID
    request: str
    kind: str
    area: AreaCode
    category: str
    unit: str | None
    asked_at: datetime
    asked_by: str
    asked_in: str
    minutes: int | None
    evidence: str | None
    decision: str
    decided_at: datetime | None
    decided_by: str | None
    decided_in: str | None
    granted_minutes: int | None


class RequestPage(NamedTuple):
    """Rows, and where the next page begins; None when this is the last."""

    rows: Sequence[RequestRow]
    after: str | None


class Asked(NamedTuple):
    """How many of a kind were asked in a period, and how they were decided."""

    kind: str
    decision: str
    requests: int


def request_rows(
    stored: Callable[[UUID], Any], incident: UUID, course: Course, zone: ZoneInfo
) -> Iterator[Row]:
    """Give all requests of a case, in the order of the table's columns."""
    area = area_numbers(course.area)[0]
    for seq, one in enumerate(course.asked, start=1):
        yield (
            stored(incident),
            seq,
            one.request,
            one.kind,
            day_number(one.asked_at, zone),
            area,
            one.category,
            one.unit,
            micros(one.asked_at),
            one.asked_by,
            one.asked_in,
            one.minutes,
            one.evidence,
            one.decision or _OPEN,
            micros(one.decided_at) if one.decided_at else None,
            one.decided_by,
            one.decided_in,
            one.granted_minutes,
        )


def request_page(
    conn: sa.Connection, wanted: Wanted, *, after: str | None = None, limit: int = PAGE
) -> RequestPage:
    """Give the requests after a cursor, newest first; refuses ``bad-cursor``."""
    size = max(1, min(limit, LONGEST_PAGE))
    place = sa.tuple_(_requests.c.asked_at, _requests.c.incident, _requests.c.seq)
    query = sa.select(_requests).where(*_conditions(wanted))
    if after is not None:
        asked_at, incident, seq = _place(after)
        last = (
            sa.literal(asked_at, sa.BigInteger),
            sa.literal(incident, sa.Uuid),
            sa.literal(seq, sa.Integer),
        )
        query = query.where(place < sa.tuple_(*last))
    order = (_requests.c.asked_at.desc(), _requests.c.incident.desc(), _requests.c.seq.desc())
    found = conn.execute(query.order_by(*order).limit(size + 1)).all()
    rows = [_row(dict(one._mapping)) for one in found[:size]]  # noqa: SLF001  # public name of a row
    return RequestPage(rows, _cursor(found[size - 1]) if len(found) > size else None)


def asked(conn: sa.Connection, wanted: Wanted) -> list[Asked]:
    """Count requests by kind and decision; the day is the one they were asked on."""
    columns = (_requests.c.kind, _requests.c.decision)
    query = sa.select(*columns, sa.func.count()).where(*_conditions(wanted))
    found = conn.execute(query.group_by(*columns).order_by(*columns))
    return [Asked(*row) for row in found]


def shares(conn: sa.Connection, scope: Scope) -> dict[str, Rate]:
    """Give each share with its numbers, of the cases reported in the period."""
    (found,) = sums(conn, scope)
    return {name: found.rate(name) for name in SHARES}


def _conditions(wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    found = conditions(_requests, wanted.scope)
    for name in ("kind", "decision", "incident"):
        value = getattr(wanted, name)
        if value is not None:
            found.append(_requests.c[name] == value)
    return found


def _row(row: Mapping[str, Any]) -> RequestRow:
    told = {name: row[name] for name in RequestRow.__dataclass_fields__}
    for name in ("asked_at", "decided_at"):
        told[name] = None if told[name] is None else instant_of(told[name])
    return RequestRow(**{**told, "area": area_numbered(row["area"])})


def _cursor(row: sa.Row[*tuple[Any, ...]]) -> str:
    text = f"{row.asked_at}.{row.incident.hex}.{row.seq}"
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _place(cursor: str) -> tuple[int, UUID, int]:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        asked_at, incident, seq = urlsafe_b64decode(padded.encode("ascii")).decode().split(".")
        place = (int(asked_at), UUID(hex=incident), int(seq))
    except (binascii.Error, ValueError):
        place = (-1, UUID(int=0), 0)
    if not (0 <= place[0] < 1 << 63 and 0 <= place[2] < 1 << 31):
        reason = "This page marker cannot be read. Go back to the first page of the requests."
        raise Refused("bad-cursor", reason, after=cursor[:40])
    return place
