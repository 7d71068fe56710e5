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
from domain.incident.limit_steps import open_steps
from domain.incident.rating import is_dissatisfied
from domain.kernel.act import Act
from domain.kernel.refusals import Refused
from workflows.approving import unlawful
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
        missing = [Refused(NEEDS_UNMET, sentence) for sentence in unmet]
        closed = None if missing else unlawful(rule, self)
        return missing if closed is None else [closed]


def verified_when_public(scene: Scene) -> str | None:
    """Source: a public report must first be verified on site by the grid's member."""
    if not scene.course.public or marks.VERIFIED in scene.course.marks:
        return None
    return "A public report must first be verified on site: send it to the grid member."


def own_report(scene: Scene) -> str | None:
    """Handle on the spot, or have it reopened: only who found it knows whether it is done."""
    if scene.course.reporter == scene.act.person:
        return None
    return "This is for the grid member who reported the case."


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


def public_report(scene: Scene) -> str | None:
    """Speak for a reporter from outside the grid: the hotline's staff heard the answer."""
    if scene.course.public:
        return None
    return "A grid member reported this case, and says himself whether it is solved."


def dissatisfied(scene: Scene) -> str | None:
    """Reopen only what its reporter, asked after the closing, is not satisfied with."""
    if is_dissatisfied(scene.course):
        return None
    return "The reporter has not said that he is dissatisfied: rate the case first."


def limit_step_open(scene: Scene) -> str | None:
    """Report only what the category's limits ask for and was not reported yet."""
    if any(True for _ in open_steps(scene.course)):
        return None
    return "No limit step of this case is open."


def limit_steps_done(scene: Scene) -> str | None:
    """Come to the end only when every limit step was reported done."""
    left = [step.code for step in open_steps(scene.course)]
    if not left:
        return None
    return f"First report these limit steps done: {', '.join(left)}."


def owner_called(scene: Scene) -> str | None:
    """Acknowledge only what somebody is called for."""
    return None if scene.course.unanswered else "Nobody is being called for this case now."


def no_unit_named(scene: Scene) -> str | None:
    """Let the district decide only what the rules leave open."""
    suggested = scene.course.suggested
    if suggested is None:
        return None
    return f"The rules name {suggested}: dispatch it there, or to the unit you know better."


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
        public_report,
        dissatisfied,
        limit_step_open,
        limit_steps_done,
        owner_called,
        no_unit_named,
    )
}
