"""The API of reveals: read what is masked, say why, and see who did."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from domain.incident.incident import Incident
from domain.kernel.record import caller_subject, case_subject
from domain.kernel.refusals import Refused
from domain.people.person import person_id
from domain.privacy.dossier import dossier_id
from domain.privacy.events import PersonRevealed
from web.access import must_reach_case
from web.acting import Actor, api_actor
from web.city import the_city
from web.incident.api import COMMAND_HEADERS
from web.incident.case import case_of
from web.openapi import Blueprint
from web.ordering import carry_out, command_id
from web.paging import PageQuery, page_of
from web.privacy import schemas
from web.privacy.revealing import WORDS, must_reveal_name
from workflows.privacy.commands import Reveal

blueprint = Blueprint("privacy", __name__, description="Personal data: reveals and who looked")


@blueprint.route("/incidents/<uuid:incident>/reveal", methods=["POST"])
@blueprint.doc(parameters=COMMAND_HEADERS)
@blueprint.arguments(schemas.RevealIn)
@blueprint.response(200, schemas.RevealedOut)
@blueprint.alt_response(403, "FORBIDDEN")
@blueprint.alt_response(404, "NOT_FOUND")
@blueprint.alt_response(409, "CONFLICT")
def reveal(body: dict[str, Any], incident: UUID) -> Any:
    """Read the words of one field of a case that is masked for you; the look is recorded."""
    actor = api_actor()
    must_reach_case(WORDS, incident)
    case = case_of(incident)
    readable = {(one.version, name) for one in case.entries for name in one.confided}
    if (body["version"], body["field"]) not in readable:
        reason = "No words are kept there for you. The timeline names the fields that have some."
        raise Refused("nothing-kept", reason, field=body["field"])
    return _revealed(actor, case.course.area, Reveal(stream=incident, **body))


@blueprint.route("/people/<handle>/reveal", methods=["POST"])
@blueprint.doc(parameters=COMMAND_HEADERS)
@blueprint.arguments(schemas.Reason)
@blueprint.response(200, schemas.RevealedOut)
@blueprint.alt_response(403, "FORBIDDEN")
@blueprint.alt_response(404, "NOT_FOUND")
@blueprint.alt_response(409, "CONFLICT")
def reveal_name(body: dict[str, Any], handle: str) -> Any:
    """Read the name of somebody of the roster; the look is recorded."""
    actor = api_actor()
    area = must_reveal_name(handle)
    order = Reveal(stream=person_id(handle), version=1, field="name", reason=body["reason"])
    return _revealed(actor, area or actor.area, order)


@blueprint.route("/incidents/<uuid:incident>/reveals", methods=["GET"])
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, schemas.RevealsOut)
@blueprint.alt_response(403, "FORBIDDEN")
@blueprint.alt_response(404, "NOT_FOUND")
def reveals(query: dict[str, Any], incident: UUID) -> Any:
    """List who looked at the words of a case that were masked for them, and why."""
    api_actor()
    must_reach_case("look at reveals", incident)
    calls = the_city().ledger.load(Incident, incident).calls
    subjects = [case_subject(incident), *(caller_subject(incident, one.version) for one in calls)]
    dossiers = [dossier_id(one) for one in subjects]
    said = the_city().ledger.words_of(dossiers)
    told = [one for dossier in dossiers for one in the_city().ledger.facts(dossier)]
    facts = sorted(
        (one for one in told if isinstance(one, PersonRevealed)), key=lambda one: one.act.at
    )
    page = page_of(facts, query, lambda fact: f"{fact.originator_id}.{fact.originator_version}")
    return {
        "items": [
            {
                "at": fact.act.at,
                "person": fact.act.person,
                "role": fact.act.role,
                "version": fact.version,
                "field": fact.field,
                "reason": said.get((fact.originator_id, fact.originator_version, "reason")),
            }
            for fact in page["items"]
        ],
        "next": page["next"],
    }


def _revealed(actor: Actor, area: str, order: Reveal) -> dict[str, Any]:
    """Record first, show then: a look that cannot be recorded is none."""
    act = actor.act(area=area, command_id=command_id(), at=the_city().now())
    done = carry_out(order, act, wait=0)
    words = the_city().ledger.words(order.stream, order.version, order.field)
    if words is None:  # erased between the two
        raise Refused("nothing-kept", "These words were erased.", field=order.field)
    return {"words": words, "dossier": done.stream, "version": done.version}
