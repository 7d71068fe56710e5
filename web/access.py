"""Who may see what, asked for the request at hand: the table decides, pages and API obey alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import g

from domain.access.deciding import (
    Verdict,
    decide,
    has_row,
    must_be_allowed,
    reaches_by_area,
)
from domain.access.relation import Relation, nearest
from domain.incident.incident import Incident
from domain.kernel.codes import AreaCode
from domain.kernel.refusals import Refused
from domain.whistle.whistle import Whistle
from web.city import the_city
from web.looking import the_look
from web.watching import OUT_OF_REACH, note

if TYPE_CHECKING:
    from uuid import UUID

    from domain.incident.course import Course
    from domain.whistle.roll import Roll
    from web.acting import Actor

CASE, BOARD, WHISTLE = "look at a case", "look at the board", "look at a whistle"
MEASURES = "look at measures"


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
    relation = nearest(actor.places, area)
    return must_be_allowed(action, actor.role, relation, owned=owned, ended=ended)


def may_see(action: str, area: AreaCode) -> bool:
    """Tell whether the viewer may see something there, for what a page leaves out quietly."""
    actor = viewer()
    return decide(action, actor.role, nearest(actor.places, area)).allowed


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
    actor, owned = viewer(), _owns(course)
    relation = nearest(actor.places, AreaCode(course.area))
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
        must_see(action, AreaCode(course.area), owned=_owns(course), ended=course.ended)
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
    actor = viewer()
    owned = any(unit in roll.parties for unit in actor.units)
    relation = nearest(actor.places, AreaCode(roll.area))
    return decide(action, actor.role, relation, owned=owned, ended=not roll.open)


def area_of_list(action: str, asked: AreaCode | None) -> AreaCode:
    """Give the area that a list is of: the one asked for, or the viewer's own.

    Whoever sees only what is the own unit's may name any area: ``unit_of_list`` bounds the list.
    """
    actor = viewer()
    area = asked or actor.area
    if not _bounded_by_unit(action, actor):
        must_see(action, area)
    return area


def may_list(action: str, area: AreaCode, unit: str | None = None) -> bool:
    """Tell whether the viewer may ask for the list of an area, for what a page links to.

    Whoever sees only what is the own unit's gets no link to the list of another ``unit``.
    """
    if _bounded_by_unit(action, viewer()):
        return unit in (None, viewer().unit)
    return may_see(action, area)


def _bounded_by_unit(action: str, actor: Actor) -> bool:
    return has_row(action, actor.role) and not reaches_by_area(action, actor.role)


def unit_of_list(action: str, asked: str | None) -> str | None:
    """Give the unit that a list is of; whoever sees only what is the unit's own is held to it."""
    actor = viewer()
    if reaches_by_area(action, actor.role):
        return asked
    must_see(action, None, owned=asked in (None, actor.unit))
    return actor.unit


def _owns(course: Course) -> bool:
    actor = viewer()
    if actor.handle in (course.reporter, course.handler):
        return True
    given_to = {course.unit, course.suggested}
    return any(unit in given_to or _is_summoned(course, unit) for unit in actor.units)


def _is_summoned(course: Course, unit: str) -> bool:
    ledger = the_city().ledger
    return any(unit in ledger.load(Whistle, one).roll.parties for one in course.whistles)
