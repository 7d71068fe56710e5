"""Who called before: a phone number or a name goes in by form, so that no address holds it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import Blueprint, render_template, request

from domain.access.table import SEEKERS
from domain.kernel.codes import AreaCode
from domain.kernel.ids import incident_number
from domain.kernel.refusals import Refused
from domain.privacy.searches import PURPOSES
from domain.privacy.terms import KINDS, LONGEST
from web.city import the_city
from web.naming import Naming
from web.ordering import usable_command_id
from web.pages import must_be_somebody
from web.privacy.looking import look_for
from web.statuses import status_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from domain.incident.course import Course

blueprint = Blueprint("callers", __name__)


@blueprint.route("/callers", methods=["GET"])
def form() -> Any:
    """Show the form."""
    return _page()


@blueprint.route("/callers", methods=["POST"])
def look() -> Any:
    """Look, once it is recorded that somebody does."""
    actor, given = must_be_somebody(), request.form
    try:
        found, _ = look_for(
            actor,
            kind=given.get("kind", ""),
            value=given.get("value", "")[:LONGEST],
            purpose=given.get("purpose", ""),
            key=usable_command_id(given.get("key", "")),
        )
    except Refused as refusal:
        return _page(refusal=refusal), status_of(refusal)
    return _page(found)


def _page(found: Mapping[UUID, Course] | None = None, *, refusal: Refused | None = None) -> str:
    actor = must_be_somebody()
    with the_city().store.reading() as conn:
        areas = [AreaCode(course.area) for course in (found or {}).values()]
        return render_template(
            "callers.html",
            found=found,
            naming=Naming(conn).look_up(areas=areas),
            number_of=incident_number,
            code_of=AreaCode,
            kinds=KINDS,
            purposes=PURPOSES,
            may_look=actor.role in SEEKERS,
            longest=LONGEST,
            given=request.form,
            refusal=refusal,
        )
