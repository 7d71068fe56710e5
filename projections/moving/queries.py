"""Questions about plans, and about the open cases that are pinned to a version."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa

from domain.incident.course import Course
from domain.kernel.codes import AreaCode
from domain.kernel.shifts import instant_of
from projections.incident import keeping
from projections.incident.tables import incident_tables
from projections.moving.telling import moving_tables

_METADATA = sa.MetaData()
_cases = incident_tables(_METADATA)["cases"]
_TABLES = moving_tables(_METADATA)
_plans, _moves = _TABLES["plans"], _TABLES["moves"]
_AT_ONCE = 1_000


class PinnedCase(NamedTuple):
    """An open case with its course, as the read model knows it."""

    incident: UUID
    number: str
    course: Course


class PlanRow(NamedTuple):
    """A plan with its progress; ``refused`` is known once it finished."""

    plan: UUID
    name: str
    left: str
    workflow: str
    area: str | None
    state: str
    person: str
    made_at: datetime
    changed_at: datetime
    moved: int
    waiting: int
    refused: int | None


def pinned_ids(
    conn: sa.Connection,
    workflows: Collection[str],
    *,
    area: AreaCode | None = None,
    after: UUID | None = None,
    limit: int = _AT_ONCE,
) -> list[UUID]:
    """Give open cases pinned to one of these versions, by id, after one: a walk along the key."""
    query = _pinned(sa.select(_cases.c.incident), workflows, area)
    if after is not None:
        query = query.where(_cases.c.incident > after)
    return list(conn.scalars(query.order_by(_cases.c.incident).limit(limit)))


def pinned_cases(
    conn: sa.Connection, workflows: Collection[str], *, area: AreaCode | None = None
) -> Iterator[PinnedCase]:
    """Give the same cases with their courses."""
    columns = (_cases.c.incident, _cases.c.number, _cases.c.course)
    query = _pinned(sa.select(*columns), workflows, area).order_by(_cases.c.incident)
    for row in conn.execute(query).yield_per(_AT_ONCE):
        yield PinnedCase(row.incident, row.number, keeping.read(row.course).course)


def plans(conn: sa.Connection) -> list[PlanRow]:
    """Give all plans, the newest first; ``waiting`` are the open cases they still leave."""
    moved = sa.select(sa.func.coalesce(sa.func.sum(_moves.c.moved), 0))
    count = moved.where(_moves.c.plan == _plans.c.plan).scalar_subquery().label("moved")
    query = sa.select(_plans, count).order_by(_plans.c.made_at.desc(), _plans.c.name)
    return [_plan_row(conn, row) for row in conn.execute(query).all()]


def _plan_row(conn: sa.Connection, row: Any) -> PlanRow:  # Any: a row of the tables above
    area = AreaCode(row.area) if row.area else None
    waiting = _pinned(sa.select(sa.func.count()), row.left_versions.split(", "), area)
    return PlanRow(
        plan=row.plan,
        name=row.name,
        left=row.left_versions,
        workflow=row.workflow,
        area=row.area,
        state=row.state,
        person=row.person,
        made_at=instant_of(row.made_at),
        changed_at=instant_of(row.changed_at),
        moved=row.moved,
        waiting=conn.scalar(waiting) or 0,
        refused=row.refused,
    )


def _pinned(
    query: sa.Select[*tuple[Any, ...]], workflows: Collection[str], area: AreaCode | None
) -> sa.Select[*tuple[Any, ...]]:
    query = query.where(_cases.c.open == sa.true(), _cases.c.workflow.in_(workflows))
    return query if area is None else query.where(_cases.c.area.between(*area.span))
