"""The API of areas: one, its children, and a search."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from domain.kernel.codes import AreaCode, Level
from domain.kernel.refusals import Refused
from projections.area.queries import (
    AreaRow,
    ChildRow,
    FoundArea,
    area_on,
    children,
    counts_by_level,
    search,
)
from web.acting import api_actor
from web.area import schemas
from web.city import the_city, today
from web.cursors import bad_cursor, cursor, read_cursor, whole
from web.openapi import Blueprint
from web.sparse import answer_only

blueprint = Blueprint("areas", __name__, description="Divisions and grids")


@blueprint.route("/areas", methods=["GET"])
@blueprint.arguments(schemas.AreasQuery, location="query")
@blueprint.response(200, schemas.AreaPageOut)
def find(query: dict[str, Any]) -> Any:
    """Find areas by a part of the name or the first digits of the code."""
    api_actor()
    answer_only(query)
    with the_city().store.reading() as conn:
        found = search(
            conn,
            query["search"],
            query.get("day") or today(),
            within=AreaCode(query["within"]) if "within" in query else None,
            after=_after(query["after"]) if "after" in query else None,
            limit=query["limit"] + 1,
        )
    shown, last = found[: query["limit"]], found[query["limit"] - 1 : query["limit"]]
    more = len(found) > len(shown)
    marker = cursor(last[0].rank, last[0].area.code) if more else None
    return {"items": [one.area for one in shown], "next": marker}


@blueprint.route("/areas/<code>", methods=["GET"])
@blueprint.arguments(schemas.DayQuery, location="query")
@blueprint.response(200, schemas.AreaInTreeOut)
@blueprint.alt_response(404, "NOT_FOUND")
def show(query: dict[str, Any], code: str) -> Any:
    """Look at one area."""
    api_actor()
    area, day = AreaCode(code), query.get("day") or today()
    return told_area(area, day)


@blueprint.route("/areas/<code>/children", methods=["GET"])
@blueprint.arguments(schemas.ChildrenQuery, location="query")
@blueprint.response(200, schemas.ChildPageOut)
@blueprint.alt_response(404, "NOT_FOUND")
def below(query: dict[str, Any], code: str) -> Any:
    """List the areas right below one, by code."""
    api_actor()
    answer_only(query)
    area, day, limit = AreaCode(code), query.get("day") or today(), query["limit"]
    after = _code_after(query["after"]) if "after" in query else None
    with the_city().store.reading() as conn:
        standing(area_on(conn, area, day), area, day)
        found = children(conn, area, day, after=after, limit=limit + 1)
    shown = found[:limit]
    marker = cursor(shown[-1].area.code) if len(found) > limit else None
    return {"items": [_child(one) for one in shown], "next": marker}


def told_area(area: AreaCode, day: date) -> dict[str, Any]:
    """Give an area as the API tells it; refuses ``no-such-area``."""
    with the_city().store.reading() as conn:
        row = standing(area_on(conn, area, day), area, day)
        counts = counts_by_level(conn, area, day)
    return _in_tree(row, {level: n for level, n in counts.items() if level > area.level})


def standing(row: AreaRow | None, area: AreaCode, day: date) -> AreaRow:
    """Refuse ``no-such-area`` where nothing stands."""
    if row is None:
        reason = f"No area {area} stands on {day}. Search by name: /api/v1/areas?search=…"
        raise Refused("no-such-area", reason, area=str(area), day=day.isoformat())
    return row


def _child(child: ChildRow) -> dict[str, Any]:
    return _in_tree(child.area, child.below)


def _in_tree(row: AreaRow, counts: Mapping[Level, int]) -> dict[str, Any]:
    return {
        **row._asdict(),
        "path": list(row.code.path),
        "below": {level.word: count for level, count in counts.items()},
    }


def _after(given: str) -> FoundArea:
    """Rebuild as much of the last row as the next page needs: its rank and code."""
    rank, code = read_cursor(given, words=2)
    area = AreaRow(_code(code, given), "", None, "", date.min, None, None, None, None)
    return FoundArea(area, whole(rank, given))


def _code_after(given: str) -> AreaCode:
    return _code(read_cursor(given, words=1)[0], given)


def _code(code: str, given: str) -> AreaCode:
    try:
        return AreaCode(code)
    except Refused:
        raise bad_cursor(given) from None
