"""Who may see what, asked for the request at hand: the table decides, pages and API obey alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import g

from domain.access.deciding import Verdict, decide, has_row, must_be_allowed, rows_for
from domain.access.relation import Relation, nearest, relation_of_matter
from domain.access.table import MATTERS
from domain.incident.incident import Incident
from domain.kernel.codes import AreaCode
from domain.kernel.refusals import Refused
from domain.whistle.whistle import Whistle
from web.city import the_city
from web.looking import the_look
from web.watching import OUT_OF_REACH, note

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from domain.incident.course import Course
    from domain.whistle.roll import Roll
    from web.acting import Actor

CASE, BOARD, WHISTLE = "look at a case", "look at the board", "look at a whistle"
MEASURES, REPORT = "look at measures", "report an incident"


def viewer() -> Actor:
    """Give whom this request was found to come from; refuses ``sign-in-missing``."""
    found: Actor | None = g.get("viewer")
    if found is None:
        raise Refused("sign-in-missing", "Sign in first, or send a key: Authorization: Bearer gw.…")
    return found


def must_see(
    action: str, area: AreaCode | None, *, owned: bool = False, ended: bool = False
) -> Verdict:
    """Give what the viewer may see there; refuses as ``must_be_allowed`` does."""
    actor = viewer()
    relation = _relation(action, actor, area)
    return must_be_allowed(action, actor.role, relation, owned=owned, ended=ended)


def may_see(action: str, area: AreaCode) -> bool:
    """Tell whether the viewer may see something there, for what a page leaves out quietly."""
    actor = viewer()
    return decide(action, actor.role, _relation(action, actor, area)).allowed


def may_at_all(action: str, actor: Actor) -> bool:
    """Tell whether somebody may do something somewhere, for what a page offers."""
    return bool(rows_for(action, actor.role, actor.seats))


def must_report(actor: Actor, area: AreaCode) -> None:
    """Refuse ``not-for-your-role`` and ``outside-your-area``; the workflow is asked besides."""
    must_be_allowed(REPORT, actor.role, _relation(REPORT, actor, area))


def _relation(
    action: str, actor: Actor, area: AreaCode | None, units: Collection[str] = ()
) -> Relation:
    """Of what is no matter a unit's people are where their unit serves."""
    if action in MATTERS:
        return relation_of_matter(actor.seats, area, units)
    return nearest(actor.places, area)


def must_be_for_role(action: str) -> None:
    """Refuse ``not-for-your-role`` before anything is looked up: it tells nothing of what is."""
    if not has_row(action, viewer().role):
        must_be_allowed(action, viewer().role, Relation.NOWHERE)


def must_see_case(incident: UUID, course: Course) -> Verdict:
    """Give what the viewer may see of a case; refuses ``no-such-incident`` where it is nothing."""
    verdict = verdict_on(CASE, course)
    if not verdict.allowed:
        note(OUT_OF_REACH)
        raise no_such_incident(incident)
    return verdict


def may_open(incident: UUID) -> bool:
    """Tell whether the viewer may open a case, for what a page links to."""
    course = the_city().ledger.load(Incident, incident).course
    return bool(course.area) and verdict_on(CASE, course).allowed


def may_open_whistle(roll: Roll) -> bool:
    """Tell whether the viewer may open a whistle, for what a page links to."""
    return _verdict_on_whistle(WHISTLE, roll).allowed


def verdict_on(action: str, course: Course) -> Verdict:
    """Decide about a case, for what is left out quietly where it may not be seen."""
    actor, units = viewer(), _units_at(course)
    relation = _relation(action, actor, AreaCode(course.area), units)
    owned = bool(units) or actor.handle in (course.reporter, course.handler)
    return decide(action, actor.role, relation, owned=owned, ended=course.ended)


def must_reach_case(action: str, incident: UUID) -> Course:
    """Give a case that the viewer may do this with; what nobody may see is as if it were not.

    Refuses ``not-for-your-role``, ``no-such-incident`` and, of a case that may be looked at,
    ``outside-your-area``.
    """
    must_be_for_role(action)
    course = the_look().load(Incident, incident).course
    if not course.area:
        raise no_such_incident(incident)
    if not verdict_on(action, course).allowed:
        must_see_case(incident, course)
        must_see(action, AreaCode(course.area), ended=course.ended)
    return course


def must_see_whistle(whistle: UUID, roll: Roll) -> Verdict:
    """Give what the viewer may see of a whistle; refuses ``no-such-whistle``."""
    verdict = _verdict_on_whistle(WHISTLE, roll)
    if not verdict.allowed:
        note(OUT_OF_REACH)
        raise no_such_whistle(whistle)
    return verdict


def must_reach_whistle(action: str, whistle: UUID) -> Roll:
    """Give a whistle that the viewer may do this with; refuses as ``must_reach_case`` does."""
    must_be_for_role(action)
    record = the_city().ledger.load(Whistle, whistle)
    if not record.exists:
        raise no_such_whistle(whistle)
    if not _verdict_on_whistle(action, record.roll).allowed:
        note(OUT_OF_REACH)
        raise no_such_whistle(whistle)
    return record.roll


def no_such_incident(incident: UUID) -> Refused:
    """Say so of a case that is not there, and in the same words of one out of reach."""
    reason = (
        "There is no such incident where you serve. Check the number, or ask whoever serves there."
    )
    return Refused("no-such-incident", reason, incident=str(incident))


def no_such_whistle(whistle: UUID) -> Refused:
    """Say so of a whistle that is not there, and in the same words of one out of reach."""
    reason = "There is no such whistle where you serve. Open the case and choose one of its own."
    return Refused("no-such-whistle", reason, whistle=str(whistle))


def _verdict_on_whistle(action: str, roll: Roll) -> Verdict:
    actor, area = viewer(), AreaCode(roll.area)
    units = [seat.unit for seat in actor.seats if seat.unit and seat.has(area, roll.parties)]
    relation = _relation(action, actor, area, units)
    return decide(action, actor.role, relation, owned=bool(units), ended=not roll.open)


def area_of_list(action: str, asked: AreaCode | None) -> AreaCode:
    """Give the area that a list is of: the one asked for, or the viewer's own."""
    area = asked or viewer().area
    must_see(action, area)
    return area


def bounds_of_list(
    action: str, area: AreaCode | None, unit: str | None
) -> tuple[AreaCode, str | None]:
    """Give area and unit that a list of matters is of.

    Whoever sees only what is the own unit's may name any area, and is held to the unit.
    """
    actor = viewer()
    where = area or actor.area
    if may_see(action, where):
        return where, unit
    for seat in actor.seats if _is_bounded_by_unit(action, actor) else ():
        if seat.unit and unit in (None, seat.unit):
            if seat.area is None or seat.area.covers(where):
                return where, seat.unit
            if area is None:
                return seat.area, seat.unit
    must_see(action, where)
    return where, unit


def may_list(action: str, area: AreaCode, unit: str | None = None) -> bool:
    """Tell whether the viewer may ask for the list of an area, for what a page links to.

    Whoever sees only what is the own unit's gets no link to the list of another ``unit``.
    """
    if may_see(action, area):
        return True
    return _is_bounded_by_unit(action, viewer()) and unit in (None, *viewer().units)


def _is_bounded_by_unit(action: str, actor: Actor) -> bool:
    """Tell whether a unit is one's way to some of the matters."""
    by_unit = decide(action, actor.role, Relation.UNIT, owned=True).allowed
    return by_unit and actor.unit is not None and action in MATTERS


def _units_at(course: Course) -> list[str]:
    """Give those of the viewer's units that a case was given to, or that it summons."""
    given_to = {course.unit, course.sub_unit, course.suggested}
    seats, area = viewer().seats, AreaCode(course.area)
    mine = [seat.unit for seat in seats if seat.unit and seat.has(area, [seat.unit])]
    return [unit for unit in mine if unit in given_to or _is_summoned(course, unit)]


def _is_summoned(course: Course, unit: str) -> bool:
    ledger = the_city().ledger
    return any(unit in ledger.load(Whistle, one).roll.parties for one in course.whistles)
