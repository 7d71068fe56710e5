"""One whistle as a page: its parties, their clocks, what may be done now, and its story."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from marshmallow import Schema, ValidationError

from domain.kernel.codes import AreaCode
from domain.kernel.ids import incident_number
from domain.kernel.refusals import Refused
from domain.whistle.states import RESULTS
from projections.people.queries import UnitRow
from web.acting import Actor
from web.city import Reading, the_city
from web.evidence.receiving import add_photo, of_form, photo_key, receipt_now
from web.incident.case import Case, case_of
from web.incident.notices import notices_of
from web.incident.story import in_moments, whistle_lines
from web.naming import Naming
from web.ordering import LONGEST_WAIT, etag, seen_version, usable_command_id
from web.pages import Form, in_forms, must_be_somebody
from web.statuses import status_of
from web.whistle.api import order_whistle, orders_open_to, told_whistle
from web.whistle.call import Call, call_of
from web.whistle.cards import cards, orders_to_all, whole_light
from web.whistle.orders import ORDERS, Order, give
from web.whistle.schemas import BlowIn, WhistleOut
from web.whistle.story import limit_of
from web.whistle.summonable import units_for
from workflows.whistle.commands import BlowWhistle

if TYPE_CHECKING:
    from collections.abc import Mapping

    from domain.incident.photos import Picture

blueprint = Blueprint("whistle", __name__)


@in_forms(blueprint, "/whistles/<uuid:whistle>", "json")
def show(whistle: UUID, form: Form) -> Any:
    """Show a whistle."""
    actor, call = must_be_somebody(), call_of(whistle)
    if form == "json":
        answer = jsonify(WhistleOut().dump(told_whistle(call, actor)))
        answer.headers["ETag"] = etag(call.version)
        return answer
    return _page(call, actor)


@blueprint.route("/incidents/<uuid:incident>/whistles", methods=["POST"])
def blow(incident: UUID) -> Any:
    """Blow a whistle by its form on the case's page, and show it."""
    actor = must_be_somebody()
    given = request.form
    sent = _checked(
        BlowIn(),
        {
            **{name: given[name] for name in ("kind", "cause", "words") if given.get(name)},
            "parties": given.getlist("party"),
        },
    )
    command = BlowWhistle(
        incident=incident,
        kind=sent["kind"],
        cause=sent["cause"],
        parties=tuple(sent["parties"]),
        words=sent.get("words"),
    )
    key = usable_command_id(given.get("key", ""))
    done = order_whistle(command, actor, key=key, wait=LONGEST_WAIT)
    return redirect(url_for("whistle.show", whistle=done.stream), 303)


@blueprint.route("/whistles/<uuid:whistle>/<word>", methods=["POST"])
@blueprint.route("/whistles/<uuid:whistle>/parties/<party>/<word>", methods=["POST"])
def order(whistle: UUID, word: str, party: str | None = None) -> Any:
    """Give an order by its form, and show the whistle as it stands then."""
    actor = must_be_somebody()
    wanted = ORDERS.get(word)
    if wanted is None or wanted.of_party != (party is not None):
        raise Refused("unknown-step", "A whistle knows no such order.", order=word[:40])
    try:
        key = usable_command_id(request.form.get("key", ""))
        picture = of_form(actor, key) if "photo" in wanted.takes().fields else None
        sent = _checked(wanted.takes(), _sent(wanted, picture))
        seen = seen_version(request.form.get("version", ""))
        give(wanted, whistle, party, sent, actor=actor, key=key, seen=seen, wait=LONGEST_WAIT)
        if picture:
            case = call_of(whistle).incident
            add_photo(case, picture, actor, key=photo_key(key), wait=LONGEST_WAIT)
    except Refused as refusal:
        if refusal.code == "no-such-whistle":
            raise
        tried = (word, party)
        return _page(call_of(whistle), actor, tried=tried, refusal=refusal), status_of(refusal)
    return redirect(url_for("whistle.show", whistle=whistle), 303)


def _sent(wanted: Order, picture: Picture | None) -> dict[str, Any]:
    """Read the fields that an order takes; what is left empty was not said."""
    names = set(wanted.takes().fields) - {"place", "photo"}
    found: dict[str, Any] = {
        name: value for name in names if (value := request.form.get(name, "").strip())
    }
    if "stars" in found and found["stars"].isdecimal():
        found["stars"] = int(found["stars"])
    if "place" in wanted.takes().fields:
        found |= _place_and_photo(picture)
    return found


def _place_and_photo(picture: Picture | None) -> dict[str, Any]:
    """Take the position typed or measured, and the photo that was sent."""
    found: dict[str, Any] = {}
    lon, lat = request.form.get("lon", "").strip(), request.form.get("lat", "").strip()
    if lon or lat:
        found["place"] = {"lon": lon, "lat": lat}
    if picture:
        found["photo"] = picture.photo
    return found


def _checked(schema: Schema, given: Mapping[str, Any]) -> dict[str, Any]:
    try:
        loaded: dict[str, Any] = schema.load(given)
    except ValidationError as error:
        reason = "Some of it is missing or wrong; correct what is named and send it again."
        raise Refused("fields-invalid", reason, fields=error.messages_dict) from error
    return loaded


def _page(
    call: Call,
    actor: Actor,
    *,
    tried: tuple[str, str | None] | None = None,
    refusal: Refused | None = None,
) -> str:
    orders = orders_open_to(call, actor)
    case = case_of(call.incident)
    with the_city().store.reading() as conn:
        naming = Naming(conn).look_up(areas=[case.area, AreaCode(call.roll.area)])
        return render_template(
            "whistle.html",
            call=call,
            roll=call.roll,
            case=case,
            number=incident_number(call.incident),
            what=naming.category(case.course.category),
            where=naming.path(case.area),
            naming=naming,
            light_of_all=whole_light(call),
            cards=cards(call, actor, orders),
            orders=orders_to_all(orders),
            substitutes=_substitutes(conn, call, case),
            results=RESULTS,
            moments=in_moments(whistle_lines([call], naming), naming),
            notices=notices_of(call.fields, call.history),
            limits=_limits(call),
            tried=tried,
            refusal=refusal,
            given=request.form,
            receipt=receipt_now(),
        )


def _substitutes(conn: Reading, call: Call, case: Case) -> list[UnitRow]:
    found = units_for(conn, call.kind, case.area)
    return [unit for unit in found if unit.code not in call.roll.parties]


def _limits(call: Call) -> list[tuple[str, str]]:
    """Give the limits of this whistle in words, duty by duty."""
    limits = call.roll.limits
    found = {
        "sign-for": limits.sign_for,
        "contact": limits.contact,
        "check-in": limits.check_in,
        "done": limits.done,
    }
    return [(duty, limit_of(limit)) for duty, limit in found.items() if limit]
