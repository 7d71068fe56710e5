"""The API of searches: who called before, by a phone number or a name; and who looked for whom."""

from __future__ import annotations

from typing import Any

from domain.kernel.ids import incident_number
from domain.people.person import Person, person_id
from domain.privacy.searches import PersonLookedFor, searches_id
from web.access import must_see
from web.acting import api_actor
from web.city import the_city, today
from web.incident.api import COMMAND_HEADERS
from web.openapi import Blueprint
from web.ordering import command_id
from web.privacy import schemas
from web.privacy.looking import look_for

blueprint = Blueprint("searches", __name__, description="Looking for callers, and who did")


@blueprint.route("/searches", methods=["POST"])
@blueprint.doc(parameters=COMMAND_HEADERS)
@blueprint.arguments(schemas.SearchIn)
@blueprint.response(200, schemas.SearchOut)
@blueprint.alt_response(403, "FORBIDDEN")
def look(body: dict[str, Any]) -> Any:
    """Find cases by the phone number, name or e-mail address of who reported them, exactly.

    The search is recorded before it is answered: who, by which kind, what for, and what was shown.
    """
    found, done = look_for(api_actor(), **body, key=command_id())
    items = [
        {
            "id": case,
            "number": incident_number(case),
            "area": course.area,
            "category": course.category,
            "stage": course.stage,
            "ended": course.ended,
        }
        for case, course in found.items()
    ]
    return {"items": items, "record": done.stream, "version": done.version}


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
