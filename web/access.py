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
from domain.access.relation import nearest
from domain.kernel.codes import AreaCode
from domain.kernel.refusals import Refused
from domain.whistle.whistle import Whistle
from web.city import the_city

if TYPE_CHECKING:
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


def must_see_case(course: Course) -> Verdict:
    """Give what the viewer may see of a case."""
    return must_see(CASE, AreaCode(course.area), owned=_owns(course), ended=course.ended)


def must_see_whistle(roll: Roll) -> Verdict:
    """Give what the viewer may see of a whistle."""
    owned = viewer().unit in roll.parties
    return must_see(WHISTLE, AreaCode(roll.area), owned=owned, ended=not roll.open)


def area_of_list(action: str, asked: AreaCode | None) -> AreaCode:
    """Give the area that a list is of: the one asked for, or the viewer's own.

    Whoever sees only what is the own unit's may name any area: ``unit_of_list`` bounds the list.
    """
    actor = viewer()
    area = asked or actor.area
    if not _bounded_by_unit(action, actor):
        must_see(action, area)
    return area


def may_list(action: str, area: AreaCode) -> bool:
    """Tell whether the viewer may ask for the list of an area, for what a page links to."""
    return _bounded_by_unit(action, viewer()) or may_see(action, area)


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
    if actor.unit is None:
        return False
    return actor.unit in (course.unit, course.suggested) or _is_summoned(course, actor.unit)


def _is_summoned(course: Course, unit: str) -> bool:
    ledger = the_city().ledger
    return any(unit in ledger.load(Whistle, one).roll.parties for one in course.whistles)
