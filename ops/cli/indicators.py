"""Indicators and durations of an area and a period."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, get_args

import click

from ops.cli.acting import AREA, DAY
from ops.cli.telling import Told, table, telling
from projections.incident.durations import case_durations, stage_durations
from projections.incident.indicators import sums
from projections.incident.scope import Group, Scope

if TYPE_CHECKING:
    from ops.bootstrap import Gridward

_TITLES = ("indicator", "of", "share", "numerator", "denominator")


def scoped(command: Callable[..., Any]) -> Callable[..., Any]:
    """Ask for which area, period, categories and unit."""
    for option in (
        click.option("--by", type=click.Choice(get_args(Group)), help="One line for each."),
        click.option("--unit", help="Only this unit."),
        click.option("--nature", type=click.Choice(["event", "component"])),
        click.option("--category", help="Categories beginning so."),
        click.option("--last", type=DAY, help="The last day."),
        click.option("--first", type=DAY, help="The first day."),
        click.option("--area", type=AREA, help="This area and below it."),
    ):
        command = option(command)
    return command


@click.command()
@scoped
@telling(to="look at measures")
def indicators(city: Gridward, *, by: Group | None, **given: Any) -> Told:
    """Tell the city's rates; a period counts the cases reported in it."""
    scope = _scope(given)
    with city.store.reading() as conn:
        found = sums(conn, scope, by=by)
    data = [
        {
            "group": one.group,
            "counts": one.counts,
            "rates": {
                name: {
                    "percent": rate.percent,
                    "numerator": rate.numerator,
                    "denominator": rate.denominator,
                }
                for name, rate in one.rates.items()
            },
        }
        for one in found
    ]
    rows = [
        (name, one.group or "all", _percent(rate.percent), rate.numerator, rate.denominator)
        for one in found
        for name, rate in one.rates.items()
    ]
    return Told(data=data, lines=table(_TITLES, rows) or ["Nothing was reported."])


@click.command()
@scoped
@click.option("--minutes", type=click.Choice(["working", "clock"]), default="working")
@telling(to="look at measures")
def durations(city: Gridward, *, by: Group | None, minutes: Any, **given: Any) -> Told:
    """Tell how long stages and whole cases took: median, nine in ten, on time."""
    scope = _scope(given)
    with city.store.reading() as conn:
        stages = stage_durations(conn, scope, by=by, minutes=minutes)
        cases = case_durations(conn, scope, by=by, minutes=minutes)
    lines = table(
        ("stage", "of", "count", "median min", "90 % min", "limit min", "on time", "judged"),
        [
            (
                one.stage or "whole case",
                one.group or "all",
                one.count,
                one.median,
                one.p90,
                one.limit_minutes,
                one.on_time,
                one.judged,
            )
            for one in (*stages, *cases)
        ],
    )
    data = {"stages": stages, "cases": cases}
    return Told(data=data, lines=lines or ["Nothing has ended yet."])


def _scope(given: dict[str, Any]) -> Scope:
    from ops.cli.reaching import area_listed
    from web.access import MEASURES

    return Scope(**{**given, "area": area_listed(MEASURES, given["area"])})


def _percent(percent: object) -> str:
    return "" if percent is None else f"{percent}%"
