"""Duplicates: a case that is the same matter as one reported before, and follows that one.

The leading case is the one reported first. So no circle can arise, however many cases are merged
at once, and nobody gets a new clock by merging an old case into a new one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from domain.incident.events import DuplicateUnmarked, MarkedDuplicate, Unmerged
from domain.incident.folding import MERGED
from domain.kernel.refusals import Refused

if TYPE_CHECKING:
    from uuid import UUID

    from domain.incident.incident import Incident
    from domain.kernel.act import Act
    from domain.kernel.confiding import Words
    from domain.kernel.limits import Limit
    from domain.kernel.steps import Why

Rule = Callable[["Incident", "Incident"], None]


def mark_duplicate(incident: Incident, act: Act, *, leading: Incident, why: Why) -> None:
    """Take the case for the same matter as the leading one; saying it twice records it once."""
    for rule in LEADING_RULES:
        rule(incident, leading)
    if incident.course.leading != leading.id:
        incident.tell(MarkedDuplicate(act=act, leading=leading.id, why=why))


def unmark_duplicate(incident: Incident, act: Act, *, why: Why) -> None:
    """Say that it is a matter of its own; refuses ``not-marked``."""
    leading = incident.course.leading
    if leading is None:
        reason = "This case is not marked as a duplicate. There is nothing to take back."
        raise Refused("not-marked", reason, incident=str(incident.id))
    incident.tell(DuplicateUnmarked(act=act, leading=leading, why=why))


def unmerge(
    incident: Incident,
    act: Act,
    *,
    limit: Limit | None,
    stops_clock: bool,
    reason: Words | None,
    why: Why,
) -> None:
    """Let a merged case go on where it was; refuses ``not-merged``.

    It may be done after the leading case has ended: what was wrongly merged is still to be solved.
    """
    course = incident.course
    if course.final != MERGED or course.leading is None or course.merged_from is None:
        sentence = "This case is not merged into another one. Load it again and look."
        raise Refused("not-merged", sentence, incident=str(incident.id), stage=course.stage)
    incident.tell(
        Unmerged(
            act=act,
            leading=course.leading,
            stage=course.merged_from,
            limit=limit,
            stops_clock=stops_clock,
            reason=incident.confide(reason, field="reason"),
            why=why,
        )
    )


def must_not_lead_itself(incident: Incident, leading: Incident) -> None:
    """Refuse ``leading-is-itself``."""
    if leading.id == incident.id:
        reason = "A case is no duplicate of itself. Choose the case that was reported first."
        raise Refused("leading-is-itself", reason, leading=str(leading.id))


def must_stand(_incident: Incident, leading: Incident) -> None:
    """Refuse ``unknown-leading``."""
    if not leading.exists:
        raise unknown_leading(leading.id)


def unknown_leading(leading: UUID) -> Refused:
    """Say that there is no such case to follow."""
    reason = "There is no such leading case. Choose one from the list of suggestions."
    return Refused("unknown-leading", reason, leading=str(leading))


def must_not_follow(_incident: Incident, leading: Incident) -> None:
    """Refuse ``leading-is-duplicate``, and name the case that leads it."""
    followed = leading.course.leading
    if followed is not None:
        reason = "That case is a duplicate itself. Choose the case that it follows."
        raise Refused(
            "leading-is-duplicate", reason, leading=str(leading.id), follows=str(followed)
        )


def must_be_open(_incident: Incident, leading: Incident) -> None:
    """Refuse ``leading-ended``: what is reported after the end is a new matter."""
    if leading.course.ended:
        reason = "That case has ended. What is reported after its end is a matter of its own."
        raise Refused("leading-ended", reason, leading=str(leading.id), stage=leading.course.stage)


def must_be_older(incident: Incident, leading: Incident) -> None:
    """Refuse ``leading-is-younger``; ids begin with the moment of the report."""
    if leading.id.int > incident.id.int:
        reason = "The case reported first leads, as its clock counts. Merge the other way round."
        raise Refused("leading-is-younger", reason, leading=str(leading.id))


LEADING_RULES: tuple[Rule, ...] = (
    must_not_lead_itself,
    must_stand,
    must_not_follow,
    must_be_open,
    must_be_older,
)
