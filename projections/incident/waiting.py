"""How the open cases of a workflow stand: in each stage how many, since when, and how many late."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa

from domain.kernel.codes import AreaCode
from domain.kernel.shifts import micros
from projections.incident.tables import incident_tables

_cases = incident_tables(sa.MetaData())["cases"]
_MINUTE = int(timedelta(minutes=1) / timedelta(microseconds=1))


class Waiting(NamedTuple):
    """Open cases of one stage; ``median_minutes`` is the nearest-rank median since they entered."""

    stage: str
    cases: int
    late: int
    median_minutes: int


class InUse(NamedTuple):
    """A workflow by ``name@version`` with its open cases, and how many of them are late."""

    workflow: str
    cases: int
    late: int


def waiting_by_stage(
    conn: sa.Connection, workflow: str, *, area: AreaCode | None, now: datetime
) -> list[Waiting]:
    """Summarize the open cases pinned to a workflow, in an area and below it."""
    taken = _cases.c.entered_at
    late = sa.case((_cases.c.due_at < micros(now), 1), else_=0)
    stage = _cases.c.stage
    ranked = (
        sa.select(
            _cases.c.stage,
            taken.label("entered_at"),
            late.label("late"),
            # The longest wait comes first, so that the median is the one at its nearest rank.
            sa.func.row_number().over(order_by=taken.desc(), partition_by=stage).label("place"),
            sa.func.count().over(partition_by=stage).label("n"),
        )
        .where(_cases.c.workflow == workflow, *_open_in(area))
        .subquery()
    )
    middle = (ranked.c.n + 1) // 2
    query = sa.select(
        ranked.c.stage,
        sa.func.count().label("cases"),
        sa.func.sum(ranked.c.late).label("late"),
        sa.func.max(sa.case((ranked.c.place == middle, ranked.c.entered_at))).label("median"),
    ).group_by(ranked.c.stage)
    return [
        Waiting(row.stage, row.cases, int(row.late), (micros(now) - row.median) // _MINUTE)
        for row in conn.execute(query.order_by(ranked.c.stage))
    ]


def workflows_in_use(conn: sa.Connection, *, area: AreaCode | None, now: datetime) -> list[InUse]:
    """Give the workflows that open cases of an area are pinned to."""
    late = sa.func.sum(sa.case((_cases.c.due_at < micros(now), 1), else_=0))
    query = sa.select(_cases.c.workflow, sa.func.count(), late).where(*_open_in(area))
    query = query.group_by(_cases.c.workflow).order_by(_cases.c.workflow)
    return [InUse(row[0], row[1], int(row[2])) for row in conn.execute(query)]


def _open_in(area: AreaCode | None) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = [_cases.c.open == sa.true()]
    if area is not None:
        found.append(_cases.c.area.between(*area.span))
    return found
