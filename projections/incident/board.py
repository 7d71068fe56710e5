"""The board: which cases wait where, most urgent first, a page at a time; and one case."""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, NamedTuple, TypeAlias
from uuid import UUID

import sqlalchemy as sa

from domain.incident.course import Course
from domain.kernel.codes import AreaCode, area_numbered
from domain.kernel.refusals import Refused
from domain.kernel.shifts import instant_of, micros
from projections.incident import keeping
from projections.incident.scope import begins_with
from projections.incident.tables import incident_tables

Query: TypeAlias = sa.Select[*tuple[Any, ...]]  # columns keep their types in the tables only
Found: TypeAlias = sa.Row[*tuple[Any, ...]]
Light: TypeAlias = Literal["overdue", "soon", "on-time"]
_cases = incident_tables(sa.MetaData())["cases"]
_UNSHOWN = {"rank", "course", "district", "street"}
_shown = [column for column in _cases.c if column.name not in _UNSHOWN]

PAGE = 50
LONGEST_PAGE = 1_000
_CHIPS = ("stage", "level", "source", "workflow")


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardFilter:
    """What a board shows; None means all. ``category`` and ``number`` are beginnings.

    With ``workflow`` supervision-order and a unit it is the list of what the unit must answer.
    """

    area: AreaCode | None = None
    stage: str | None = None
    unit: str | None = None
    handler: str | None = None
    category: str | None = None
    level: str | None = None
    source: str | None = None
    workflow: str | None = None
    light: Light | None = None
    open: bool | None = True
    backlog: bool | None = None
    number: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardRow:
    """One case on a board; ``light`` is relative to the instant the board was asked for."""

    incident: UUID
    number: str
    light: Light
    open: bool
    area: AreaCode
    level: str
    category: str
    source: str
    reference: str | None
    stage: str
    unit: str | None
    handler: str | None
    workflow: str
    lon_e6: int | None
    lat_e6: int | None
    follows: UUID | None
    reported_at: datetime
    entered_at: datetime
    due_at: datetime | None
    warn_at: datetime | None
    bundled_due_at: datetime | None
    paused_at: datetime | None
    backlog: bool
    ended_at: datetime | None
    final: str | None
    outcome: str | None
    on_time: bool | None
    escalations: int
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownCase:
    """One case with its whole course, and how often it was counted on time."""

    row: BoardRow
    course: Course


class BoardPage(NamedTuple):
    """Rows, and where the next page begins; None when this is the last."""

    rows: Sequence[BoardRow]
    after: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chips:
    """How many cases a board holds, by light and by what it can be filtered by."""

    total: int = 0
    lights: Mapping[Light, int] = field(default_factory=dict)
    by: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


def board_page(
    conn: sa.Connection,
    wanted: BoardFilter,
    *,
    now: datetime,
    after: str | None = None,
    limit: int = PAGE,
) -> BoardPage:
    """Give the rows after a cursor; refuses ``bad-cursor``.

    Open cases stand before ended ones; open ones by what is due first, ended ones newest first.
    """
    size = max(1, min(limit, LONGEST_PAGE))
    query = _filtered(sa.select(*_shown, _cases.c.rank), wanted, now)
    if after is not None:
        query = _going_on(query, after, both=wanted.open is None)
    # With `open` fixed both databases walk one index; without it they sort what the filter left.
    order: list[sa.ColumnElement[Any]] = [_cases.c.rank, _cases.c.incident]
    if wanted.open is None:
        order.insert(0, _cases.c.open.desc())
    found = conn.execute(query.order_by(*order).limit(size + 1)).all()
    rows = [_row(row, now) for row in found[:size]]
    return BoardPage(rows, _cursor(found[size - 1]) if len(found) > size else None)


def chips(conn: sa.Connection, wanted: BoardFilter, *, now: datetime) -> Chips:
    """Count the board of a filter by light, stage, level, source and workflow in one query."""
    light = _light_of(now).label("light")
    columns = [_cases.c[name] for name in _CHIPS]
    query = _filtered(sa.select(light, *columns, sa.func.count().label("cases")), wanted, now)
    lights: dict[Light, int] = {}
    by: dict[str, dict[str, int]] = {name: {} for name in _CHIPS}
    for row in conn.execute(query.group_by(light, *columns)):
        found = row._mapping  # noqa: SLF001  # SQLAlchemy's public name for a row as a mapping
        lights[found["light"]] = lights.get(found["light"], 0) + found["cases"]
        for name in _CHIPS:
            by[name][found[name]] = by[name].get(found[name], 0) + found["cases"]
    return Chips(total=sum(lights.values()), lights=lights, by=by)


def one_case(conn: sa.Connection, incident: UUID, *, now: datetime) -> ShownCase | None:
    """Give one case with its course, or None when it is not known here (yet)."""
    query = sa.select(*_shown, _cases.c.course).where(_cases.c.incident == incident)
    row = conn.execute(query).one_or_none()
    if row is None:
        return None
    return ShownCase(row=_row(row, now), course=keeping.read(row.course).course)


def rows_of(
    conn: sa.Connection, incidents: Sequence[UUID], *, now: datetime
) -> dict[UUID, BoardRow]:
    """Give some cases, those that are known here."""
    query = sa.select(*_shown).where(_cases.c.incident.in_(incidents))
    found = [_row(row, now) for row in conn.execute(query)]
    return {row.incident: row for row in found}


def numbered(conn: sa.Connection, number: str) -> list[UUID]:
    """Give the cases with this number: one, but for a chance of one in a million a day."""
    query = sa.select(_cases.c.incident).where(_cases.c.number == number.upper())
    return [row.incident for row in conn.execute(query)]


def _filtered(query: Query, wanted: BoardFilter, now: datetime) -> Query:
    for name in ("stage", "unit", "handler", "level", "source", "open", "backlog"):
        value = getattr(wanted, name)
        if value is not None:
            query = query.where(_cases.c[name] == value)
    if wanted.workflow is not None:
        query = query.where(_of_workflow(wanted.workflow))
    if wanted.area is not None:
        query = query.where(_within(wanted.area))
    if wanted.category is not None:
        query = query.where(begins_with(_cases.c.category, wanted.category))
    if wanted.number is not None:
        first = wanted.number.upper()
        query = query.where(_cases.c.number >= first, _cases.c.number < first + "~")
    if wanted.light is not None:
        query = query.where(_light_of(now) == wanted.light)
        if wanted.open:  # its rank is its deadline: a range of the index
            late = _cases.c.rank < micros(now)
            query = query.where(late if wanted.light == "overdue" else ~late)
    return query


def _of_workflow(workflow: str) -> sa.ColumnElement[bool]:
    """One version where it is named as ``name@version``, else every version."""
    if "@" in workflow:
        return _cases.c.workflow == workflow
    return _cases.c.workflow.startswith(f"{workflow}@", autoescape=True)


def _within(area: AreaCode) -> sa.ColumnElement[bool]:
    """District and street have columns of their own, so that their boards walk an index."""
    word = area.level.word
    if word in ("district", "street"):
        return _cases.c[word] == area.number
    below = _cases.c.area.between(*area.span)
    if word in ("community", "grid"):
        street = AreaCode(f"{area[:9]}000").number
        return sa.and_(_cases.c.street == street, below)
    return below


def _light_of(now: datetime) -> sa.ColumnElement[str]:
    """An ended case has no deadline: its light is whether it was handled on time."""
    instant = micros(now)
    return sa.case(
        (sa.and_(_cases.c.ended_at.is_not(None), _cases.c.on_time.is_(False)), "overdue"),
        (_cases.c.ended_at.is_not(None), "on-time"),
        (_cases.c.due_at < instant, "overdue"),
        (_cases.c.warn_at <= instant, "soon"),
        else_="on-time",
    )


def _light(row: Mapping[str, Any], instant: int) -> Light:
    if row["ended_at"] is not None:
        return "overdue" if row["on_time"] is False else "on-time"
    if row["due_at"] is not None and row["due_at"] < instant:
        return "overdue"
    return "soon" if row["warn_at"] is not None and row["warn_at"] <= instant else "on-time"


def _row(found: Found, now: datetime) -> BoardRow:
    row = dict(found._mapping)  # noqa: SLF001  # SQLAlchemy's public name for a row as a mapping
    light = _light(row, micros(now))
    for name in ("rank", "course"):
        row.pop(name, None)
    for name, value in row.items():
        if name.endswith("_at") and value is not None:
            row[name] = instant_of(value)
    row["area"] = area_numbered(row["area"])
    return BoardRow(light=light, **row)


def _going_on(query: Query, cursor: str, *, both: bool) -> Query:
    is_open, rank, incident = _place(cursor)
    place = sa.tuple_(_cases.c.rank, _cases.c.incident) > sa.tuple_(
        sa.literal(rank, sa.BigInteger), sa.literal(incident, sa.Uuid)
    )
    if not both:
        return query.where(place)
    same = sa.and_(_cases.c.open == is_open, place)
    return query.where(sa.or_(same, _cases.c.open.is_(False)) if is_open else same)


def _cursor(row: Found) -> str:
    text = f"{int(row.open)}.{row.rank}.{row.incident.hex}"
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _place(cursor: str) -> tuple[bool, int, UUID]:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        is_open, rank, incident = urlsafe_b64decode(padded.encode("ascii")).decode().split(".")
        place = (is_open == "1", int(rank), UUID(hex=incident))
    except (binascii.Error, ValueError):
        reason = "This page marker cannot be read. Go back to the first page of the board."
        raise Refused("bad-cursor", reason, after=cursor[:40]) from None
    if not 0 <= place[1] < 1 << 63:
        raise Refused("bad-cursor", "Go back to the first page of the board.", after=cursor[:40])
    return place
