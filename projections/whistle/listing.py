"""Lists of whistles: what is due first while they are open, the newest first when they are over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias
from uuid import UUID

import sqlalchemy as sa

from domain.kernel.codes import AreaCode
from projections.whistle.queries import WhistleRow, shown_whistle
from projections.whistle.tables import whistle_tables

Query: TypeAlias = sa.Select[*tuple[Any, ...]]  # columns keep their types in the tables only
_TABLES = whistle_tables(sa.MetaData())
_whistles, _parties = _TABLES["whistles"], _TABLES["parties"]


@dataclass(frozen=True, slots=True, kw_only=True)
class WhistleFilter:
    """Which whistles are listed; None means all. ``unit`` is one that was summoned.

    Of open whistles a unit sees those that still expect something of it.
    """

    area: AreaCode | None = None
    unit: str | None = None
    kind: str | None = None
    overdue: bool | None = None
    open: bool | None = True


class After(NamedTuple):
    """The last row of a page: where it stood."""

    rank: int
    whistle: UUID


def whistle_page(
    conn: sa.Connection, wanted: WhistleFilter, *, after: After | None = None, limit: int = 50
) -> Sequence[WhistleRow]:
    """Give the rows after a place in the list."""
    query = _filtered(sa.select(_whistles), wanted)
    if wanted.open:
        return _in_order(conn, _due_first(query, after), limit)
    if after is not None:
        query = query.where(_whistles.c.whistle < _id(after.whistle))
    return _in_order(conn, query.order_by(_whistles.c.whistle.desc()), limit)


def _due_first(query: Query, after: After | None) -> Query:
    if after is not None:
        place = sa.tuple_(_whistles.c.rank, _whistles.c.whistle)
        there = sa.tuple_(sa.literal(after.rank, sa.BigInteger), _id(after.whistle))
        query = query.where(place > there)
    return query.order_by(_whistles.c.rank, _whistles.c.whistle)


def _in_order(conn: sa.Connection, query: Query, limit: int) -> list[WhistleRow]:
    return [shown_whistle(row) for row in conn.execute(query.limit(limit))]


def _filtered(query: Query, wanted: WhistleFilter) -> Query:
    if wanted.open is not None:
        query = query.where(_whistles.c.is_open == wanted.open)
    if wanted.area is not None:
        query = query.where(_whistles.c.area.between(*wanted.area.span))
    if wanted.kind is not None:
        query = query.where(_whistles.c.kind == wanted.kind)
    if wanted.unit is not None:
        return query.where(_whistles.c.whistle.in_(_summoning(wanted.unit, wanted)))
    if wanted.overdue is not None:
        late = _whistles.c.overdue > 0
        query = query.where(late if wanted.overdue else ~late)
    return query


def _summoning(unit: str, wanted: WhistleFilter) -> Query:
    """Give the whistles of a unit; with ``overdue`` those in which this unit itself is late."""
    query = sa.select(_parties.c.whistle).where(_parties.c.unit == unit)
    if wanted.open:
        query = query.where(_parties.c.is_expected)
    if wanted.overdue is not None:
        query = query.where(_parties.c.is_overdue == wanted.overdue)
    return query


def _id(identifier: UUID) -> sa.ColumnElement[UUID]:
    return sa.literal(identifier, sa.Uuid)
