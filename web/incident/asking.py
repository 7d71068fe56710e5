"""From the words of a query to the filters of the read models."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from domain.kernel.codes import AreaCode
from domain.kernel.refusals import Refused
from projections.incident.board import BoardFilter
from projections.incident.scope import Scope
from web.access import BOARD, MEASURES, area_of_list, bounds_of_list
from web.city import today

WEEKS = 13
_OPEN = {"open": True, "ended": False, "all": None}
_PLAIN = (
    *("stage", "unit", "handler", "category", "level", "source", "workflow", "light", "number"),
    "backlog",
)


def board_filter(query: Mapping[str, Any]) -> BoardFilter:
    """Give the filter of a board; refuses ``invalid-area-code``."""
    plain = {name: query.get(name) for name in _PLAIN}
    area, plain["unit"] = bounds_of_list(BOARD, area_asked(query), query.get("unit"))
    return BoardFilter(area=area, open=_OPEN[query.get("state", "open")], **plain)


def scope_of(query: Mapping[str, Any]) -> Scope:
    """Give the scope of a measure; thirteen weeks up to today where no days are given."""
    last: date = query.get("last") or today()
    first: date = query.get("first") or last - timedelta(days=7 * WEEKS - 1)
    if first > last:
        reason = "The first day lies after the last; swap them."
        raise Refused("fields-invalid", reason, fields={"first": [reason]})
    return Scope(
        area=area_of_list(MEASURES, area_asked(query)),
        first=first,
        last=last,
        category=query.get("category"),
        nature=query.get("nature"),
        unit=query.get("unit"),
    )


def area_asked(query: Mapping[str, Any]) -> AreaCode | None:
    """Give the area of a query, if one is given."""
    return AreaCode(query["area"]) if query.get("area") else None
