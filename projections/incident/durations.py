"""How long things took: each stage, and whole cases, against their limits.

Median and 90th percentile are nearest-rank: of n durations in order, the one at place
ceil(n x p / 100). So each is a duration that really was, in whole minutes, and can be looked up.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal, NamedTuple, TypeAlias
from uuid import UUID

import sqlalchemy as sa

from projections.incident.scope import Group, Scope, conditions, group_word, grouping
from projections.incident.shapes import date_of, day_of
from projections.incident.tables import incident_tables

Found: TypeAlias = sa.Row[*tuple[Any, ...]]  # columns keep their types in the tables only
Minutes: TypeAlias = Literal["working", "clock", "handling"]
_TABLES = incident_tables(sa.MetaData())
_spans, _endings = _TABLES["spans"], _TABLES["endings"]
WEEKS = 13
_WEEK = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Durations:
    """Durations of one group: how many, two percentiles, and how many kept their limit.

    ``judged`` counts those that had a limit; ``limit_minutes`` is given when all had the same.
    """

    stage: str | None = None
    group: str | None = None
    count: int
    median: int
    p90: int
    judged: int
    on_time: int
    limit_minutes: int | None = None

    @property
    def late(self) -> int:
        return self.judged - self.on_time


class Week(NamedTuple):
    """One week of a trend, from its first day; without durations when nothing ended in it."""

    first: date
    durations: Durations | None


class Slow(NamedTuple):
    """One case that took long."""

    incident: UUID
    minutes: int
    limit_minutes: int | None
    on_time: bool | None


def stage_durations(
    conn: sa.Connection,
    scope: Scope,
    *,
    by: Group | None = None,
    minutes: Literal["working", "clock"] = "working",
    stage: str | None = None,
) -> list[Durations]:
    """Summarize finished stages, by stage and perhaps by group; the day is when they ended."""
    wanted = conditions(_spans, scope)
    if stage is not None:
        wanted.append(_spans.c.stage == stage)
    groups = [_spans.c.stage, *([grouping(_spans, by)] if by else [])]
    return [
        _durations(row, stage=row[0], group=group_word(by, row[1]) if by else None)
        for row in _summarized(conn, _spans, groups, minutes=minutes, where=wanted)
    ]


def case_durations(
    conn: sa.Connection,
    scope: Scope,
    *,
    by: Group | None = None,
    minutes: Minutes = "working",
    final: str = "settled",
) -> list[Durations]:
    """Summarize ended cases from report to closing, or with ``handling`` from dispatch to handled.

    On time is on-time handling; the day is when the case was closed.
    """
    wanted = [*conditions(_endings, scope), _endings.c.final == final]
    groups = [grouping(_endings, by)] if by else []
    return [
        _durations(row, group=group_word(by, row[0]) if by else None)
        for row in _summarized(conn, _endings, groups, minutes=minutes, where=wanted)
    ]


def trend(
    conn: sa.Connection,
    scope: Scope,
    *,
    last: date,
    weeks: int = WEEKS,
    stage: str | None = None,
    minutes: Minutes = "working",
) -> list[Week]:
    """Summarize week by week up to a day, of whole cases or of one stage; empty weeks are given."""
    table = _endings if stage is None else _spans
    first = last - timedelta(days=weeks * _WEEK - 1)
    period = table.c.day.between(day_of(first), day_of(last))
    kind = table.c.final == "settled" if stage is None else table.c.stage == stage
    week = (table.c.day - day_of(first)) // _WEEK
    wanted = [*conditions(table, scope), period, kind]
    found = {
        int(row[0]): _durations(row, stage=stage)
        for row in _summarized(conn, table, [week], minutes=minutes, where=wanted)
    }
    return [Week(first + timedelta(days=_WEEK * nth), found.get(nth)) for nth in range(weeks)]


def worst(durations: list[Durations], *, most: int = 10) -> list[Durations]:
    """Give the groups that kept their limits least often, of those that had limits."""
    judged = [one for one in durations if one.judged]
    return sorted(judged, key=lambda one: (one.on_time / one.judged, -one.late))[:most]


def slowest(
    conn: sa.Connection, scope: Scope, *, minutes: Minutes = "working", most: int = 10
) -> list[Slow]:
    """Give the closed cases that took longest."""
    taken = _endings.c[f"{minutes}_minutes"]
    query = (
        sa.select(_endings.c.incident, taken, _endings.c.limit_minutes, _endings.c.on_time)
        .where(*conditions(_endings, scope), _endings.c.final == "settled", taken.is_not(None))
        .order_by(taken.desc(), _endings.c.incident)
        .limit(most)
    )
    return [Slow(*row) for row in conn.execute(query)]


def _summarized(
    conn: sa.Connection,
    table: sa.Table,
    groups: list[Any],
    *,
    minutes: Minutes,
    where: list[sa.ColumnElement[bool]],
) -> Iterator[Found]:
    """Rank the durations in their groups; every percentile is then a row that exists."""
    taken = table.c[f"{minutes}_minutes"]
    named = [column.label(f"g{nth}") for nth, column in enumerate(groups)]
    ranked = (
        sa.select(
            *named,
            taken.label("taken"),
            table.c.on_time,
            table.c.limit_minutes,
            sa.func.row_number().over(order_by=taken, partition_by=groups or None).label("place"),
            sa.func.count().over(partition_by=groups or None).label("n"),
        )
        .where(*where, taken.is_not(None))
        .subquery()
    )
    keys = [ranked.c[column.name] for column in named]
    query = sa.select(
        *keys,
        sa.func.count().label("count"),
        _at(ranked, 50).label("median"),
        _at(ranked, 90).label("p90"),
        sa.func.count(ranked.c.on_time).label("judged"),
        sa.func.sum(sa.case((ranked.c.on_time, 1), else_=0)).label("on_time"),
        sa.func.max(ranked.c.limit_minutes).label("longest_limit"),
        sa.func.min(ranked.c.limit_minutes).label("shortest_limit"),
    )
    yield from conn.execute(query.group_by(*keys).order_by(*keys).having(sa.func.count() > 0))


def _at(ranked: sa.Subquery, percent: int) -> sa.ColumnElement[int]:
    """The nearest rank in whole numbers: ceil(n x p / 100)."""
    place = (ranked.c.n * percent + 99) // 100
    return sa.func.max(sa.case((ranked.c.place == place, ranked.c.taken)))


def _durations(row: Found, *, stage: str | None = None, group: str | None = None) -> Durations:
    one_limit = row.longest_limit if row.longest_limit == row.shortest_limit else None
    return Durations(
        stage=stage,
        group=group,
        count=int(row._mapping["count"]),  # noqa: SLF001  # `count` is also a method of a row
        median=row.median,
        p90=row.p90,
        judged=row.judged,
        on_time=int(row.on_time),
        limit_minutes=one_limit,
    )


def first_day(conn: sa.Connection) -> date | None:
    """Give the day of the first finished stage: no period need begin before it."""
    number = conn.scalar(sa.select(sa.func.min(_spans.c.day)))
    return None if number is None else date_of(number)
