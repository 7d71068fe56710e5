"""Duplicates: which open cases may be the same matter, and who follows a leading case."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import cos, radians
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa

from domain.incident.folding import MERGED
from domain.kernel.codes import AreaCode, area_numbered
from domain.kernel.places import Place, metres_between
from domain.kernel.shifts import instant_of, micros
from ledger.statements import compiled
from projections.incident import keeping
from projections.incident.scope import begins_with
from projections.incident.tables import incident_tables

if TYPE_CHECKING:
    from ledger.store import Store

RECENT = timedelta(days=7)
NEAR_M = 100
FARTHEST_M = 2_000
MOST = 5
_SEEN = 200  # of so many cases around, the newest
_MICRO = 1_000_000
_METRES_PER_DEGREE = 111_000  # a little short, so that the box is a little large
_cases = incident_tables(sa.MetaData())["cases"]
_shown = [
    _cases.c[name]
    for name in ("incident", "number", "category", "stage", "area", "lon_e6", "lat_e6")
] + [_cases.c.reported_at]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """What was seen: ``besides`` is the case it was reported as, if it was."""

    category: str
    area: AreaCode
    place: Place | None = None
    besides: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An open case that may be the same matter; ``metres`` is None where it has no place."""

    incident: UUID
    number: str
    category: str
    stage: str
    area: AreaCode
    reported_at: datetime
    metres: int | None


class Follower(NamedTuple):
    """A case that follows another, directly or through one between; a mark alone is not merged."""

    incident: UUID
    number: str
    leading: UUID
    merged: bool
    source: str
    reporter: str | None
    reported_at: datetime


def candidates(
    conn: sa.Connection,
    seen: Sighting,
    *,
    now: datetime,
    metres: int = NEAR_M,
    recent: timedelta = RECENT,
    limit: int = MOST,
) -> list[Candidate]:
    """Suggest leading cases: open, of the same class, recent, near or in the same grid.

    The nearest comes first, then those that only the grid tells, the oldest before the newer.
    A case that follows another itself is not suggested; one reported later cannot lead.
    """
    near = min(metres, FARTHEST_M)
    since = micros(now - recent)
    found = list(_placed(conn, seen, seen.place, near, since)) if seen.place else []
    found += _in_area(conn, seen, since)
    far = FARTHEST_M + 1
    found.sort(key=lambda one: (far if one.metres is None else one.metres, one.reported_at))
    return found[:limit]


def followers(conn: sa.Connection, leading: UUID) -> list[Follower]:
    """Give all that follow a case, in the order of their reports."""
    first = sa.select(_cases.c.incident).where(_cases.c.follows == leading)
    chain = first.cte("chain", recursive=True)
    beyond = sa.select(_cases.c.incident).join(chain, _cases.c.follows == chain.c.incident)
    chain = chain.union(beyond)
    query = (
        sa.select(_cases)
        .join(chain, _cases.c.incident == chain.c.incident)
        .order_by(_cases.c.reported_at, _cases.c.incident)
    )
    return [
        Follower(
            row.incident,
            row.number,
            row.follows,
            row.final == MERGED,
            row.source,
            keeping.read(row.course).course.reporter,
            instant_of(row.reported_at),
        )
        for row in conn.execute(query)
    ]


def leading_of(conn: sa.Connection, incident: UUID) -> UUID | None:
    """Give the case at the head of what this one follows, or None when it follows none.

    Each case follows one reported before it, so the way ends.
    """
    head: UUID | None = None
    following: UUID | None = incident
    while following is not None:
        query = sa.select(_cases.c.follows).where(_cases.c.incident == following)
        following = conn.execute(query).scalar_one_or_none()
        head = following or head
    return head


class MergedCases:
    """Asks the read model who follows whom, as the process *notifying* does at every step."""

    def __init__(self, store: Store) -> None:
        """Prepare the small question that nearly always says nobody."""
        self._store = store
        self._leads = compiled(_leads, is_sqlite=store.is_sqlite)

    def merged_into(self, leading: UUID) -> list[UUID]:
        """Give the cases merged into this one, directly or through one between."""
        with self._store.asking() as driver:
            values = {"leading": self._store.stream_key(leading)}
            if self._leads.run(driver, values).fetchone() is None:
                return []
        with self._store.reading() as conn:
            return [one.incident for one in followers(conn, leading) if one.merged]


def _leads() -> sa.Select[Any]:
    leading = sa.bindparam("leading", type_=_cases.c.follows.type)
    return sa.select(sa.literal(1)).where(_cases.c.follows == leading).limit(1)


def _placed(
    conn: sa.Connection, seen: Sighting, place: Place, metres: int, since: int
) -> Iterator[Candidate]:
    """Look into a box around the place, then measure."""
    high = metres * _MICRO // _METRES_PER_DEGREE + 1
    wide = int(high / max(cos(radians(place.lat_e6 / _MICRO)), 0.01)) + 1
    query = _alike(seen, since).where(
        sa.text("open"),  # as the small index has it, so that both databases take it
        _cases.c.lat_e6.between(place.lat_e6 - high, place.lat_e6 + high),
        _cases.c.lon_e6.between(place.lon_e6 - wide, place.lon_e6 + wide),
    )
    for row in conn.execute(query):
        there = Place(lon_e6=row.lon_e6, lat_e6=row.lat_e6)
        away = metres_between(place, there)
        if away <= metres:
            yield _candidate(row, away)


def _in_area(conn: sa.Connection, seen: Sighting, since: int) -> list[Candidate]:
    """Where one of the two has no place, the same grid is near enough."""
    query = _alike(seen, since).where(_cases.c.open == sa.true(), _cases.c.area == seen.area.number)
    if seen.place is not None:
        query = query.where(_cases.c.lat_e6.is_(None))
    return [_candidate(row, None) for row in conn.execute(query)]


def _alike(seen: Sighting, since: int) -> sa.Select[tuple[object, ...]]:
    whole = seen.category.partition("-")[0]
    query = (
        sa.select(*_shown)
        .where(
            begins_with(_cases.c.category, whole),
            _cases.c.reported_at >= since,
            _cases.c.follows.is_(None),
        )
        .order_by(_cases.c.reported_at.desc())
        .limit(_SEEN)
    )
    if seen.besides is not None:
        query = query.where(_cases.c.incident < seen.besides)
    return query


def _candidate(row: sa.Row[tuple[object, ...]], metres: int | None) -> Candidate:
    found = row._mapping  # noqa: SLF001  # SQLAlchemy's public name for a row as a mapping
    return Candidate(
        incident=found["incident"],
        number=found["number"],
        category=found["category"],
        stage=found["stage"],
        area=area_numbered(found["area"]),
        reported_at=instant_of(found["reported_at"]),
        metres=metres,
    )
