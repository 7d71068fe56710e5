"""The API of searches: who called before, by a phone number or a name; and who looked for whom."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from domain.incident.incident import Incident
from domain.kernel.codes import AreaCode
from domain.kernel.ids import incident_number
from domain.people.person import Person, person_id
from domain.privacy.searches import PersonLookedFor, searches_id
from domain.privacy.terms import term
from web.access import may_see, must_see
from web.acting import api_actor
from web.city import the_city, today
from web.incident.api import COMMAND_HEADERS
from web.openapi import Blueprint
from web.ordering import carry_out, command_id
from web.privacy import schemas
from workflows.privacy.commands import NoteSearch
from workflows.processes.indexing import written

blueprint = Blueprint("searches", __name__, description="Looking for callers, and who did")
LOOK = "look for a caller"
MOST_SHOWN = 50


@blueprint.route("/searches", methods=["POST"])
@blueprint.doc(parameters=COMMAND_HEADERS)
@blueprint.arguments(schemas.SearchIn)
@blueprint.response(200, schemas.SearchOut)
@blueprint.alt_response(403, "FORBIDDEN")
def look(body: dict[str, Any]) -> Any:
    """Find cases by the phone number, name or e-mail address of who reported them, exactly.

    The search is recorded before it is answered: who, by which kind, what for, and what was shown.
    """
    actor, key = api_actor(), command_id()
    must_see(LOOK, actor.area)
    found = _found(body["kind"], body["value"])
    shown = tuple(UUID(one["id"]) for one in found)
    order = NoteSearch(kind=body["kind"], purpose=body["purpose"], found=shown)
    done = carry_out(order, actor.act(area=actor.area, command_id=key, at=the_city().now()), wait=0)
    return {"items": found, "record": done.stream, "version": done.version}


@blueprint.route("/people/<handle>/searches", methods=["GET"])
@blueprint.response(200, schemas.SearchesOut)
@blueprint.alt_response(403, "FORBIDDEN")
def looked(handle: str) -> Any:
    """List the searches of somebody of the service, oldest first."""
    api_actor()
    person = the_city().ledger.load(Person, person_id(handle))
    posts = [grant.post for grant in person.grants if grant.holds_on(today())]
    must_see("look at reveals", next((post.area for post in posts if post.area), None))
    facts = the_city().ledger.facts(searches_id(handle))
    return {
        "items": [
            {
                "at": fact.act.at,
                "role": fact.act.role,
                "kind": fact.kind,
                "purpose": fact.purpose,
                "found": fact.found,
            }
            for fact in facts
            if isinstance(fact, PersonLookedFor)
        ]
    }


def _found(kind: str, value: str) -> list[dict[str, Any]]:
    """Open the newest cases first, and leave out those that lie outside the reader's area."""
    city = the_city()
    found: list[dict[str, Any]] = []
    for subject in city.index.find(written(term(kind, value))):
        case = UUID(subject.removeprefix("case:"))
        course = city.ledger.load(Incident, case).course
        if may_see(LOOK, AreaCode(course.area)) and len(found) < MOST_SHOWN:
            found.append(
                {
                    "id": str(case),
                    "number": incident_number(case),
                    "area": course.area,
                    "category": course.category,
                    "stage": course.stage,
                    "ended": course.ended,
                }
            )
    return found
