"""How the facts of the ladder move the course of an incident: assignments only."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from domain.incident.events import Escalated
from domain.incident.events_of_rising import Acknowledged, Lowered, OwnerCalled
from domain.incident.rising import UNCLEAR_OWNERSHIP

if TYPE_CHECKING:
    from domain.incident.course import Course
    from domain.kernel.facts import Fact


def _escalated(course: Course, fact: Escalated) -> None:
    course.level, course.grace = fact.level, fact.grace
    course.escalations += 1
    course.rung_from, course.rung_stage = fact.due_at, course.stage
    _called(course, fact)
    if fact.cause == UNCLEAR_OWNERSHIP:
        course.unclear_from = fact.left


def _called(course: Course, fact: Escalated | OwnerCalled) -> None:
    course.calls += 1
    course.called_at, course.called_stage, course.repeat = fact.due_at, course.stage, fact.repeat


def _lowered(course: Course, fact: Lowered) -> None:
    course.level = fact.level
    course.grace = course.rung_from = course.called_at = course.repeat = None
    course.unclear_from = None


def _acknowledged(course: Course, _fact: Acknowledged) -> None:
    course.called_at = course.repeat = None


# Any: each function takes its own kind of fact, which the key says
RISING_FOLDS: dict[type[Fact], Callable[[Course, Any], None]] = {
    Escalated: _escalated,
    OwnerCalled: _called,
    Lowered: _lowered,
    Acknowledged: _acknowledged,
}
