"""Why a deadline was missed and a case judged: the inputs that give the same answer again."""

from __future__ import annotations

from datetime import datetime

from domain.incident.course import Course, Deadline
from domain.incident.folding import BUNDLED
from domain.kernel.steps import Why


def why_due(deadline: Deadline, calendar: str) -> Why:
    """Name the limit, its beginning and the calendar it was counted in."""
    limit = deadline.limit
    why: Why = {
        "rule": "deadline",
        "clock": limit.clock,
        "calendar": calendar,
        "began_at": deadline.began_at.isoformat(),
    }
    if limit.minutes is not None:
        why["minutes"] = limit.minutes
    if limit.until is not None:
        why["until"] = limit.until.isoformat()
    return why


def why_judged(course: Course, due_at: datetime | None) -> Why:
    """Name the instants that on-time was judged by."""
    why: Why = {
        "rule": "on-time-by-bundled-deadline",
        "deadline": BUNDLED,
        "calendar": course.calendar,
    }
    if due_at is not None:
        why["due_at"] = due_at.isoformat()
    if course.handled_at is not None:
        why["handled_at"] = course.handled_at.isoformat()
    return why
