"""The API of incidents: report, take steps, look at the board, a case, its timeline."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from flask import Response, make_response, request, url_for

from domain.incident.course import Course
from domain.incident.duplicates import unknown_leading
from domain.incident.incident import Incident
from domain.kernel.act import Act
from domain.kernel.codes import AreaCode
from domain.kernel.ids import incident_number
from domain.kernel.places import Place
from domain.kernel.refusals import Refused
from projections.incident.board import BoardPage, board_page
from projections.incident.duplicates import Candidate, Sighting
from projections.incident.timeline import Entry
from web.access import CASE, must_reach_case, must_report, verdict_on
from web.acting import Actor, api_actor
from web.area.finding import Finding, place_at
from web.city import the_city, today
from web.incident import schemas
from web.incident.alike import candidates_for_viewer
from web.incident.asking import board_filter
from web.incident.case import Case, case_of, offers
from web.incident.duplicates_schemas import Reported
from web.incident.notices import Notices, notices_of
from web.incident.shown_rows import board_for_viewer
from web.incident.sub_cases import asked_of, told_sub_cases
from web.languages import both
from web.openapi import Blueprint
from web.ordering import (
    Done,
    carry_out,
    command_id,
    etag,
    expected_version,
    moment,
    wait_wished,
)
from web.sparse import answer_only
from workflows.definition import Definition
from workflows.engine import Offer
from workflows.incident.city import must_stand
from workflows.incident.commands import ReportIncident, TakeStep
from workflows.incident.contact import contact_of

STEP = "take a step"
_MICRO = 1_000_000
COMMAND_HEADERS: list[dict[str, Any]] = [
    {
        "in": "header",
        "name": "Idempotency-Key",
        "required": True,
        "schema": {"type": "string", "minLength": 1, "maxLength": 200},
        "description": "Chosen once per wish; a repeat is answered as the first, with "
        "`Idempotency-Replayed: true`.",
    },
    {
        "in": "header",
        "name": "Prefer",
        "schema": {"type": "string"},
        "description": "`wait=0` answers without waiting for the read models.",
    },
]
IF_MATCH: dict[str, Any] = {
    "in": "header",
    "name": "If-Match",
    "schema": {"type": "string"},
    "description": "The ETag of the case you saw; 412 when somebody acted since.",
}
DONE_HEADERS: dict[str, Any] = {
    "ETag": {"schema": {"type": "string"}, "description": "The version of the case."},
    "Location": {"schema": {"type": "string"}},
    "Idempotency-Replayed": {"schema": {"type": "string"}},
    "Gridward-Behind": {
        "schema": {"type": "string"},
        "description": "`true` when the board does not show it yet.",
    },
}

blueprint = Blueprint("incidents", __name__, description="Incidents and their steps")
_finding = Finding()


@blueprint.route("/incidents", methods=["POST"])
@blueprint.doc(parameters=COMMAND_HEADERS)
@blueprint.arguments(schemas.ReportIn)
@blueprint.response(201, Reported, headers=DONE_HEADERS)
@blueprint.alt_response(403, "FORBIDDEN")
def report(body: dict[str, Any]) -> Any:
    """Report a matter."""
    actor = api_actor()
    command, done = order_report(body, actor, key=command_id(), wait=wait_wished())
    told, headers = _answer(done)
    return {**told, "suggested": _alike(command, done)}, headers


def order_report(
    body: dict[str, Any], actor: Actor, *, key: str, wait: float
) -> tuple[ReportIncident, Done]:
    """Give the order to report what a body says."""
    at, point = moment(body.get("happened_at")), body.get("place")
    command = report_command(
        area=body.get("area"),
        place=place_at(point["lon"], point["lat"]) if point else None,
        category=body["category"],
        source=body["source"],
        words=body.get("words"),
        workflow=body.get("workflow"),
        unit=body.get("unit"),
        contact=contact_of(**body.get("contact", {})),
    )
    act = act_of_report(command, actor, key=key, at=at)
    return command, carry_out(command, act, wait=wait)


def act_of_report(command: ReportIncident, actor: Actor, *, key: str, at: datetime) -> Act:
    """Give the act of a report; refuses ``outside-key`` and as the table of access does."""
    act = actor.act(area=command.area, command_id=key, at=at)
    try:
        must_report(actor, command.area)
    except Refused as refusal:
        if refusal.code == "outside-your-area":  # a code mistyped is no place of somebody else
            must_stand(the_city().ledger, command.area, today())
        raise
    return act


def _alike(command: ReportIncident, done: Done) -> list[Candidate]:
    seen = Sighting(
        category=command.category, area=command.area, place=command.place, besides=done.stream
    )
    with the_city().store.reading() as conn:
        return candidates_for_viewer(conn, seen, now=the_city().now())


def report_command(
    *,
    area: str | None,
    place: Place | None,
    category: str,
    source: str,
    words: str | None,
    workflow: str | None = None,
    unit: str | None = None,
    reference: str | None = None,
    contact: str | None = None,
    follow: str | None = None,
) -> ReportIncident:
    """Make the order to report; a point without an area is taken to its grid."""
    return ReportIncident(
        area=_area_of(area, place),
        category=category,
        source=source,
        workflow=workflow or the_city().settings.workflow,
        place=place,
        words=(words or "").strip() or None,
        unit=unit,
        reference=reference,
        contact=contact,
        follow=follow,
    )


def _area_of(area: str | None, place: Place | None) -> AreaCode:
    if area is not None:
        return AreaCode(area)
    if place is None:
        raise Refused("place-missing", "Say where it is: an area code, or a point.")
    return _finding.grid_at(place)


@blueprint.route("/incidents/<uuid:incident>/steps/<step>", methods=["POST"])
@blueprint.doc(parameters=[*COMMAND_HEADERS, IF_MATCH])
@blueprint.arguments(schemas.StepIn)
@blueprint.response(200, schemas.Done, headers=DONE_HEADERS)
@blueprint.alt_response(403, "FORBIDDEN")
@blueprint.alt_response(404, "NOT_FOUND")
@blueprint.alt_response(409, "CONFLICT")
@blueprint.alt_response(412, "PRECONDITION_FAILED")
def take_step(body: dict[str, Any], incident: UUID, step: str) -> Any:
    """Take a step of the workflow."""
    actor = api_actor()
    command = TakeStep(
        incident=incident,
        step=step,
        answers=body["answers"],
        expected_version=expected_version(),
    )
    return _answer(order_step(command, actor, key=command_id(), wait=wait_wished()))


def must_see_those_named(answers: Mapping[str, object], course: Course) -> None:
    """Refuse ``unknown-leading``: a case that one may not look at cannot be named either."""
    known = the_city().desk.office.engines.of(course.workflow).definition.fields
    for name, answer in answers.items():
        if name in known and known[name].kind == "incident":
            other = _id_in(answer)
            named = the_city().ledger.load(Incident, other).course if other else None
            if other and named and named.area and not verdict_on(CASE, named).allowed:
                raise unknown_leading(other)


def _id_in(answer: object) -> UUID | None:
    """Read the id of a case; one that cannot be read is refused with the other answers."""
    try:
        return UUID(str(answer))
    except ValueError:
        return None


def order_step(command: TakeStep, actor: Actor, *, key: str, wait: float) -> Done:
    """Give the order; its act is of the case's area."""
    course = must_reach_case(STEP, command.incident)
    must_see_those_named(command.answers, course)
    act = actor.act(area=course.area, command_id=key, at=the_city().now())
    return carry_out(command, act, wait=wait)


@blueprint.route("/incidents", methods=["GET"])
@blueprint.arguments(schemas.BoardQuery, location="query")
@blueprint.response(200, schemas.BoardOut)
def board(query: dict[str, Any]) -> Any:
    """Look at the board, most urgent first."""
    api_actor()
    answer_only(query)
    page = asked_page(query)
    return {"items": page.rows, "next": page.after}


def asked_page(query: dict[str, Any]) -> BoardPage:
    """Give the page of the board that a query asks for."""
    city = the_city()
    with city.store.reading() as conn:
        page = board_page(
            conn,
            board_filter(query),
            now=city.now(),
            after=query.get("after"),
            limit=query["limit"],
        )
    return board_for_viewer(page)


@blueprint.route("/incidents/<uuid:incident>", methods=["GET"])
@blueprint.arguments(schemas.CaseQuery, location="query")
@blueprint.response(200, schemas.IncidentOut, headers={"ETag": DONE_HEADERS["ETag"]})
@blueprint.alt_response(304, "NOT_MODIFIED")
@blueprint.alt_response(404, "NOT_FOUND")
def show(query: dict[str, Any], incident: UUID) -> Any:
    """Look at one case, and at the steps open to you."""
    actor = api_actor()
    answer_only(query)
    case = case_of(incident)
    tag = etag(case.version)
    # The lights turn by the clock alone, so an unchanged case may still be answered anew.
    if request.headers.get("If-None-Match") == tag and case.course.ended:
        return _same(tag)
    return told_case(case, actor), {"ETag": tag, "Vary": "Authorization, Cookie"}


@blueprint.route("/incidents/<uuid:incident>/timeline", methods=["GET"])
@blueprint.response(200, schemas.TimelineOut, headers={"ETag": DONE_HEADERS["ETag"]})
@blueprint.alt_response(304, "NOT_MODIFIED")
@blueprint.alt_response(404, "NOT_FOUND")
def history(incident: UUID) -> Any:
    """Read what happened to a case."""
    api_actor()
    case = case_of(incident)
    notices = notices_of(case.fields, case.history)
    tag = notices.tag(case.version)
    if request.headers.get("If-None-Match") == tag:
        return _same(tag)
    return told_timeline(case, notices), {"ETag": tag, "Vary": "Authorization, Cookie"}


def told_timeline(case: Case, notices: Notices) -> dict[str, Any]:
    """Give the timeline as the API tells it."""
    words = case.words
    items = [{**_entry(entry, words), "notices": notices.under(entry)} for entry in case.entries]
    return {"id": case.incident, "version": case.version, "items": items}


def told_case(case: Case, actor: Actor | None) -> dict[str, Any]:
    """Give a case as the API tells it; without an actor no step is offered."""
    course, place = case.course, case.place
    names = ("area", "level", "category", "source", "workflow", "stage", "reference")
    times = ("reported_at", "filed_at", "handled_at")
    ends = ("unit", "final", "outcome", "on_time")
    counts = ("escalations", "reworks", "wrong_dispatches", "leading", "whistles")
    return {
        **{name: getattr(course, name) for name in (*names, *times, *ends, *counts)},
        "id": case.incident,
        "number": case.number,
        "version": case.version,
        "light": case.light,
        "ended_at": course.closed_at,
        "stage_label": both(case.definition.stages[course.stage].label),
        "words": case.words.get((1, "words")),
        "reporter": case.reporter,
        "handler": case.handler,
        "place": place and {"lon": place.lon_e6 / _MICRO, "lat": place.lat_e6 / _MICRO},
        "parent": course.parent,
        "asked": asked_of(case),
        "sub_cases": told_sub_cases(course),
        "request": course.request and {"id": course.request, "kind": course.request_kind},
        "deadlines": [
            {
                "name": deadline.name,
                "began_at": deadline.began_at,
                "warn_at": deadline.warn_at,
                "due_at": deadline.due_at,
                "minutes": deadline.limit.minutes,
                "clock": deadline.limit.clock,
            }
            for deadline in case.deadlines
        ],
        "offers": [_offer(one, case.definition) for one in offers(case, actor)] if actor else [],
    }


def _offer(offer: Offer, definition: Definition) -> dict[str, Any]:
    rule, refusal = offer.rule, offer.refusal
    asked = [definition.fields[name] for name in rule.asks]
    return {
        "step": rule.name,
        "label": both(rule.label),
        "to": rule.target,
        "allowed": offer.allowed,
        "by": list(rule.by),
        "asks": [
            {
                "name": field.name,
                "label": both(field.label),
                "kind": field.kind,
                "required": field.required,
                "choices": list(field.choices),
            }
            for field in asked
        ],
        "refusal": refusal
        and {"code": refusal.code, "reason": refusal.reason, "facts": refusal.facts},
    }


def _entry(entry: Entry, words: dict[tuple[int, str], str]) -> dict[str, Any]:
    """Give one fact; words that were erased are absent."""
    names = ("version", "topic", "at", "recorded_at", "person", "role", "area", "step", "stage")
    more = ("level", "marks", "minutes", "due_at", "over", "why")
    found = {name: words.get((entry.version, name)) for name in entry.confided}
    return {
        # Facts hold limits and instants; the wire knows JSON kinds only.
        **{name: getattr(entry, name) for name in (*names, *more)},
        "facts": msgspec.to_builtins(entry.facts),
        "words": {name: text for name, text in found.items() if text is not None},
        "kept": list(entry.kept),
    }


def _answer(done: Done) -> tuple[dict[str, Any], dict[str, str]]:
    location = url_for("incidents.show", incident=done.stream)
    body = {
        "id": done.stream,
        "number": incident_number(done.stream),
        "version": done.version,
    }
    return body, {**done.headers, "Location": location}


def _same(tag: str) -> Response:
    answer = make_response("", 304)
    answer.headers["ETag"] = tag
    return answer
