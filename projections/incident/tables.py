"""The tables of incidents: one row a case, one a finished stage, one an ended case, and counts.

Times are microseconds since 1970 UTC, areas 15-digit numbers, days count from 1970-01-01 in the
city's time. Deadlines are shown as they follow from the facts told so far; they are no truth.
"""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa

from projections.incident.counts import COUNTS

VERSION = 6
NEVER = 2**63 - 1
# In the order of bytes, so that the beginning of a number is a range of the index.
_BY_BYTES = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def incident_tables(metadata: sa.MetaData) -> Mapping[str, sa.Table]:
    """Give the tables by their short name."""
    return {
        "cases": _cases(metadata),
        "spans": _spans(metadata),
        "endings": _endings(metadata),
        "counts": _counts(metadata),
        "requests": _requests(metadata),
    }


def _cases(metadata: sa.MetaData) -> sa.Table:
    """``rank`` orders a board: open cases by what is due first, ended ones from the newest."""
    return sa.Table(
        f"cases_v{VERSION}",
        metadata,
        sa.Column("incident", sa.Uuid, primary_key=True),
        sa.Column("number", _BY_BYTES, nullable=False),
        sa.Column("open", sa.Boolean, nullable=False),
        sa.Column("rank", sa.BigInteger, nullable=False),
        sa.Column("area", sa.BigInteger, nullable=False),
        sa.Column("district", sa.BigInteger, nullable=False),
        sa.Column("street", sa.BigInteger, nullable=False),
        sa.Column("level", sa.Text, nullable=False),
        sa.Column("category", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("reference", sa.Text),
        sa.Column("stage", sa.Text, nullable=False),
        sa.Column("unit", sa.Text),
        sa.Column("handler", sa.Text),
        sa.Column("workflow", sa.Text, nullable=False),
        sa.Column("lon_e6", sa.Integer),
        sa.Column("lat_e6", sa.Integer),
        sa.Column("follows", sa.Uuid),
        sa.Column("reported_at", sa.BigInteger, nullable=False),
        sa.Column("entered_at", sa.BigInteger, nullable=False),
        sa.Column("due_at", sa.BigInteger),
        sa.Column("warn_at", sa.BigInteger),
        sa.Column("bundled_due_at", sa.BigInteger),
        sa.Column("paused_at", sa.BigInteger),
        sa.Column("backlog", sa.Boolean, nullable=False),
        sa.Column("ended_at", sa.BigInteger),
        sa.Column("final", sa.Text),
        sa.Column("outcome", sa.Text),
        sa.Column("on_time", sa.Boolean),
        sa.Column("escalations", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("course", sa.Text, nullable=False),
        *_case_indexes(),
        *_partial_indexes(),
    )


def _case_indexes() -> list[sa.Index]:
    """One for each filter that a board walks in the order of its rank."""
    filters = ("district", "street", "unit", "handler", "stage", "category")
    columns: dict[str, tuple[str, ...]] = {
        name: ("open", name, "rank", "incident") for name in filters
    }
    columns |= {"number": ("number",), "rank": ("open", "rank", "incident")}
    columns |= {"area": ("open", "area")}
    return [sa.Index(f"cases_v{VERSION}_by_{name}", *found) for name, found in columns.items()]


def _partial_indexes() -> list[sa.Index]:
    """Small ones: open cases by place, and what follows another case."""
    placed, following = sa.text("open AND lat_e6 IS NOT NULL"), sa.text("follows IS NOT NULL")
    name = f"cases_v{VERSION}_by"
    return [
        sa.Index(f"{name}_place", "lat_e6", "lon_e6", sqlite_where=placed, postgresql_where=placed),
        sa.Index(f"{name}_follows", "follows", sqlite_where=following, postgresql_where=following),
    ]


def _spans(metadata: sa.MetaData) -> sa.Table:
    """``person`` and ``role`` took the step that ended the span; ``day`` is the day it ended."""
    return sa.Table(
        f"spans_v{VERSION}",
        metadata,
        sa.Column("incident", sa.Uuid, primary_key=True),
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("day", sa.Integer, nullable=False),
        sa.Column("stage", sa.Text, nullable=False),
        sa.Column("area", sa.BigInteger, nullable=False),
        sa.Column("level", sa.Text, nullable=False),
        sa.Column("category", sa.Text, nullable=False),
        sa.Column("unit", sa.Text),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("entered_at", sa.BigInteger, nullable=False),
        sa.Column("left_at", sa.BigInteger, nullable=False),
        sa.Column("clock_minutes", sa.Integer, nullable=False),
        sa.Column("working_minutes", sa.Integer, nullable=False),
        sa.Column("limit_minutes", sa.Integer),
        sa.Column("limit_clock", sa.Text),
        sa.Column("on_time", sa.Boolean),
        sa.Column("round", sa.Integer, nullable=False),
        sa.Column("rework", sa.Boolean, nullable=False),
        sa.Column("reopened", sa.Boolean, nullable=False),
        sa.Column("paused", sa.Boolean, nullable=False),
        sa.Index(f"spans_v{VERSION}_by_day", "day", "area"),
        sqlite_with_rowid=False,
    )


def _endings(metadata: sa.MetaData) -> sa.Table:
    """How long a whole case took; ``handling`` is by the clock of the bundled limit."""
    return sa.Table(
        f"endings_v{VERSION}",
        metadata,
        sa.Column("incident", sa.Uuid, primary_key=True),
        sa.Column("day", sa.Integer, nullable=False),
        sa.Column("final", sa.Text, nullable=False),
        sa.Column("outcome", sa.Text),
        sa.Column("area", sa.BigInteger, nullable=False),
        sa.Column("level", sa.Text, nullable=False),
        sa.Column("category", sa.Text, nullable=False),
        sa.Column("unit", sa.Text),
        sa.Column("reported_at", sa.BigInteger, nullable=False),
        sa.Column("ended_at", sa.BigInteger, nullable=False),
        sa.Column("clock_minutes", sa.Integer, nullable=False),
        sa.Column("working_minutes", sa.Integer, nullable=False),
        sa.Column("handling_minutes", sa.Integer),
        sa.Column("paused_minutes", sa.Integer, nullable=False),
        sa.Column("limit_minutes", sa.Integer),
        sa.Column("limit_clock", sa.Text),
        sa.Column("on_time", sa.Boolean),
        sa.Column("reworks", sa.Integer, nullable=False),
        sa.Column("rounds", sa.Integer, nullable=False),
        sa.Index(f"endings_v{VERSION}_by_day", "day", "area"),
        sqlite_with_rowid=False,
    )


def _counts(metadata: sa.MetaData) -> sa.Table:
    """``part`` is in the key so that each row has one reader; questions sum over it."""
    return sa.Table(
        f"counts_v{VERSION}",
        metadata,
        sa.Column("part", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("day", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("area", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("category", sa.Text, primary_key=True),
        sa.Column("unit", sa.Text, primary_key=True),
        *(sa.Column(name, sa.Integer, nullable=False) for name in COUNTS),
        sa.Index(f"counts_v{VERSION}_by_day", "day", "area"),
        sqlite_with_rowid=False,
    )


def _requests(metadata: sa.MetaData) -> sa.Table:
    """``day`` is the day a request was asked; ``decision`` is ``open`` while it waits."""
    return sa.Table(
        f"requests_v{VERSION}",
        metadata,
        sa.Column("incident", sa.Uuid, primary_key=True),
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("request", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("day", sa.Integer, nullable=False),
        sa.Column("area", sa.BigInteger, nullable=False),
        sa.Column("category", sa.Text, nullable=False),
        sa.Column("unit", sa.Text),
        sa.Column("asked_at", sa.BigInteger, nullable=False),
        sa.Column("asked_by", sa.Text, nullable=False),
        sa.Column("asked_in", sa.Text, nullable=False),
        sa.Column("minutes", sa.Integer),
        sa.Column("evidence", sa.Text),
        sa.Column("decision", sa.Text, nullable=False),
        sa.Column("decided_at", sa.BigInteger),
        sa.Column("decided_by", sa.Text),
        sa.Column("decided_in", sa.Text),
        sa.Column("granted_minutes", sa.Integer),
        sa.Index(f"requests_v{VERSION}_by_time", "asked_at", "incident", "seq"),
        sqlite_with_rowid=False,
    )
