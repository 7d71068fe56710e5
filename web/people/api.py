"""The API of the roster: who holds which role, which units work, and who you are."""

from __future__ import annotations

from datetime import date
from typing import Any

from domain.kernel.codes import AreaCode, Level
from domain.kernel.refusals import Refused
from projections.area.queries import tree_on
from projections.people.queries import (
    PostRow,
    UnitRow,
    answering_units,
    roster_page,
    units_page,
)
from web.access import area_of_list
from web.acting import api_actor
from web.city import Reading, the_city, today
from web.cursors import cursor, read_cursor, whole
from web.openapi import Blueprint
from web.people import schemas
from web.sparse import answer_only

blueprint = Blueprint("people", __name__, description="The roster and the units")


@blueprint.route("/whoami", methods=["GET"])
@blueprint.response(200, schemas.WhoOut)
def whoami() -> Any:
    """See who you act as."""
    actor = api_actor()
    return {"handle": actor.handle, "role": actor.role, "posts": actor.posts}


@blueprint.route("/people", methods=["GET"])
@blueprint.arguments(schemas.PeopleQuery, location="query")
@blueprint.response(200, schemas.PeopleOut)
def people(query: dict[str, Any]) -> Any:
    """List who holds which role today, by handle; names stay in the vault."""
    api_actor()
    answer_only(query)
    limit, day = query["limit"], today()
    after = _post_after(query["after"], day) if "after" in query else None
    asked = AreaCode(query["area"]) if "area" in query else None
    within = area_of_list("look at people", asked)
    with the_city().store.reading() as conn:
        found = roster_page(conn, within, day, role=query.get("role"), after=after, limit=limit + 1)
    shown = found[:limit]
    more = len(found) > limit
    marker = cursor(shown[-1].handle, shown[-1].grant) if more else None
    return {"items": shown, "next": marker}


@blueprint.route("/units", methods=["GET"])
@blueprint.arguments(schemas.UnitsQuery, location="query")
@blueprint.response(200, schemas.UnitsOut)
def units(query: dict[str, Any]) -> Any:
    """List the units of an area and below it, or those that answer for a category there."""
    api_actor()
    answer_only(query)
    limit, day = query["limit"], today()
    after = read_cursor(query["after"], words=1)[0] if "after" in query else None
    with the_city().store.reading() as conn:
        within = _within(conn, query, day)
        if within is None:
            return {"items": [], "next": None}
        if "category" in query:
            return {"items": answering(conn, query["category"], within, day), "next": None}
        found = units_page(conn, within, day, after=after, limit=limit + 1)
    shown = found[:limit]
    return {"items": shown, "next": cursor(shown[-1].code) if len(found) > limit else None}


def answering(
    conn: Reading, category: str, area: AreaCode, day: date, *, most: int = 50
) -> list[UnitRow]:
    """Give the units that answer for a category in an area, each once, the nearest first."""
    whole_class = category.partition("-")[0]
    broader = [whole_class] if whole_class != category else []
    found = answering_units(conn, category, area, day, broader=broader, limit=most)
    return list({one.unit.code: one.unit for one in found}.values())


def city_code(conn: Reading, day: date) -> AreaCode | None:
    """Give the city itself; None before any division was imported."""
    return next(iter(tree_on(conn, day, down_to=Level.CITY)), None)


def _within(conn: Reading, query: dict[str, Any], day: date) -> AreaCode | None:
    return AreaCode(query["area"]) if "area" in query else city_code(conn, day)


def _post_after(given: str, day: date) -> PostRow:
    """Rebuild as much of the last row as the next page needs: its handle and grant."""
    handle, grant = read_cursor(given, words=2)
    number = whole(grant, given)
    if number > 2**31 - 1:
        raise Refused("bad-cursor", "Begin again without 'after'.")
    return PostRow(handle, number, "", None, None, day, None)
