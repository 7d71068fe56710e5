"""The resident's page: how the report stands, what was done, and what one thinks of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for

from domain.incident.incident import Incident
from domain.incident.rating import DISSATISFIED, SATISFIED
from domain.kernel.codes import AreaCode
from domain.kernel.ids import incident_number
from domain.kernel.refusals import Refused
from web.city import the_city
from web.following import orders
from web.following.token import followed
from web.languages import say
from web.naming import Naming
from web.open311.standing import public_updates
from web.ordering import usable_command_id
from web.privacy.own_data import as_file
from web.statuses import status_of

blueprint = Blueprint("following", __name__, url_prefix="/follow")
"""Nobody signs in here: the link is the key."""


@blueprint.route("/<token>", methods=["GET"])
def show(token: str) -> Any:
    """Show how the report stands."""
    return _page(followed(token), token)


@blueprint.route("/<token>/rate", methods=["POST"])
def rate(token: str) -> Any:
    """Take what the resident says; who is dissatisfied may ask to reopen in the same breath."""
    incident, given = followed(token), request.form.to_dict()
    try:
        key = usable_command_id(given.get("key", ""))
        if "reopen_only" not in given and (rule := orders.rating_step(incident)):
            orders.rate(incident, rule, given, key)
        if given.get("reopen") and (rule := orders.reopening_step(incident)):
            orders.ask_reopening(incident, rule, _why(given), key)
    except Refused as refusal:
        return _page(incident, token, refusal=refusal), status_of(refusal)
    return redirect(url_for("following.show", token=token, said="rating"), 303)


@blueprint.route("/<token>/erasure", methods=["POST"])
def ask_erasure(token: str) -> Any:
    """Pass the wish on to the administrator."""
    incident = followed(token)
    try:
        orders.ask_erasure(incident, usable_command_id(request.form.get("key", "")))
    except Refused as refusal:
        return _page(incident, token, refusal=refusal), status_of(refusal)
    return redirect(url_for("following.show", token=token, said="erasure"), 303)


@blueprint.route("/<token>/data", methods=["POST"])
def own_data(token: str) -> Any:
    """Hand out all that is kept with this report, as a file."""
    incident = followed(token)
    try:
        content = orders.own_data(incident, usable_command_id(request.form.get("key", "")))
    except Refused as refusal:
        return _page(incident, token, refusal=refusal), status_of(refusal)
    return as_file(content, incident_number(incident))


def _why(given: dict[str, str]) -> str:
    return given.get("said", "").strip() or say("Not satisfied, as told by the link.")


def _page(incident: UUID, token: str, *, refusal: Refused | None = None) -> str:
    city = the_city()
    history = city.ledger.history(incident)
    course = Incident.rebuilt(incident, (one.fact for one in history)).course
    rating = orders.rating_step(incident)
    with city.store.reading() as conn:
        return render_template(
            "follow.html",
            token=token,
            number=incident_number(incident),
            course=course,
            updates=public_updates(history)[::-1],
            naming=Naming(conn).look_up(areas=[AreaCode(course.area)]),
            rating=rating,
            rated=course.rating and course.closed_at and course.rating.at >= course.closed_at,
            reopening=orders.reopening_step(incident),
            asks_contacted=rating is not None and "contacted" in rating.asks,
            opinions=(SATISFIED, DISSATISFIED),
            refusal=refusal,
            said=request.args.get("said", ""),
            given=request.form,
        )
