"""Branching: a case opens sub-cases, hears how they end, and takes back what nobody needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.incident.events_branching import (
    BeganAsSubCase,
    EndedAsSubCase,
    SubCaseOpened,
    SubCaseOver,
    SubCaseWithdrawn,
)
from domain.kernel.refusals import Refused

if TYPE_CHECKING:
    from uuid import UUID

    from domain.incident.incident import Incident
    from domain.kernel.act import Act
    from domain.kernel.confiding import Words
    from domain.kernel.limits import Limit
    from domain.kernel.steps import Why

DEEPEST = 3
"""A case, a part of it, and an order upon that part: nobody oversees more."""
MOST_OPEN = 50
CASE_ABOVE_ENDED = "the-case-above-ended"
"""Why a sub-case is called off that its parent needs no more."""


def open_sub_case(
    incident: Incident,
    act: Act,
    *,
    sub_case: UUID,
    workflow: str,
    step: str,
    unit: str | None,
    limit: Limit | None,
    independent: bool,
    words: Words | None,
    why: Why,
) -> None:
    """Open a case below this one; refuses ``sub-case-too-deep``, ``too-many-sub-cases``."""
    if not independent:
        must_not_be_too_deep(incident)
        must_not_be_too_many(incident)
    incident.tell(
        SubCaseOpened(
            act=act,
            sub_case=sub_case,
            workflow=workflow,
            step=step,
            unit=unit,
            limit=limit,
            independent=independent,
            words=incident.confide(words, field="words"),
            why=why,
        )
    )


def end_sub_case(
    incident: Incident, act: Act, *, sub_case: UUID, final: str, outcome: str | None
) -> None:
    """Hear that a sub-case is over; one that nobody waits for records nothing."""
    if sub_case in incident.course.open_branches:
        incident.tell(SubCaseOver(act=act, sub_case=sub_case, final=final, outcome=outcome))


def withdraw(
    incident: Incident, act: Act, *, sub_case: UUID, why: Why, words: Words | None = None
) -> None:
    """Take a sub-case back, if it is still open."""
    if sub_case in incident.course.open_branches:
        said = incident.confide(words, field="words")
        incident.tell(SubCaseWithdrawn(act=act, sub_case=sub_case, words=said, why=why))


def begin_as_sub_case(
    incident: Incident, act: Act, *, parent: UUID, depth: int, independent: bool
) -> None:
    """Know the case above; saying it twice records it once."""
    if incident.course.parent is None:
        incident.tell(BeganAsSubCase(act=act, parent=parent, depth=depth, independent=independent))


def end_with_the_others(incident: Incident, act: Act) -> None:
    """At the end of a case: call its own sub-cases off, and let the parent hear of it."""
    course = incident.course
    why: Why = {"rule": CASE_ABOVE_ENDED, "stage": course.stage}
    for sub_case in course.open_branches:
        withdraw(incident, act, sub_case=sub_case, why=why)
    if course.parent is not None and course.parent_waits and course.final is not None:
        incident.tell(
            EndedAsSubCase(
                act=act, parent=course.parent, final=course.final, outcome=course.outcome
            )
        )


def must_not_be_too_deep(incident: Incident) -> None:
    """Refuse ``sub-case-too-deep``."""
    if incident.course.depth + 1 >= DEEPEST:
        reason = f"There are {DEEPEST} levels of cases already. Open it from the case above."
        raise Refused("sub-case-too-deep", reason, depth=incident.course.depth)


def must_not_be_too_many(incident: Incident) -> None:
    """Refuse ``too-many-sub-cases``."""
    if len(incident.course.open_branches) >= MOST_OPEN:
        reason = f"{MOST_OPEN} of its sub-cases are open. Settle or take back some of them first."
        raise Refused("too-many-sub-cases", reason, most=MOST_OPEN)
