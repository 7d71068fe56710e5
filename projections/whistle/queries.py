"""Questions about whistles. Pages go on after the last row; rates keep numerator, denominator."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa

from domain.kernel.codes import AreaCode, area_numbered
from domain.kernel.shifts import instant_of, micros
from projections.whistle.tables import whistle_tables

_TABLES = whistle_tables(sa.MetaData())
_whistles, _parties = _TABLES["whistles"], _TABLES["parties"]


class WhistleRow(NamedTuple):
    """A whistle as a list shows it; ``rank`` is for the next page."""

    whistle: UUID
    incident: UUID
    area: AreaCode
    kind: str
    cause: str
    rules: str
    state: str
    result: str | None
    asked_at: datetime | None
    blown_at: datetime | None
    over_at: datetime | None
    due_at: datetime | None
    summoned: int
    expected: int
    overdue: int
    rank: int


class PartyRow(NamedTuple):
    """A party: where it stands, what is due next, what was in time, how it was rated."""

    whistle: UUID
    unit: str
    area: AreaCode
    kind: str
    state: str
    is_expected: bool
    is_overdue: bool
    stands_for: str | None
    summoned_at: datetime
    signed_at: datetime | None
    contacted_at: datetime | None
    arrived_at: datetime | None
    done_at: datetime | None
    left_at: datetime | None
    due_at: datetime | None
    due_what: str | None
    signed_on_time: bool | None
    contacted_on_time: bool | None
    arrived_on_time: bool | None
    done_on_time: bool | None
    level: str | None
    distance_m: int | None
    photo: str | None
    stars: int | None


class Share(NamedTuple):
    """So many of so many; for ratings, all stars of all that were rated."""

    part: int
    of: int

    @property
    def percent(self) -> float | None:
        """In percent with two decimals; None of nothing."""
        return round(100 * self.part / self.of, 2) if self.of else None

    @property
    def mean(self) -> float | None:
        """On average with two decimals; None of nothing."""
        return round(self.part / self.of, 2) if self.of else None


class Response(NamedTuple):
    """How a unit answered: in time of all that were due, and its stars."""

    unit: str
    summoned: int
    signed: Share
    contacted: Share
    arrived: Share
    done: Share
    stars: Share


def open_whistles(
    conn: sa.Connection,
    *,
    area: AreaCode | None = None,
    unit: str | None = None,
    after: WhistleRow | None = None,
    limit: int = 50,
) -> list[WhistleRow]:
    """Give the open whistles of an area and below, or those that expect a unit; due first."""
    query = sa.select(_whistles).where(_whistles.c.is_open)
    if area is not None:
        query = query.where(_whistles.c.area.between(*area.span))
    if unit is not None:
        expecting = sa.select(_parties.c.whistle).where(
            _parties.c.unit == unit, _parties.c.is_expected
        )
        query = query.where(_whistles.c.whistle.in_(expecting))
    place = sa.tuple_(_whistles.c.rank, _whistles.c.whistle)
    if after is not None:
        query = query.where(place > sa.tuple_(sa.literal(after.rank), _stored(after.whistle)))
    query = query.order_by(_whistles.c.rank, _whistles.c.whistle).limit(limit)
    return [shown_whistle(row) for row in conn.execute(query)]


def whistles_of_case(conn: sa.Connection, incident: UUID) -> list[WhistleRow]:
    """Give all whistles of a case in the order they were blown or asked for."""
    query = sa.select(_whistles).where(_whistles.c.incident == incident)
    began_at = sa.func.coalesce(_whistles.c.asked_at, _whistles.c.blown_at)
    return [
        shown_whistle(row) for row in conn.execute(query.order_by(began_at, _whistles.c.whistle))
    ]


def whistle(conn: sa.Connection, whistle_id: UUID) -> WhistleRow | None:
    """Give one whistle."""
    query = sa.select(_whistles).where(_whistles.c.whistle == whistle_id)
    row = conn.execute(query).one_or_none()
    return None if row is None else shown_whistle(row)


def parties_of(conn: sa.Connection, whistles: Sequence[UUID]) -> list[PartyRow]:
    """Give the parties of whistles."""
    query = sa.select(_parties).where(_parties.c.whistle.in_(whistles))
    query = query.order_by(_parties.c.whistle, _parties.c.summoned_at, _parties.c.unit)
    return [_party(row) for row in conn.execute(query)]


def responses(
    conn: sa.Connection,
    *,
    area: AreaCode | None = None,
    unit: str | None = None,
    first_at: datetime | None = None,
    before: datetime | None = None,
) -> list[Response]:
    """Give how units answered the summons of an area and a time; by unit."""
    query = sa.select(
        _parties.c.unit,
        sa.func.count().label("summoned"),
        *_counted("signed", _parties.c.signed_on_time),
        *_counted("contacted", _parties.c.contacted_on_time),
        *_counted("arrived", _parties.c.arrived_on_time),
        *_counted("done", _parties.c.done_on_time),
        sa.func.coalesce(sa.func.sum(_parties.c.stars), 0).label("stars"),
        sa.func.count(_parties.c.stars).label("rated"),
    )
    if area is not None:
        query = query.where(_parties.c.area.between(*area.span))
    if unit is not None:
        query = query.where(_parties.c.unit == unit)
    if first_at is not None:
        query = query.where(_parties.c.summoned_at >= micros(first_at))
    if before is not None:
        query = query.where(_parties.c.summoned_at < micros(before))
    query = query.group_by(_parties.c.unit).order_by(_parties.c.unit)
    return [_response(row) for row in conn.execute(query)]


def _counted(name: str, on_time: sa.Column[bool]) -> tuple[sa.Label[int], sa.Label[int]]:
    """Count those in time, and all of which it is known."""
    timely = sa.func.coalesce(sa.func.sum(sa.case((on_time, 1), else_=0)), 0)
    return timely.label(name), sa.func.count(on_time).label(f"{name}_of")


def _response(row: sa.Row[Any]) -> Response:
    return Response(
        unit=row.unit,
        summoned=row.summoned,
        signed=Share(int(row.signed), row.signed_of),
        contacted=Share(int(row.contacted), row.contacted_of),
        arrived=Share(int(row.arrived), row.arrived_of),
        done=Share(int(row.done), row.done_of),
        stars=Share(int(row.stars), row.rated),
    )


def _stored(identifier: UUID) -> sa.ColumnElement[UUID]:
    return sa.literal(identifier, sa.Uuid)


def shown_whistle(row: sa.Row[Any]) -> WhistleRow:
    """Read a row of the table of whistles."""
    return WhistleRow(**_read(row, WhistleRow._fields))


def _party(row: sa.Row[Any]) -> PartyRow:
    return PartyRow(**_read(row, PartyRow._fields))


def _read(row: sa.Row[Any], names: Sequence[str]) -> dict[str, Any]:
    """Read columns by name: instants and area codes as what they are."""
    found = row._mapping  # noqa: SLF001  # SQLAlchemy's public name for a row as a mapping
    return {name: _value(name, found[name]) for name in names}


def _value(name: str, value: Any) -> Any:
    if value is None:
        return None
    if name == "area":
        return area_numbered(value)
    return instant_of(value) if name.endswith("_at") else value
