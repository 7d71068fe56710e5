"""The API of measures: how long things took, and the city's indicators."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from projections.incident.durations import case_durations, stage_durations, trend
from projections.incident.indicators import ABSENT, Rate, Sums, sums
from web.acting import api_actor
from web.city import the_city, today
from web.incident import schemas
from web.incident.asking import scope_of
from web.openapi import Blueprint

if TYPE_CHECKING:
    from projections.incident.durations import Minutes
    from projections.incident.scope import Scope

blueprint = Blueprint("measures", __name__, description="Handling times and indicators")


@blueprint.route("/durations", methods=["GET"])
@blueprint.arguments(schemas.DurationsQuery, location="query")
@blueprint.response(200, schemas.DurationsOut)
def durations(query: dict[str, Any]) -> Any:
    """Read how long stages and cases took, against their limits."""
    api_actor()
    return told_durations(query)


@blueprint.route("/indicators", methods=["GET"])
@blueprint.arguments(schemas.ScopeQuery, location="query")
@blueprint.response(200, schemas.IndicatorsOut)
def indicators(query: dict[str, Any]) -> Any:
    """Read the indicators of the cases reported in a period."""
    api_actor()
    return told_indicators(query)


def told_durations(query: dict[str, Any]) -> dict[str, Any]:
    """Give durations as the API tells them."""
    scope, by = scope_of(query), query.get("by")
    minutes: Minutes = query.get("minutes", "working")
    with the_city().store.reading() as conn:
        # A stage has no handling time of its own: that clock is a whole case's.
        stages = stage_durations(
            conn, scope, by=by, minutes="clock" if minutes == "clock" else "working"
        )
        cases = case_durations(conn, scope, by=by, minutes=minutes)
        weeks = trend(conn, _timeless(scope), last=scope.last or today(), minutes=minutes)
    return {
        "first": scope.first,
        "last": scope.last,
        "minutes": minutes,
        "stages": stages,
        "cases": cases,
        "weeks": weeks,
    }


def told_indicators(query: dict[str, Any]) -> dict[str, Any]:
    """Give indicators as the API tells them."""
    scope = scope_of(query)
    with the_city().store.reading() as conn:
        found = sums(conn, scope, by=query.get("by"))
    return {
        "first": scope.first,
        "last": scope.last,
        "items": [_sums(one) for one in found],
        "absent": list(ABSENT),
    }


def _timeless(scope: Scope) -> Scope:
    """The trend brings its own period."""
    return replace(scope, first=None, last=None)


def _sums(found: Sums) -> dict[str, Any]:
    rates: dict[str, Rate] = found.rates
    return {"group": found.group, "rates": rates, "counts": dict(found.counts)}
