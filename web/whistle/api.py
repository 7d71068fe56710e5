"""The API of whistles: blow one, answer it, judge it, list them, and how units answered."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from flask import Response, make_response, request, url_for

from domain.incident.incident import Incident
from domain.kernel.codes import AreaCode
from domain.kernel.refusals import Refused
from domain.whistle.party import Party
from projections.whistle.listing import After, WhistleFilter, whistle_page
from projections.whistle.queries import WhistleRow, responses, whistles_of_case
from web.access import MEASURES, WHISTLE, area_of_list, bounds_of_list, must_reach_case
from web.acting import Actor, api_actor
from web.city import city_zone, the_city
from web.cursors import bad_cursor, cursor, read_cursor
from web.incident.api import COMMAND_HEADERS, DONE_HEADERS, IF_MATCH
from web.incident.case import case_of
from web.languages import both
from web.openapi import Blueprint
from web.ordering import Done, carry_out, command_id, etag, expected_version, wait_wished
from web.sparse import answer_only
from web.whistle import schemas
from web.whistle.call import Call, call_of
from web.whistle.offering import open_orders
from web.whistle.orders import ORDERS, Order, give, place_of
from web.whistle.summonable import units_for
from workflows.whistle.commands import BlowWhistle

blueprint = Blueprint("whistles", __name__, description="Whistles and their parties")
BLOW = "blow a whistle"
_MICRO = 1_000_000
_BEYOND = 1 << 63  # no rank is so large
_OPEN = {"open": True, "over": False, "all": None}
_IF_MATCH = {
    **IF_MATCH,
    "description": "The ETag of the whistle you saw; 412 when somebody acted since, upon the party"
    " or the whole whistle.",
}
_REFUSED = (
    (403, "FORBIDDEN"),
    (404, "NOT_FOUND"),
    (409, "CONFLICT"),
    (412, "PRECONDITION_FAILED"),
)
_VARIES = {"Vary": "Authorization, Cookie"}


@blueprint.route("/incidents/<uuid:incident>/whistles", methods=["POST"])
@blueprint.doc(parameters=COMMAND_HEADERS)
@blueprint.arguments(schemas.BlowIn)
@blueprint.response(201, schemas.WhistleDone, headers=DONE_HEADERS)
@blueprint.alt_response(403, "FORBIDDEN")
@blueprint.alt_response(404, "NOT_FOUND")
@blueprint.alt_response(409, "CONFLICT")
def blow(body: dict[str, Any], incident: UUID) -> Any:
    """Blow a whistle; where its kind needs approval, it is asked for."""
    actor, command = api_actor(), blow_command(body, incident)
    return _answer(order_whistle(command, actor, key=command_id(), wait=wait_wished()))


def blow_command(body: Mapping[str, Any], incident: UUID) -> BlowWhistle:
    """Make the order to blow what a body says."""
    point = body.get("place")
    return BlowWhistle(
        incident=incident,
        kind=body["kind"],
        cause=body["cause"],
        parties=tuple(body["parties"]),
        place=place_of(point) if point else None,
        words=(body.get("words") or "").strip() or None,
    )


def order_whistle(command: BlowWhistle, actor: Actor, *, key: str, wait: float) -> Done:
    """Blow; the act is of the caller's own area where the case lies in it."""
    area = AreaCode(must_reach_case(BLOW, command.incident).area)
    ours = actor.area.covers(area)
    act = actor.act(area=actor.area if ours else area, command_id=key, at=the_city().now())
    return carry_out(command, act, wait=wait)


@blueprint.route("/incidents/<uuid:incident>/whistles", methods=["GET"])
@blueprint.response(200, schemas.WhistlesOut)
@blueprint.alt_response(404, "NOT_FOUND")
def of_case(incident: UUID) -> Any:
    """List the whistles of a case, in the order they were blown or asked for."""
    api_actor()
    case_of(incident)
    with the_city().store.reading() as conn:
        return {"items": whistles_of_case(conn, incident), "next": None}


@blueprint.route("/whistles", methods=["GET"])
@blueprint.arguments(schemas.WhistlesQuery, location="query")
@blueprint.response(200, schemas.WhistlesOut)
def whistles(query: dict[str, Any]) -> Any:
    """List whistles: the open by what is due first, others the newest first."""
    api_actor()
    answer_only(query)
    shown, marker = asked_whistles(query)
    return {"items": shown, "next": marker}


def _area(query: Mapping[str, Any]) -> AreaCode | None:
    return AreaCode(query["area"]) if query.get("area") else None


def asked_whistles(query: Mapping[str, Any]) -> tuple[list[WhistleRow], str | None]:
    """Give the page that a query asks for, and where the next one begins."""
    area, unit = bounds_of_list(WHISTLE, _area(query), query.get("unit"))
    wanted = WhistleFilter(
        area=area,
        unit=unit,
        kind=query.get("kind"),
        overdue=query.get("overdue"),
        open=_OPEN[query["state"]],
    )
    after = _after(query["after"]) if query.get("after") else None
    limit = query["limit"]
    with the_city().store.reading() as conn:
        found = whistle_page(conn, wanted, after=after, limit=limit + 1)
    shown = list(found[:limit])
    more = len(found) > limit
    return shown, cursor(shown[-1].rank, shown[-1].whistle.hex) if more else None


@blueprint.route("/whistles/<uuid:whistle>", methods=["GET"])
@blueprint.response(200, schemas.WhistleOut, headers={"ETag": DONE_HEADERS["ETag"]})
@blueprint.alt_response(304, "NOT_MODIFIED")
@blueprint.alt_response(404, "NOT_FOUND")
def show(whistle: UUID) -> Any:
    """Look at one whistle, its parties, and the orders open to you."""
    actor, call = api_actor(), call_of(whistle)
    tag = etag(call.version)
    # The lights turn by the clock alone, so an unchanged whistle may still be answered anew.
    if request.headers.get("If-None-Match") == tag and not call.roll.open:
        return _same(tag)
    return told_whistle(call, actor), {"ETag": tag, **_VARIES}


@blueprint.route("/responses", methods=["GET"])
@blueprint.arguments(schemas.ResponsesQuery, location="query")
@blueprint.response(200, schemas.ResponsesOut)
def answers(query: dict[str, Any]) -> Any:
    """See how units answered their summons, and how they were rated."""
    api_actor()
    first, last = query.get("first"), query.get("last")
    with the_city().store.reading() as conn:
        found = responses(
            conn,
            area=area_of_list(MEASURES, _area(query)),
            unit=query.get("unit"),
            first_at=_midnight(first) if first else None,
            before=_midnight(last, days=1) if last else None,
        )
    return {"items": found}


def told_whistle(call: Call, actor: Actor | None) -> dict[str, Any]:
    """Give a whistle as the API tells it; without an actor no order is offered."""
    roll, kind = call.roll, call.kind
    place = roll.place if "place" in call.fields else None
    plain = ("area", "kind", "cause", "rules", "state", "result", "radius_m", "photo_needed")
    times = ("asked_at", "blown_at", "over_at")
    return {
        **{name: getattr(roll, name) for name in (*plain, *times)},
        "id": call.whistle,
        "incident": call.incident,
        "version": call.version,
        "kind_label": both(kind.name),
        "cause_label": both(call.book.causes[roll.cause]),
        "words": call.words.get((1, "words")),
        "place": place and {"lon": place.lon_e6 / _MICRO, "lat": place.lat_e6 / _MICRO},
        "parties": [_party(call, party) for party in call.parties],
        "orders": [
            {"order": one.order.word, "party": one.party} for one in orders_open_to(call, actor)
        ]
        if actor
        else [],
    }


def orders_open_to(call: Call, actor: Actor) -> Any:
    """Give the orders open to somebody, a substitute chosen from those who may stand in."""
    area = AreaCode(the_city().ledger.load(Incident, call.incident).course.area)
    with the_city().store.reading() as conn:
        found = [unit.code for unit in units_for(conn, call.kind, area)]
    return open_orders(call, actor, [unit for unit in found if unit not in call.roll.parties])


def _party(call: Call, party: Party) -> dict[str, Any]:
    plain = ("unit", "state", "stands_for", "missed", "level", "distance_m", "photo", "stars")
    times = ("summoned", "signed", "contacted", "arrived", "began", "done", "left")
    return {
        **{name: getattr(party, name) for name in plain},
        **{f"{name}_at": getattr(party, f"{name}_at") for name in times},
        "light": call.light(party),
        "owed": call.owed(party),
    }


def _register(order: Order) -> None:
    """Give an order its own address, so that the document says what it takes."""
    path = f"/parties/<party>/{order.word}" if order.of_party else f"/{order.word}"

    def view(body: dict[str, Any], whistle: UUID, party: str | None = None) -> Any:
        actor, key = api_actor(), command_id()
        seen = expected_version()
        done = give(
            order, whistle, party, body, actor=actor, key=key, seen=seen, wait=wait_wished()
        )
        return _answer(done)

    view.__name__, view.__doc__ = order.word.replace("-", "_"), order.does
    for status, name in _REFUSED:
        view = blueprint.alt_response(status, name)(view)
    view = blueprint.response(200, schemas.WhistleDone, headers=DONE_HEADERS)(view)
    view = blueprint.arguments(order.takes)(view)
    view = blueprint.doc(parameters=[*COMMAND_HEADERS, _IF_MATCH])(view)
    blueprint.route(f"/whistles/<uuid:whistle>{path}", methods=["POST"])(view)


for _order in ORDERS.values():
    _register(_order)


def _after(given: str) -> After:
    rank, whistle = read_cursor(given, words=2)
    try:
        after = After(int(rank), UUID(hex=whistle))
    except ValueError:
        raise bad_cursor(given) from None
    if not 0 <= after.rank < _BEYOND:
        raise bad_cursor(given)
    return after


def _midnight(day: date, *, days: int = 0) -> datetime:
    """Give when a day begins in the city, or one so many days later; refuses ``invalid-day``."""
    try:
        begins = datetime.combine(day + timedelta(days=days), time(), city_zone())
        return begins.astimezone(UTC)
    except OverflowError:
        raise Refused("invalid-day", "This day is out of every calendar.", day=str(day)) from None


def _answer(done: Done) -> tuple[dict[str, Any], dict[str, str]]:
    location = url_for("whistles.show", whistle=done.stream)
    return {"id": done.stream, "version": done.version}, {**done.headers, "Location": location}


def _same(tag: str) -> Response:
    answer = make_response("", 304)
    answer.headers["ETag"] = tag
    return answer
