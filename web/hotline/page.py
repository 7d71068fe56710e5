"""Taking a call: who calls, what is the matter, where, how urgent; then the next call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import Blueprint, Response, redirect, render_template, request, url_for

from domain.access.deciding import must_be_allowed
from domain.access.relation import Relation
from domain.kernel.ids import incident_number
from domain.kernel.refusals import Refused
from web.account.keys import new_secret
from web.acting import Actor
from web.city import Reading, the_city
from web.hotline import asking
from web.hotline.joining import join, usable_secret
from web.incident import same_matter
from web.incident.api import act_of_report, order_step
from web.incident.report_page import places_of
from web.naming import Naming, subs_by_class
from web.ordering import LONGEST_WAIT, carry_out, usable_command_id
from web.pages import must_be_somebody
from web.statuses import status_of
from workflows.incident.commands import TakeStep

if TYPE_CHECKING:
    from collections.abc import Sequence

    from projections.incident.duplicates import Candidate

blueprint = Blueprint("hotline", __name__)
REPORT = "report an incident"


@blueprint.route("/hotline", methods=["GET"])
def form() -> Any:
    """Show the form, and the number of the call before."""
    return _page(_clerk(), done=_number(request.args.get("done", "")))


@blueprint.route("/hotline", methods=["POST"])
def send() -> Any:
    """Take the call down and classify it; sent twice it is one case."""
    actor, given = _clerk(), request.form
    try:
        key = usable_command_id(given.get("key", ""))
        if given.get("join"):
            return _joined(actor, key)
        with the_city().store.reading() as conn:
            command = asking.command_of(given, places=_places(conn, actor))
            alike = [] if given.get("same") else _alike(conn, command, key)
        if alike:
            return _page(actor, alike=alike)
        act = act_of_report(command, actor, key=key, at=the_city().now())
        done = carry_out(command, act, wait=0)
    except Refused as refusal:
        return _page(actor, refusal=refusal), status_of(refusal)
    later = _classify(done.stream, actor, given.get("condition", ""), key)
    return redirect(url_for("hotline.form", done=done.stream, later=later), 303)


def _joined(actor: Actor, key: str) -> Any:
    """Join the call to the case that was chosen; its caller's link is shown this once."""
    given = request.form
    found = join(
        _case_named(given["join"]),
        actor,
        words=given.get("words", "")[: asking.LONGEST_WORDS].replace("\0", ""),
        contact={name: given.get(name, "").replace("\0", "") for name in asking.CONTACT},
        secret=usable_secret(given.get("follow", "")),
        key=key,
        wait=LONGEST_WAIT,
    )
    answer = Response(_page(actor, joined=(found.done.stream, found.link), is_next=True))
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _case_named(given: str) -> UUID:
    try:
        return UUID(given)
    except ValueError:
        raise Refused("no-such-incident", "Choose one of the cases in the list.") from None


def _clerk() -> Actor:
    actor = must_be_somebody()
    must_be_allowed(REPORT, actor.role, Relation.OWN)
    return actor


def _alike(conn: Reading, command: Any, key: str) -> list[Candidate]:
    return same_matter.alike(conn, command, key=key, now=the_city().now())


def _classify(incident: UUID, actor: Actor, condition: str, key: str) -> str | None:
    """Pass the case on at once; where that is refused it stays taken down, and the page says so."""
    answers: dict[str, str | int] = {"category": request.form.get("category", "").split(" ")[0]}
    if condition:
        answers["condition"] = condition
    step = TakeStep(incident=incident, step=asking.CLASSIFY, answers=answers)
    try:
        order_step(step, actor, key=f"{key}/classify", wait=LONGEST_WAIT)
    except Refused:
        return "1"
    return None


def _places(conn: Reading, actor: Actor) -> dict[str, str]:
    """Give what may be chosen: the path of each place by its code."""
    return {str(one.code): one.name for one in places_of(conn, actor)}


def _page(
    actor: Actor,
    *,
    done: tuple[UUID, str] | None = None,
    refusal: Refused | None = None,
    alike: Sequence[Candidate] = (),
    joined: tuple[UUID, str | None] | None = None,
    is_next: bool = False,
) -> str:
    categories = asking.categories()
    with the_city().store.reading() as conn:
        places = _places(conn, actor)
        naming = Naming(conn).look_up(areas=[one.area for one in alike])
        return render_template(
            "hotline.html",
            done=done,
            refusal=refusal,
            alike=alike,
            joined=joined,
            secret=new_secret()[0],
            naming=naming,
            places=places,
            classes=subs_by_class(categories) if categories else [],
            urgencies=asking.urgencies(),
            may_report=actor.role in asking.definition().reported_by,
            given={} if is_next else request.form,
        )


def _number(done: str) -> tuple[UUID, str] | None:
    try:
        incident = UUID(done)
    except ValueError:
        return None
    return incident, incident_number(incident)
