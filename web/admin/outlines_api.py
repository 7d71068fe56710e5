"""The API of outlines: an area's polygons as GeoJSON, told and set."""

from __future__ import annotations

from typing import Any

from domain.kernel.codes import AreaCode
from projections.area.queries import area_on, outline_on
from web.acting import api_actor
from web.admin import schemas
from web.admin.carrying import carried
from web.admin.outlines import set_outline
from web.area.api import standing
from web.area.schemas import DayQuery
from web.city import the_city, today
from web.incident.api import COMMAND_HEADERS
from web.openapi import Blueprint
from workflows.area.polygons import MICRO, geojson_of

blueprint = Blueprint("outlines", __name__, description="Where areas lie, as GeoJSON")


@blueprint.route("/areas/<code>/outline", methods=["GET"])
@blueprint.arguments(DayQuery, location="query")
@blueprint.response(200, schemas.OutlineOut)
@blueprint.alt_response(404, "NOT_FOUND")
def show(query: dict[str, Any], code: str) -> Any:
    """Give an area as a GeoJSON feature; its geometry is null where it has no outline."""
    api_actor()
    area, day = AreaCode(code), query.get("day") or today()
    with the_city().store.reading() as conn:
        row = standing(area_on(conn, area, day), area, day)
        found = outline_on(conn, area, day)
    outline, since = found or (None, None)
    centre = [outline.lon_e6 / MICRO, outline.lat_e6 / MICRO] if outline else None
    named = {"code": area, "name": row.name, "name_en": row.name_en}
    return {
        "type": "Feature",
        "properties": {**named, "from_day": since, "centre": centre},
        "geometry": geojson_of(outline.polygons) if outline else None,
    }


@blueprint.route("/admin/areas/<code>/outline", methods=["POST"])
@blueprint.doc(parameters=COMMAND_HEADERS)
@blueprint.arguments(schemas.OutlineIn)
@blueprint.arguments(schemas.DryRun, location="query")
@blueprint.response(200, schemas.FitOut)
@blueprint.alt_response(403, "FORBIDDEN")
@blueprint.alt_response(404, "NOT_FOUND")
@blueprint.alt_response(409, "CONFLICT")
def bound(body: dict[str, Any], query: dict[str, Any], /, code: str) -> Any:
    """Set where an area lies; `fit` tells how that fits its parent and its neighbours."""
    reason = body.pop("reason", None)
    return set_outline(
        AreaCode(code),
        body["outline"],
        body["from_day"],
        lambda wished: carried(wished, dry=query["dry_run"], reason=reason),
    )
