"""Handling times as a page: how long, against which limit, how often in time, and for whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from flask import Blueprint, jsonify, render_template
from markupsafe import Markup
from marshmallow import ValidationError

from domain.kernel.codes import AreaCode, Level
from domain.kernel.refusals import Refused
from projections.incident.durations import (
    Durations,
    Week,
    case_durations,
    slowest,
    stage_durations,
    trend,
)
from projections.incident.indicators import INDICATORS, Sums, sums
from projections.people.queries import units_page
from web.city import Reading, the_city, today
from web.clocks import lasting, worked
from web.incident.asking import scope_of
from web.incident.drawing import panel, scale_for, trend_drawing
from web.incident.measures_api import told_durations, told_indicators
from web.incident.schemas import DurationsOut, DurationsQuery, IndicatorsOut
from web.languages import named, say, word
from web.naming import Naming, current_definition
from web.pages import Form, asked, in_forms, must_be_somebody
from web.people.api import city_code
from web.sheets import sheet

if TYPE_CHECKING:
    from projections.incident.scope import Scope

blueprint = Blueprint("times", __name__)
MOST_PANELS = 12
GROUPS = ("district", "street", "community", "class", "category", "unit")


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """One of the small multiples: a group, its stages, and where its cases are."""

    group: str
    name: str
    stages: list[Durations]
    whole: Durations | None
    drawing: Markup
    board: dict[str, str]


@in_forms(blueprint, "/times", "json", "csv")
def times(form: Form) -> Any:
    """Show how long things took."""
    must_be_somebody()
    query = _query()
    if form == "json":
        return jsonify(
            {
                "durations": DurationsOut().dump(told_durations(query)),
                "indicators": IndicatorsOut().dump(told_indicators(query)),
            }
        )
    scope = scope_of(query)
    with the_city().store.reading() as conn:
        naming = Naming(conn)
        by = query.get("by")
        stages = _in_order(_by_own_clock(conn, scope, by))
        if form == "csv":
            return _sheet(stages, by, naming)
        cases = case_durations(conn, scope, by=by, minutes="handling")
        return render_template(
            "times.html",
            query=query,
            scope=scope,
            panels=panels(stages, cases, query, naming),
            groups=GROUPS,
            stage_name=_stage_name,
            stage_time=stage_time,
            whole=_first(case_durations(conn, scope, minutes="handling")),
            weeks=(weeks := _weeks(conn, scope)),
            trend=trend_drawing(weeks),
            indicators=indicators(_first(sums(conn, scope))),
            slow=slowest(conn, scope, minutes="handling", most=10),
            naming=naming,
            here_board=board_of(query),
            area=scope.area,
            units=_units(conn, scope.area),
        )


def panels(
    stages: Sequence[Durations],
    cases: Sequence[Durations],
    query: Mapping[str, Any],
    naming: Naming,
) -> list[Panel]:
    """Give the small multiples, the groups with most cases first; one panel without groups."""
    scale, by = scale_for(stages), query.get("by")
    whole = {one.group: one for one in cases}
    by_group: dict[str | None, list[Durations]] = {}
    for one in stages:
        by_group.setdefault(one.group, []).append(one)
    busiest = sorted(by_group, key=lambda group: -max(one.count for one in by_group[group]))
    return [
        Panel(
            group=group or "",
            name=group_name(by, group, naming) if by else say("All stages"),
            stages=by_group[group],
            whole=whole.get(group),
            drawing=panel(by_group[group], scale, _stage_name, stage_time),
            board=board_of(query, by=by, group=group),
        )
        for group in busiest[:MOST_PANELS]
    ]


def group_name(by: str, group: str | None, naming: Naming) -> str:
    """Name a group: an area, a category, a unit."""
    if not group:
        return say("nobody yet")
    if by in ("district", "street", "community"):
        return naming.area(AreaCode(group))
    return naming.unit(group) if by == "unit" else naming.category(group)


def board_of(
    query: Mapping[str, Any], *, by: str | None = None, group: str | None = None
) -> dict[str, str]:
    """Give the filters of the board that hold the cases behind a number."""
    found = {name: str(query[name]) for name in ("area", "category", "unit") if query.get(name)}
    found["state"] = "all"
    if by and group:
        found[_FILTERS.get(by, "area")] = group
    return found


_FILTERS = {"class": "category", "category": "category", "unit": "unit"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """An indicator with both its numbers."""

    name: str
    numerator_name: str
    denominator_name: str
    numerator: int
    denominator: int
    percent: str
    higher_is_better: bool


def indicators(found: Sums | None) -> list[Shown]:
    """Give those indicators that have something to count, in their order."""
    if found is None:
        return []
    return [
        Shown(
            name=word("indicator", name),
            numerator_name=word("count", about.numerator),
            denominator_name=word("count", about.denominator),
            numerator=rate.numerator,
            denominator=rate.denominator,
            percent="—" if rate.percent is None else f"{rate.percent} %",
            higher_is_better=about.higher_is_better,
        )
        for name, about in INDICATORS.items()
        for rate in [found.rate(name)]
    ]


def _query() -> dict[str, Any]:
    try:
        return asked(DurationsQuery())
    except ValidationError as error:
        reason = "Some filters in the address are wrong; correct those named, or clear the filters."
        raise Refused("fields-invalid", reason, fields=error.messages_dict) from error


def _weeks(conn: Reading, scope: Scope) -> list[Week]:
    timeless = replace(scope, first=None, last=None)
    return trend(conn, timeless, last=scope.last or today(), minutes="handling")


def _by_own_clock(conn: Reading, scope: Scope, by: Any) -> list[Durations]:
    """Measure each stage by the clock of its limit: a suspension runs day and night."""
    working = stage_durations(conn, scope, by=by)
    if not any(_is_elapsed(one.stage) for one in working):
        return working
    elapsed = stage_durations(conn, scope, by=by, minutes="clock")
    return [one for one in working if not _is_elapsed(one.stage)] + [
        one for one in elapsed if _is_elapsed(one.stage)
    ]


def _is_elapsed(stage: str | None) -> bool:
    known = current_definition().stages.get(stage or "")
    within = known.deadline.within if known and known.deadline else None
    return within is not None and within.clock == "elapsed"


def stage_time(stage: str | None, minutes: int) -> str:
    """Say how long a stage took, by its own clock."""
    return lasting(minutes) if _is_elapsed(stage) else worked(minutes)


def _in_order(stages: list[Durations]) -> list[Durations]:
    """Put stages in the order of the workflow."""
    order = {name: place for place, name in enumerate(current_definition().stages)}
    return sorted(stages, key=lambda one: order.get(one.stage or "", len(order)))


def _stage_name(stage: str) -> str:
    known = current_definition().stages.get(stage)
    return named(known.label) if known else stage


def _first(found: Sequence[Any]) -> Any:
    return next(iter(found), None)


def _units(conn: Reading, area: AreaCode | None) -> list[Any]:
    day = today()
    within = area.at(min(area.level, Level.DISTRICT)) if area else city_code(conn, day)
    return units_page(conn, within, day, limit=100) if within else []


def _sheet(stages: Sequence[Durations], by: str | None, naming: Naming) -> Any:
    head = ["group", "stage", "count", "median_minutes", "p90_minutes", "limit_minutes"]
    rows = [
        (
            group_name(by, one.group, naming) if by else "",
            _stage_name(one.stage or ""),
            one.count,
            one.median,
            one.p90,
            one.limit_minutes,
            one.judged,
            one.on_time,
        )
        for one in stages
    ]
    return sheet("handling-times", [*head, "judged", "on_time"], rows)
