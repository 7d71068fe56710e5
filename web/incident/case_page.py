"""One case as a page: what may be done now, the way it came, and its story."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import Blueprint, jsonify, redirect, render_template, request, url_for

from domain.incident.incident import Incident
from domain.kernel.codes import Level
from domain.kernel.ids import incident_number
from domain.kernel.refusals import Refused
from projections.incident.board import numbered
from web.access import CASE, verdict_on
from web.acting import Actor
from web.city import the_city
from web.evidence.receiving import receipt_now
from web.evidence.showing import may_photograph, photos_for
from web.evidence.steps import add_of_step, photo_fields, with_photo
from web.incident.api import order_step, told_case, told_timeline
from web.incident.beside import beside
from web.incident.case import Case, case_of, offers
from web.incident.choosing import Choices
from web.incident.duplicates_api import order_unmerge
from web.incident.notices import notices_of
from web.incident.schemas import IncidentOut, TimelineOut
from web.incident.story import deadline_name, limit_words, story
from web.incident.strip import stays, waiting
from web.incident.sub_cases import asked_of, told_sub_cases
from web.languages import named, word
from web.naming import Naming
from web.ordering import LONGEST_WAIT, etag, seen_version, usable_command_id
from web.pages import Form, in_forms, must_be_somebody, reason
from web.sheets import sheet
from web.statuses import status_of
from web.whistle.call import calls_for
from workflows.incident.commands import TakeStep, UnmergeIncident

if TYPE_CHECKING:
    from workflows.definition import Definition
    from workflows.engine import Offer
    from workflows.incident.commands import Given

blueprint = Blueprint("case", __name__)


@in_forms(blueprint, "/incidents/<uuid:incident>", "json")
def show(incident: UUID, form: Form) -> Any:
    """Show a case."""
    actor = must_be_somebody()
    case = case_of(incident)
    if form == "json":
        answer = jsonify(IncidentOut().dump(told_case(case, actor)))
        answer.headers["ETag"] = etag(case.version)
        return answer
    return _page(case, actor)


@in_forms(blueprint, "/incidents/<uuid:incident>/timeline", "json", "csv")
def timeline(incident: UUID, form: Form) -> Any:
    """Give the story of a case in other forms; as a page it stands with its case."""
    must_be_somebody()
    case = case_of(incident)
    if form == "json":
        return jsonify(
            TimelineOut().dump(told_timeline(case, notices_of(case.fields, case.history)))
        )
    if form == "csv":
        return _sheet(case)
    return redirect(url_for("case.show", incident=incident, _anchor="story"), 303)


@blueprint.route("/numbers/<number>")
def by_number(number: str) -> Any:
    """Open a case by the number that people say on the phone."""
    must_be_somebody()
    with the_city().store.reading() as conn:
        found = [one for one in numbered(conn, number) if _may_open(one)]
    if len(found) != 1:
        return redirect(url_for("board.board", state="all", number=number[:60]), 303)
    return redirect(url_for("case.show", incident=found[0]), 303)


def _may_open(incident: UUID) -> bool:
    """A number tells nothing of a case that one may not look at."""
    return verdict_on(CASE, the_city().ledger.load(Incident, incident).course).allowed


@blueprint.route("/incidents/<uuid:incident>/steps/<step>", methods=["POST"])
def take_step(incident: UUID, step: str) -> Any:
    """Take a step by its form, and show the case as it stands then."""
    actor = must_be_somebody()
    try:
        case, key = case_of(incident), usable_command_id(request.form.get("key", ""))
        answers, picture = with_photo(_answers(case.definition), case.definition, actor, key)
        command = TakeStep(
            incident=incident,
            step=step,
            answers=answers,
            expected_version=seen_version(request.form.get("version", "")),
        )
        done = order_step(command, actor, key=key, wait=LONGEST_WAIT)
        if picture:
            add_of_step(case, step, picture, actor, key=key)
    except Refused as refusal:
        if refusal.code == "no-such-incident":
            raise
        return _page(case_of(incident), actor, tried=step, refusal=refusal), status_of(refusal)
    behind = "1" if done.behind else None
    return redirect(url_for("case.show", incident=incident, done=step, behind=behind), 303)


@blueprint.route("/incidents/<uuid:incident>/unmerge", methods=["POST"])
def unmerge(incident: UUID) -> Any:
    """Take a merge back by its form."""
    actor = must_be_somebody()
    try:
        command = UnmergeIncident(
            incident=incident,
            reason=request.form.get("reason", "").replace("\0", ""),
            expected_version=seen_version(request.form.get("version", "")),
        )
        key = usable_command_id(request.form.get("key", ""))
        order_unmerge(command, actor, key=key, wait=LONGEST_WAIT)
    except Refused as refusal:
        if refusal.code == "no-such-incident":
            raise
        return _page(case_of(incident), actor, refusal=refusal), status_of(refusal)
    return redirect(url_for("case.show", incident=incident), 303)


def _answers(definition: Definition) -> Given:
    """Read the fields of the form; what is left empty was not answered."""
    given: Given = {}
    for name, field in definition.fields.items():
        value = request.form.get(f"answer.{name}", "").strip().replace("\0", "")
        if value:
            is_number = field.kind == "minutes" and value.isascii() and value.isdigit()
            given[name] = int(value) if is_number and len(value) <= len("9999999") else value
    return given


def _page(
    case: Case, actor: Actor, *, tried: str | None = None, refusal: Refused | None = None
) -> str:
    found = offers(case, actor)
    with the_city().store.reading() as conn:
        naming = Naming(conn)
        naming.look_up(people=[case.reporter, case.handler])
        choices = Choices(conn, case, naming) if any(offer.allowed for offer in found) else None
        return render_template(
            "case.html",
            case=case,
            course=case.course,
            naming=naming,
            what=naming.category(case.course.category),
            where=naming.path(case.area),
            stage=naming.stage(case.course.workflow, case.course.stage),
            allowed=[offer for offer in found if offer.allowed],
            closed=[(offer, why_not(offer, naming)) for offer in found if not offer.allowed],
            choices=choices,
            stays=stays(case),
            waiting=waiting(case),
            beside=(around := beside(conn, case, actor, found)),
            moments=story(case, naming, around.calls),
            sub_cases=told_sub_cases(case.course),
            asked=asked_of(case),
            number_of=incident_number,
            notices=notices_of(case.fields, case.history, *(call.history for call in around.calls)),
            whole=request.args.get("story") == "full",
            tried=tried,
            refusal=refusal,
            given=request.form,
            photos=photos_for(case),
            photo_fields=photo_fields(case.definition),
            may_photograph=may_photograph(case),
            receipt=receipt_now(),
            deadline_name=deadline_name,
            limit_words=limit_words,
            levels=Level,
        )


def why_not(offer: Offer, naming: Naming) -> str:
    """Say why a step is closed, by the names people know."""
    refusal = offer.refusal
    if refusal is None:
        return ""
    if refusal.code == "wrong-role":
        by = refusal.facts.get("by")
        roles = [naming.role(str(role)) for role in by] if isinstance(by, list) else []
        return word("refusal", "for").format(roles=" / ".join(roles))
    return reason(refusal)


def _sheet(case: Case) -> Any:
    with the_city().store.reading() as conn:
        calls = calls_for(conn, case.incident, case.history, case.fields)
        moments = story(case, Naming(conn), calls)
    head = ["at", "who", "role", "minutes", "over", "what", "words"]
    rows = [
        (
            moment.at,
            moment.who,
            moment.role,
            moment.minutes,
            moment.over,
            line.text,
            *line.words[:1],
        )
        for moment in moments
        for line in moment.lines
    ]
    return sheet(
        f"{case.number}-{named(case.definition.title)}".encode("ascii", "ignore").decode(),
        head,
        rows,
    )
