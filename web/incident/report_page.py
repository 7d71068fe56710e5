"""Reporting a matter with one thumb: category, place, one line, send."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from marshmallow import ValidationError

from domain.incident.incident import Incident
from domain.kernel.codes import AreaCode, Level
from domain.kernel.ids import incident_number
from domain.kernel.refusals import Refused
from projections.area.queries import children
from projections.incident.duplicates import Candidate
from projections.incident.indicators import sums
from projections.incident.scope import Scope
from web.access import CASE, verdict_on
from web.acting import Actor
from web.area.finding import place_at
from web.city import Reading, the_city, today
from web.evidence.receiving import add_photo, of_form, photo_key, receipt_now
from web.incident import same_matter
from web.incident.api import act_of_report, report_command
from web.incident.schemas import Point
from web.naming import Naming, current_categories, current_definition, subs_by_class
from web.ordering import LONGEST_WAIT, carry_out, usable_command_id
from web.pages import must_be_somebody
from web.statuses import status_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.kernel.places import Place
    from domain.rulebook.categories import Category
    from workflows.incident.commands import ReportIncident

blueprint = Blueprint("report", __name__)
TILES = 6
FREQUENT_SINCE = timedelta(weeks=4)
MOST_GRIDS = 60
ANOTHER = "another"
SOURCES = ("public", "hotline", "video", "media", "superior", "device")


class PlaceChoice(NamedTuple):
    """An area to choose."""

    code: AreaCode
    name: str


@blueprint.route("/report", methods=["GET"])
def form() -> Any:
    """Show the form, or the number of what was just reported."""
    actor = must_be_somebody()
    done = request.args.get("done")
    return _page(actor, done=_number(done) if done else None)


@blueprint.route("/report", methods=["POST"])
def send() -> Any:
    """Report, then show the number; sent twice it is reported once."""
    actor, given = must_be_somebody(), request.form
    try:
        key = usable_command_id(given.get("key", ""))
        picture = of_form(actor, key)
        place = _point(given.get("lon", ""), given.get("lat", ""))
        command = report_command(
            area=given.get("area") or None,
            place=place,
            category=_category(),
            source=_source(actor, given.get("source", "")),
            words=given.get("words", "")[:2000].replace("\0", ""),
        )
        if not given.get("same") and (found := _alike(command, key)):
            return _page(actor, alike=found)
        act = act_of_report(command, actor, key=key, at=the_city().now())
        done = carry_out(command, act)
        if picture:
            add_photo(done.stream, picture, actor, key=photo_key(key), wait=LONGEST_WAIT)
    except Refused as refusal:
        return _page(actor, refusal=refusal), status_of(refusal)
    apart = _follow(done.stream, given.get("same", ""), actor, key)
    return redirect(url_for("report.form", done=done.stream, apart=apart), 303)


def _alike(command: ReportIncident, key: str) -> list[Candidate]:
    with the_city().store.reading() as conn:
        return same_matter.alike(conn, command, key=key, now=the_city().now())


def _follow(incident: UUID, same: str, actor: Actor, key: str) -> str | None:
    """Let it follow the chosen case; what was reported stands also when that is refused."""
    if same in ("", ANOTHER):
        return None
    try:
        same_matter.follow(incident, UUID(same), actor, key=key)
    except (Refused, ValueError):
        return "1"
    return None


def _page(
    actor: Actor,
    *,
    done: tuple[UUID, str] | None = None,
    refusal: Refused | None = None,
    alike: Sequence[Candidate] = (),
) -> str:
    may_report = actor.role in current_definition().reported_by
    categories = current_categories()
    classes = subs_by_class(categories) if categories else []
    with the_city().store.reading() as conn:
        places, frequent = places_of(conn, actor), frequent_in(conn, actor.area)
        naming = Naming(conn).look_up(areas=[one.area for one in alike])
    return render_template(
        "report.html",
        alike=alike,
        may_follow=bool(alike) and same_matter.may_follow(actor),
        another=ANOTHER,
        naming=naming,
        may_report=may_report,
        tiles=(shown := tiles(classes, frequent)),
        # What was a tile a minute ago is still chosen, in the list.
        other=_listed(shown),
        classes=classes,
        places=places,
        sources=SOURCES if actor.role != "grid_member" else (),
        done=done,
        refusal=refusal,
        given=request.form,
        receipt=receipt_now(),
    )


def tiles(
    classes: list[tuple[Category, tuple[Category, ...]]], frequent: list[str]
) -> list[tuple[Category, Category]]:
    """Give what is reported most where one works, then the first kind of each class."""
    by_code = {sub.code: (whole, sub) for whole, subs in classes for sub in subs}
    firsts = [subs[0].code for whole, subs in classes if whole.nature == "event" and subs]
    wanted = dict.fromkeys([code for code in [*frequent, *firsts] if code in by_code])
    return [by_code[code] for code in list(wanted)[:TILES]]


def frequent_in(conn: Reading, area: AreaCode) -> list[str]:
    """Give the categories reported in an area in the last weeks, the most frequent first."""
    counted = area.at(min(area.level, Level.COMMUNITY))  # grids are not counted apart
    scope = Scope(area=counted, first=today() - FREQUENT_SINCE, last=today())
    found = [one for one in sums(conn, scope, by="category") if one.group]
    busiest = sorted(found, key=lambda one: (-one.counts["cases"], one.group or ""))
    return [one.group or "" for one in busiest[:TILES]]


def places_of(conn: Reading, actor: Actor) -> list[PlaceChoice]:
    """Give the grids of the person's own areas, else the areas right below."""
    naming, found = Naming(conn), []
    for post in actor.posts:
        area = post.area or actor.area
        found += [area] if area.level is Level.GRID else _below(conn, area)
    naming.look_up(areas=found)
    own = found[:MOST_GRIDS]
    return [PlaceChoice(code, naming.path(code, below=_above(actor.area))) for code in own]


def _above(area: AreaCode) -> Level:
    """Name places from the street down, or as far up as the person's own area is."""
    return Level(max(Level.CITY, min(area.level, Level.COMMUNITY) - 1))


def _below(conn: Reading, area: AreaCode) -> list[AreaCode]:
    """Walk down to the grids as long as the list stays short enough to choose from."""
    found, day = [area], today()
    while found[0].level < Level.GRID:
        lower = [
            child.area.code for one in found for child in children(conn, one, day, limit=MOST_GRIDS)
        ]
        if not lower or len(lower) > MOST_GRIDS:
            return found
        found = lower
    return found


def _point(lon: str, lat: str) -> Place | None:
    """Read the point a phone gave; a broken one counts as none."""
    try:
        found = Point().load({"lon": float(lon), "lat": float(lat)})
    except (ValueError, ValidationError):
        return None
    return place_at(found["lon"], found["lat"])


def _category() -> str:
    """Give what was chosen; refuses ``category-missing``, before anything else is looked at."""
    chosen = request.form.get("category") or request.form.get("other", "")
    if not chosen:
        reason = "Choose what is wrong: one of the tiles, or something else from the list."
        raise Refused("category-missing", reason)
    return chosen


def _listed(shown: list[tuple[Category, Category]]) -> str:
    given = request.form.get("category") or request.form.get("other", "")
    return "" if given in {sub.code for _, sub in shown} else given


def _source(actor: Actor, given: str) -> str:
    if actor.role == "grid_member":
        return "grid-member"
    return given if given in SOURCES else "public"


def _number(done: str) -> tuple[UUID, str] | None:
    """Show a number only of what was reported."""
    try:
        incident = UUID(done)
    except ValueError:
        return None
    course = the_city().ledger.load(Incident, incident).course
    known = bool(course.area) and verdict_on(CASE, course).allowed
    return (incident, incident_number(incident)) if known else None
