"""The API of calls: which cases may be meant, and joining a call to one of them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import request, url_for

from domain.kernel.codes import AreaCode
from domain.kernel.ids import incident_number
from projections.incident.duplicates import Sighting
from web.access import must_see
from web.acting import api_actor
from web.area.finding import place_at
from web.city import the_city
from web.following.token import secret_for
from web.hotline import schemas
from web.hotline.joining import JOIN
from web.hotline.joining import join as join_call
from web.incident.alike import candidates_for_viewer
from web.incident.api import COMMAND_HEADERS, DONE_HEADERS
from web.incident.duplicates_schemas import CandidatesOut
from web.openapi import Blueprint
from web.ordering import command_id, wait_wished

blueprint = Blueprint("calls", __name__, description="Calls about known cases")


@blueprint.route("/calls/alike", methods=["GET"])
@blueprint.arguments(schemas.AlikeQuery, location="query")
@blueprint.response(200, CandidatesOut)
@blueprint.alt_response(403, "FORBIDDEN")
def alike(query: dict[str, Any]) -> Any:
    """List open cases of the class, near and recent, that a caller may mean."""
    api_actor()
    area = AreaCode(query["area"])
    must_see(JOIN, area)
    point = "lon" in query and "lat" in query
    seen = Sighting(
        category=query["category"],
        area=area,
        place=place_at(query["lon"], query["lat"]) if point else None,
    )
    with the_city().store.reading() as conn:
        return {"items": candidates_for_viewer(conn, seen, now=the_city().now())}


@blueprint.route("/incidents/<uuid:incident>/calls", methods=["POST"])
@blueprint.doc(parameters=COMMAND_HEADERS)
@blueprint.arguments(schemas.CallIn)
@blueprint.response(200, schemas.CallOut, headers=DONE_HEADERS)
@blueprint.alt_response(403, "FORBIDDEN")
@blueprint.alt_response(404, "NOT_FOUND")
@blueprint.alt_response(409, "CONFLICT")
def join(body: dict[str, Any], incident: UUID) -> Any:
    """Join a call to a known case; its caller follows it by a link of the caller's own."""
    actor, key = api_actor(), command_id()
    kind, _, sent = request.headers.get("Authorization", "").partition(" ")
    found = join_call(
        incident,
        actor,
        words=body.get("words"),
        contact=body.get("contact", {}),
        secret=secret_for(sent, key) if kind.casefold() == "bearer" else None,
        key=key,
        wait=wait_wished(),
    )
    done = found.done
    told = {"id": done.stream, "number": incident_number(done.stream), "version": done.version}
    location = url_for("incidents.show", incident=done.stream)
    headers = {**done.headers, "Location": location, "Cache-Control": "no-store"}
    return {**told, "link": found.link}, headers
