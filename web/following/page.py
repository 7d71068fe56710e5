"""The resident's page: how the report stands, what was done, and what one thinks of it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from domain.incident.incident import Incident
from domain.incident.rating import DISSATISFIED, SATISFIED
from domain.kernel.codes import AreaCode
from domain.kernel.ids import incident_number
from domain.kernel.refusals import Refused
from web.city import the_city
from web.following import orders
from web.following.token import Link, followed
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
    link, given = followed(token), request.form.to_dict()
    incident = link.incident
    try:
        _must_have_reported(link)
        key = usable_command_id(given.get("key", ""))
        if "reopen_only" not in given and (rule := orders.rating_step(incident)):
            orders.rate(incident, rule, given, key)
        if given.get("reopen") and (rule := orders.reopening_step(incident)):
            orders.ask_reopening(incident, rule, _why(given), key)
    except Refused as refusal:
        return _page(link, token, refusal=refusal), status_of(refusal)
    return redirect(url_for("following.show", token=token, said="rating"), 303)


@blueprint.route("/<token>/erasure", methods=["POST"])
def ask_erasure(token: str) -> Any:
    """Pass the wish on to the administrator."""
    link = followed(token)
    try:
        orders.ask_erasure(link, usable_command_id(request.form.get("key", "")))
    except Refused as refusal:
        return _page(link, token, refusal=refusal), status_of(refusal)
    return redirect(url_for("following.show", token=token, said="erasure"), 303)


@blueprint.route("/<token>/data", methods=["POST"])
def own_data(token: str) -> Any:
    """Hand out all that is kept with this report, as a file."""
    link = followed(token)
    try:
        content = orders.own_data(link, usable_command_id(request.form.get("key", "")))
    except Refused as refusal:
        return _page(link, token, refusal=refusal), status_of(refusal)
    return as_file(content, incident_number(link.incident))


def _must_have_reported(link: Link) -> None:
    """Refuse ``only-its-reporter``: one voice says how a case went."""
    if link.call is not None:
        reason = "Only who reported it first says how it went. Call the hotline with what is left."
        raise Refused("only-its-reporter", reason)


def _why(given: dict[str, str]) -> str:
    return given.get("said", "").strip() or say("Not satisfied, as told by the link.")


def _page(link: Link, token: str, *, refusal: Refused | None = None) -> str:
    city, incident = the_city(), link.incident
    history = city.ledger.history(incident)
    course = Incident.rebuilt(incident, (one.fact for one in history)).course
    reported = link.call is None
    rating = orders.rating_step(incident) if reported else None
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
            reopening=orders.reopening_step(incident) if reported else None,
            asks_contacted=rating is not None and "contacted" in rating.asks,
            opinions=(SATISFIED, DISSATISFIED),
            refusal=refusal,
            said=request.args.get("said", ""),
            given=request.form,
        )
