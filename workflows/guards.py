"""Guards: the conditions a step may name, each a function that says what is missing.

A guard returns None when it is met, else the sentence for the person who must act.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from domain.incident import marks
from domain.incident.course import Course
from domain.kernel.act import Act
from domain.kernel.refusals import Refused
from workflows.scene import NEEDS_UNMET

if TYPE_CHECKING:
    from workflows.definition import StepRule

AUDIT_SHARE_PERCENT = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What a guard may look at: the case, where it stands, and who wants to act."""

    incident: UUID
    course: Course
    act: Act

    @property
    def stage(self) -> str:
        """Where the case stands."""
        return self.course.stage

    def missing(self, rule: StepRule) -> list[Refused]:
        """Ask every guard, and whether the request it decides or makes fits."""
        unmet = [sentence for name in rule.needs if (sentence := GUARDS[name](self))]
        course = self.course
        if rule.decides is not None and course.request_kind != rule.decides:
            unmet.append(f"No {rule.decides} is waiting for a decision.")
        if rule.asks_for is not None and course.request is not None:
            unmet.append(f"A {course.request_kind} is still waiting for its decision.")
        return [Refused(NEEDS_UNMET, sentence) for sentence in unmet]


def verified_when_public(scene: Scene) -> str | None:
    """Source: a public report must first be verified on site by the grid's member."""
    if not scene.course.public or marks.VERIFIED in scene.course.marks:
        return None
    return "A public report must first be verified on site: send it to the grid member."


def own_report(scene: Scene) -> str | None:
    """Handle on the spot: only who found it knows it is done."""
    if scene.course.reporter == scene.act.person:
        return None
    return "Only the grid member who reported it can handle it on the spot."


def not_own_handling(scene: Scene) -> str | None:
    """Keep handling and checking in different hands."""
    if scene.course.handler != scene.act.person:
        return None
    return "Nobody checks his own handling: ask another grid member."


def sampled_for_audit(incident: UUID) -> bool:
    """Draw the audit's sample from the id itself, so that anybody can draw it again."""
    return incident.int % 100 < AUDIT_SHARE_PERCENT


def not_sampled_for_audit(scene: Scene) -> str | None:
    """Let the clock archive only what the sample left out."""
    if not sampled_for_audit(scene.incident):
        return None
    return "This self-handled case was drawn for the audit: a duty leader decides it."


def no_open_whistle(scene: Scene) -> str | None:
    """Close the case last: the departments summoned for it come first."""
    open_now = len(scene.course.whistles)
    if not open_now:
        return None
    return f"{open_now} of its whistles are open: the street confirms or calls them off first."


def marked_duplicate(scene: Scene) -> str | None:
    """Take back only what was said."""
    if scene.course.leading is not None:
        return None
    return "This case is not marked as a duplicate."


def no_open_sub_case(scene: Scene) -> str | None:
    """Close the case last: its parts and the orders upon it come first."""
    open_now = len(scene.course.open_branches)
    if not open_now:
        return None
    return f"{open_now} of its sub-cases are open: they are settled or taken back first."


def has_open_sub_case(scene: Scene) -> str | None:
    """Take back only what was opened."""
    if scene.course.open_branches:
        return None
    return "None of its sub-cases is open: there is nothing to take back."


Guard = Callable[[Scene], str | None]
GUARDS: dict[str, Guard] = {
    guard.__name__: guard
    for guard in (
        verified_when_public,
        own_report,
        not_own_handling,
        not_sampled_for_audit,
        no_open_whistle,
        marked_duplicate,
        no_open_sub_case,
        has_open_sub_case,
    )
}
