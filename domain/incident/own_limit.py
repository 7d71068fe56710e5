"""A stage's own limit: it begins when the stage is entered, and waits while the case is suspended.

So the own limit of a second dispatch does not vanish with a suspension, nor begin anew after it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from domain.kernel.limits import Limit

if TYPE_CHECKING:
    from domain.incident.course import Course


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """The own limit of the stage that was left for a suspension."""

    stage: str
    limit: Limit
    began_at: datetime
    entry: int
    added: int


def enter(course: Course, stage: str, limit: Limit | None, at: datetime) -> None:
    """Fold: the case stands in a stage, and its own limit begins."""
    course.stage, course.limit = stage, limit
    course.entries += 1
    course.entered_at = course.own_from = at
    course.own_entry, course.own_added = course.entries, 0


def hold(course: Course, *, stops_clock: bool) -> None:
    """Fold, before the stage is left: a limit that runs is kept for the time after the pause."""
    if not stops_clock or course.paused_at is not None:
        return
    course.held = None
    if course.limit is not None and course.own_from is not None:
        course.held = Held(
            stage=course.stage,
            limit=course.limit,
            began_at=course.own_from,
            entry=course.own_entry,
            added=course.own_added,
        )


def go_on(course: Course, *, stops_clock: bool) -> None:
    """Fold, after a stage was entered: back from the pause the limit goes on, elsewhere it ends."""
    held = course.held
    if stops_clock or held is None:
        return
    course.held = None
    if held.stage == course.stage:
        course.limit, course.own_from = held.limit, held.began_at
        course.own_entry, course.own_added = held.entry, held.added
