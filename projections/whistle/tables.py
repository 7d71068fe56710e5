"""The tables of whistles; times are microseconds since the epoch."""

from __future__ import annotations

import sqlalchemy as sa

from projections.reading import Tables

VERSION = 2
NEVER = 2**62


def whistle_tables(metadata: sa.MetaData) -> Tables:
    """Lay out ``whistles_v2`` and ``whistle_parties_v2``."""
    return {
        "whistles": _whistles(metadata, f"whistles_v{VERSION}"),
        "parties": _parties(metadata, f"whistle_parties_v{VERSION}"),
    }


def _whistles(metadata: sa.MetaData, name: str) -> sa.Table:
    """``rank`` orders the open by what is due first; ``roll`` is what the model folds on."""
    return sa.Table(
        name,
        metadata,
        sa.Column("whistle", sa.Uuid, primary_key=True),
        sa.Column("incident", sa.Uuid, nullable=False),
        sa.Column("is_open", sa.Boolean, nullable=False),
        sa.Column("rank", sa.BigInteger, nullable=False),
        sa.Column("area", sa.BigInteger, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("cause", sa.Text, nullable=False),
        sa.Column("rules", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("result", sa.Text),
        sa.Column("asked_at", sa.BigInteger),
        sa.Column("blown_at", sa.BigInteger),
        sa.Column("over_at", sa.BigInteger),
        sa.Column("due_at", sa.BigInteger),
        sa.Column("summoned", sa.Integer, nullable=False),
        sa.Column("expected", sa.Integer, nullable=False),
        sa.Column("overdue", sa.Integer, nullable=False),
        sa.Column("roll", sa.Text, nullable=False),
        sa.Index(f"{name}_open", "is_open", "area", "rank"),
        sa.Index(f"{name}_by_case", "incident"),
    )


def _parties(metadata: sa.MetaData, name: str) -> sa.Table:
    """``*_on_time`` is null while it is open, where nothing was owed, or it left before."""
    return sa.Table(
        name,
        metadata,
        sa.Column("whistle", sa.Uuid, primary_key=True),
        sa.Column("unit", sa.Text, primary_key=True),
        sa.Column("area", sa.BigInteger, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("is_expected", sa.Boolean, nullable=False),
        sa.Column("is_overdue", sa.Boolean, nullable=False),
        sa.Column("stands_for", sa.Text),
        sa.Column("summoned_at", sa.BigInteger, nullable=False),
        sa.Column("signed_at", sa.BigInteger),
        sa.Column("contacted_at", sa.BigInteger),
        sa.Column("arrived_at", sa.BigInteger),
        sa.Column("done_at", sa.BigInteger),
        sa.Column("left_at", sa.BigInteger),
        sa.Column("due_at", sa.BigInteger),
        sa.Column("due_what", sa.Text),
        sa.Column("signed_on_time", sa.Boolean),
        sa.Column("contacted_on_time", sa.Boolean),
        sa.Column("arrived_on_time", sa.Boolean),
        sa.Column("done_on_time", sa.Boolean),
        sa.Column("level", sa.Text),
        sa.Column("distance_m", sa.Integer),
        sa.Column("photo", sa.Text),
        sa.Column("stars", sa.Integer),
        sa.Index(f"{name}_by_unit", "unit", "is_expected", "summoned_at"),
        sa.Index(f"{name}_by_area", "area", "summoned_at"),
    )
