"""The read model of plans: what each says in short, how far it is, how many cases it moved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa

from domain.incident.events_moving import MovedToVersion
from domain.kernel.facts import Fact
from domain.kernel.shifts import micros
from domain.moving import events as happened
from projections import rows

if TYPE_CHECKING:
    from projections.reading import Tables, Told

VERSION = 1
_STATES: Mapping[type[Fact], str] = {
    happened.MovingBegun: "running",
    happened.MovingPaused: "paused",
    happened.MovingResumed: "running",
    happened.MovingFinished: "finished",
}


class Movings:
    """``plans_v1``, and ``plan_moves_v1`` with a count for each part of the log."""

    name = "movings"
    version = VERSION
    topics = frozenset(
        {happened.PlanMade.TOPIC, MovedToVersion.TOPIC, *(fact.TOPIC for fact in _STATES)}
    )

    def tables(self, metadata: sa.MetaData) -> Tables:
        """Give the two tables."""
        return moving_tables(metadata)

    def tell(self, conn: sa.Connection, tables: Tables, told: Sequence[Told]) -> None:
        """Write what became of plans, and add up the cases moved."""
        moved: Counter[UUID] = Counter()
        for one in told:
            if isinstance(one.fact, MovedToVersion):
                moved[one.fact.plan] += 1
            elif isinstance(one.fact, happened.PlanMade):
                _make(conn, tables["plans"], one.stream, one.fact)
            else:
                _go_on(conn, tables["plans"], one.stream, one.fact)
        stored, part = rows.stored_id(conn), told[0].part
        counts = [(stored(plan), part, number) for plan, number in sorted(moved.items())]
        rows.add(conn, tables["moves"], counts)


def moving_tables(metadata: sa.MetaData) -> Tables:
    """Lay out the tables; times are microseconds since the epoch."""
    return {
        "plans": sa.Table(
            f"plans_v{VERSION}",
            metadata,
            sa.Column("plan", sa.Uuid, primary_key=True),
            sa.Column("name", sa.Text, nullable=False),
            sa.Column("left_versions", sa.Text, nullable=False),
            sa.Column("workflow", sa.Text, nullable=False),
            sa.Column("area", sa.Text),
            sa.Column("state", sa.Text, nullable=False),
            sa.Column("person", sa.Text, nullable=False),
            sa.Column("made_at", sa.BigInteger, nullable=False),
            sa.Column("changed_at", sa.BigInteger, nullable=False),
            sa.Column("refused", sa.Integer),
        ),
        "moves": sa.Table(
            f"plan_moves_v{VERSION}",
            metadata,
            sa.Column("plan", sa.Uuid, primary_key=True),
            sa.Column("part", sa.Integer, primary_key=True, autoincrement=False),
            sa.Column("moved", sa.Integer, nullable=False),
            sqlite_with_rowid=False,
        ),
    }


def _make(conn: sa.Connection, table: sa.Table, plan: UUID, fact: happened.PlanMade) -> None:
    at = micros(fact.act.at)
    row = {
        "plan": plan,
        "name": fact.name,
        "left_versions": ", ".join(fact.left),
        "workflow": fact.workflow,
        "area": fact.area,
        "state": "planned",
        "person": fact.act.person,
        "made_at": at,
        "changed_at": at,
    }
    conn.execute(sa.insert(table).values(row))


def _go_on(conn: sa.Connection, table: sa.Table, plan: UUID, fact: Any) -> None:
    values: dict[str, Any] = {
        "state": _STATES[type(fact)],
        "person": fact.act.person,
        "changed_at": micros(fact.act.at),
    }
    if isinstance(fact, happened.MovingFinished):
        values["refused"] = fact.refused
    conn.execute(sa.update(table).where(table.c.plan == plan).values(values))
