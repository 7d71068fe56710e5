"""The API of duplicates: which cases may be one matter, who follows, taking a merge back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import url_for

from domain.kernel.ids import incident_number
from projections.incident.duplicates import Candidate, Follower, Sighting
from web.access import must_reach_case
from web.acting import Actor, api_actor
from web.city import the_city
from web.incident import duplicates_schemas as schemas
from web.incident.alike import candidates_for_viewer, followers_for_viewer
from web.incident.api import COMMAND_HEADERS, DONE_HEADERS, IF_MATCH
from web.incident.case import Case, case_of
from web.incident.schemas import Done as DoneOut
from web.openapi import Blueprint
from web.ordering import Done, carry_out, command_id, expected_version, wait_wished
from web.paging import PageQuery, page_of
from workflows.incident.commands import UnmergeIncident

UNMERGE = "unmerge a case"
blueprint = Blueprint("duplicates", __name__, description="Cases that are the same matter")


@blueprint.route("/incidents/<uuid:incident>/suggestions", methods=["GET"])
@blueprint.response(200, schemas.CandidatesOut)
@blueprint.alt_response(404, "NOT_FOUND")
def suggestions(incident: UUID) -> Any:
    """List open cases reported before, near and of the same class, that may be the same matter."""
    api_actor()
    return {"items": suggested_for(case_of(incident))}


def suggested_for(case: Case) -> list[Candidate]:
    """Give the cases that may lead this one, the nearest first."""
    seen = Sighting(
        category=case.course.category, area=case.area, place=case.place, besides=case.incident
    )
    with the_city().store.reading() as conn:
        return candidates_for_viewer(conn, seen, now=the_city().now())


@blueprint.route("/incidents/<uuid:incident>/followers", methods=["GET"])
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, schemas.FollowersOut)
@blueprint.alt_response(404, "NOT_FOUND")
def followed_by(query: dict[str, Any], incident: UUID) -> Any:
    """List the cases that follow a leading case, with who reported each."""
    api_actor()
    case_of(incident)
    return page_of(followers_of(incident), query, lambda one: one.incident.hex)


def followers_of(incident: UUID) -> list[Follower]:
    """Give the cases that follow this one, in the order of their reports."""
    with the_city().store.reading() as conn:
        return followers_for_viewer(conn, incident)


@blueprint.route("/incidents/<uuid:incident>/unmerge", methods=["POST"])
@blueprint.doc(parameters=[*COMMAND_HEADERS, IF_MATCH])
@blueprint.arguments(schemas.UnmergeIn)
@blueprint.response(200, DoneOut, headers=DONE_HEADERS)
@blueprint.alt_response(403, "FORBIDDEN")
@blueprint.alt_response(404, "NOT_FOUND")
@blueprint.alt_response(409, "CONFLICT")
@blueprint.alt_response(412, "PRECONDITION_FAILED")
def unmerge(body: dict[str, Any], incident: UUID) -> Any:
    """Take a merge back: the case goes on by itself, where it was."""
    command = UnmergeIncident(
        incident=incident, reason=body["reason"], expected_version=expected_version()
    )
    done = order_unmerge(command, api_actor(), key=command_id(), wait=wait_wished())
    number = incident_number(done.stream)
    location = url_for("incidents.show", incident=done.stream)
    told = {"id": done.stream, "number": number, "version": done.version}
    return told, {**done.headers, "Location": location}


def order_unmerge(command: UnmergeIncident, actor: Actor, *, key: str, wait: float) -> Done:
    """Give the order; its act is of the case's area."""
    area = must_reach_case(UNMERGE, command.incident).area
    act = actor.act(area=area, command_id=key, at=the_city().now())
    return carry_out(command, act, wait=wait)
