"""Limit steps: limits of their own on the way, stamped at filing, each met by a report of its own.

They run from the first dispatch and stop with the case's clock. Granted time moves the end of the
handling, and with it a limit step that ends no sooner than the handling itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from domain.kernel.facts import Fact, fact
from domain.kernel.refusals import Refused
from domain.kernel.steps import Why

if TYPE_CHECKING:
    from domain.incident.course import Course
    from domain.incident.incident import Incident
    from domain.kernel.act import Act
    from domain.kernel.limits import StampedLimit


@fact("incident.limit-step-done")
@dataclass(frozen=True, slots=True, kw_only=True)
class LimitStepDone(Fact):
    """A limit step was reported done; ``code`` is the one stamped at filing."""

    code: str
    why: Why = field(default_factory=dict)


def report_done(incident: Incident, act: Act, *, code: str, why: Why) -> None:
    """Report a limit step done, once; refuses ``unknown-limit-step``."""
    known = [step.code for step in incident.course.steps]
    if code not in known:
        reason = f"This case has no limit step '{code}'. It has: {', '.join(known) or 'none'}."
        raise Refused("unknown-limit-step", reason, code=code, known=known)
    if code not in incident.course.steps_done:
        incident.tell(LimitStepDone(act=act, code=code, why=why))


def note_done(course: Course, fact: LimitStepDone) -> None:
    """Fold: it is done for good, also when the case is opened again."""
    course.steps_done[fact.code] = fact.act.at


def open_steps(course: Course) -> Iterator[StampedLimit]:
    """Give the limit steps still to be done."""
    return (step for step in course.steps if step.code not in course.steps_done)


def granted_minutes(course: Course, step: StampedLimit) -> int:
    """Count the granted minutes that a limit step shares."""
    whole, own = course.bundled, step.limit
    if whole is None or whole.clock != own.clock or whole.minutes is None or own.minutes is None:
        return 0
    return course.added_minutes if own.minutes >= whole.minutes else 0
