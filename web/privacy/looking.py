"""Looking for a caller: recorded first, then answered with what lies within reach."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from domain.incident.incident import Incident
from domain.kernel.codes import AreaCode
from domain.kernel.record import case_in
from domain.privacy.terms import term
from web.access import may_see, must_see
from web.city import the_city
from web.ordering import Done, carry_out
from workflows.privacy.commands import NoteSearch
from workflows.processes.indexing import written

if TYPE_CHECKING:
    from domain.incident.course import Course
    from web.acting import Actor

LOOK = "look for a caller"
MOST_SHOWN = 50


def look_for(
    actor: Actor, *, kind: str, value: str, purpose: str, key: str
) -> tuple[dict[UUID, Course], Done]:
    """Give the cases of a caller, the newest first, and the record of the search.

    Refuses ``not-for-your-role`` and ``invalid-search``.
    """
    must_see(LOOK, actor.area)
    found = _found(kind, value)
    order = NoteSearch(kind=kind, purpose=purpose, found=tuple(found))
    act = actor.act(area=actor.area, command_id=key, at=the_city().now())
    return found, carry_out(order, act, wait=0)


def _found(kind: str, value: str) -> dict[UUID, Course]:
    """Open each, and leave out those that lie outside the reader's area."""
    city, found = the_city(), dict[UUID, "Course"]()
    for subject in city.index.find(written(term(kind, value))):
        case = case_in(subject)
        course = city.ledger.load(Incident, case).course if case else None
        if case and course and may_see(LOOK, AreaCode(course.area)) and len(found) < MOST_SHOWN:
            found[case] = course
    return found
