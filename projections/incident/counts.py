"""What one case adds to the city's counts, from its course alone.

All counts of a case fall on the day it was reported, however late it ends: a period is a cohort
of reports. Cases handled on the spot, supervision orders, and the parts of a case that was split
are counted apart, in columns of their own: none of them is one more matter reported.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from domain.incident import marks
from domain.incident.rating import SATISFIED

if TYPE_CHECKING:
    from domain.incident.course import Course

Timely = Mapping[str, list[int]]
"""Per kind of step, how often it was taken under a limit and how often within it."""

TIMED = {
    marks.VERIFIED: "verification",
    marks.FILED: "filing",
    marks.DISPATCHED: "dispatch",
    marks.CHECKED: "check",
    marks.CHECK_FAILED: "check",
    marks.ANSWERED: "answer",
}
_TIMED_NAMES = ("verification", "filing", "dispatch", "check")
_ANSWER = "answer"
HOTLINE = "hotline"


def is_closed(course: Course) -> bool:
    """Tell whether the city took it as closed, and did not open it again since."""
    if course.final is not None:
        return course.final == "settled"
    for mark in reversed(course.marks):
        if mark in (marks.CLOSED, marks.REOPENED):
            return mark == marks.CLOSED
    return False


def should_close(course: Course) -> bool:
    """Handled, or unhandled past the bundled deadline; a void or merged case owes nothing."""
    if course.final in ("void", "merged", "declined"):
        return False
    owed = course.handled_at is not None or course.bundled_missed_at is not None
    return owed or is_closed(course)


def is_self_handled(course: Course) -> bool:
    """Handled on the spot, and not sent on as an ordinary case by the audit."""
    if marks.SELF_HANDLED not in course.marks:
        return False
    since = course.marks[course.marks.index(marks.SELF_HANDLED) + 1 :]
    sent_on = marks.ACCEPTED in since or (marks.AUDITED in since and not course.ended)
    return not sent_on


def is_order(course: Course) -> bool:
    """A supervision order, upon a case or upon a unit."""
    return marks.ORDERED in course.marks


def is_part(course: Course) -> bool:
    """The part of one unit in a case that was split; an independent case is a matter of its own."""
    return course.depth > 0


def answer_owed(course: Course) -> bool:
    """A caller's matter that was handled, or should have been."""
    return marks.CALLED in course.marks and should_close(course)


def last_said(course: Course, *either: str) -> str | None:
    """Give what the caller said last at a return visit, if anybody asked."""
    return next((mark for mark in reversed(course.marks) if mark in either), None)


def _said(course: Course, about: str) -> str | None:
    """Give what the reporter said when asked last."""
    said: str | None = getattr(course.rating, about, None)
    return said


_ORDINARY: dict[str, Callable[[Course], int]] = {
    "reported": lambda _: 1,
    "public": lambda course: course.public,
    "hotline": lambda course: course.source == HOTLINE,
    "accepted": lambda course: marks.ACCEPTED in course.marks or course.filed_at is not None,
    "filed": lambda course: course.filed_at is not None,
    "filed_public": lambda course: course.filed_at is not None and course.public,
    "filed_rightly": lambda course: course.filed_at is not None and course.final != "void",
    "voided": lambda course: course.final == "void",
    "declined": lambda course: course.final == "declined",
    "merged": lambda course: course.final == "merged",
    "handled": lambda course: marks.HANDLED in course.marks,
    "should_close": should_close,
    "closed": is_closed,
    "closed_once": lambda course: marks.CLOSED in course.marks or is_closed(course),
    "closed_on_time": lambda course: (
        is_closed(course) and course.on_time is True and not course.late_rounds
    ),
    "reworked": lambda course: course.reworks > 0,
    "reworks": lambda course: course.reworks,
    "dispatch_settled": lambda course: is_closed(course) and course.dispatches > 0,
    "dispatched_rightly": lambda course: (
        is_closed(course) and course.dispatches > 0 and course.wrong_dispatches == 0
    ),
    "dispatched_wrongly": lambda course: (
        is_closed(course) and course.dispatches > 0 and course.wrong_dispatches > 0
    ),
    "dispatched": lambda course: course.dispatches > 0,
    "passed_within": lambda course: course.inner_dispatches > 0,
    "inner_dispatches": lambda course: course.inner_dispatches,
    "whistled": lambda course: course.whistled > 0,
    "whistles": lambda course: course.whistled,
    "deferred": lambda course: "deferral" in course.granted,
    "suspended": lambda course: "suspension" in course.granted or marks.SUSPENDED in course.marks,
    "returned": lambda course: marks.RETURNED in course.marks,
    "backlog": lambda course: course.backlog_at is not None,
    "reopened": lambda course: marks.REOPENED in course.marks,
    "rated": lambda course: course.rating is not None,
    "dissatisfied": lambda course: course.rating is not None and course.rating.dissatisfied,
    "rated_service": lambda course: _said(course, "service") == SATISFIED,
    "rated_handling": lambda course: _said(course, "handling") == SATISFIED,
    "escalated": lambda course: course.escalations > 0,
    "escalations": lambda course: course.escalations,
    "answers_owed": answer_owed,
    "callers_answered": lambda course: answer_owed(course) and marks.ANSWERED in course.marks,
    "visits": lambda course: last_said(course, marks.SATISFIED, marks.DISSATISFIED) is not None,
    "visits_solved": lambda course: last_said(course, marks.SOLVED, marks.UNSOLVED) == marks.SOLVED,
    "visits_satisfied": lambda course: (
        last_said(course, marks.SATISFIED, marks.DISSATISFIED) == marks.SATISFIED
    ),
}
_APART: dict[str, Callable[[Course], int]] = {
    "self_handled": lambda _: 1,
    "self_audited": lambda course: marks.AUDITED in course.marks,
    "self_archived": lambda course: course.final == "settled",
    "self_invalid": lambda course: course.final == "declined",
    "self_sent_on": lambda course: course.final == "void",
}
_OF_ORDERS: dict[str, Callable[[Course], int]] = {
    "orders": lambda _: 1,
    "orders_due": lambda course: marks.ANSWERED in course.marks or bool(course.missed),
    "orders_answered": lambda course: marks.ANSWERED in course.marks,
}
_OF_PARTS: dict[str, Callable[[Course], int]] = {
    "parts": lambda _: 1,
    "parts_settled": lambda course: course.final == "settled",
    "parts_on_time": lambda course: course.final == "settled" and course.on_time is True,
}
_TIMELY = tuple(f"{name}_{kind}" for name in _TIMED_NAMES for kind in ("limited", "on_time"))

COUNTS: tuple[str, ...] = (
    "cases",
    "matters",
    *_ORDINARY,
    *_TIMELY,
    *_APART,
    *_OF_ORDERS,
    "orders_on_time",
    *_OF_PARTS,
)
"""The integer columns of the counts; ``cases`` counts every case of the row, for keeping it.

``matters`` are those that somebody reported, handled on the spot or not: neither orders nor parts.
"""

_NO_ORDINARY = (0,) * (len(_ORDINARY) + len(_TIMELY))
_NONE_APART = (0,) * len(_APART)
_NO_ORDER = (0,) * (len(_OF_ORDERS) + 1)
_NO_PART = (0,) * len(_OF_PARTS)
_NOT_TIMED = [0, 0]


def counted(course: Course, timely: Timely) -> tuple[int, ...]:
    """Give what a case counts, one number for each of ``COUNTS``."""
    if is_self_handled(course):
        return (1, 1, *_NO_ORDINARY, *_each(_APART, course), *_NO_ORDER, *_NO_PART)
    if is_order(course):
        asked, in_time = timely.get(_ANSWER, _NOT_TIMED)
        orders = (*_each(_OF_ORDERS, course), int(asked > 0 and asked == in_time))
        return (1, 0, *_NO_ORDINARY, *_NONE_APART, *orders, *_NO_PART)
    if is_part(course):
        return (1, 0, *_NO_ORDINARY, *_NONE_APART, *_NO_ORDER, *_each(_OF_PARTS, course))
    steps = (number for name in _TIMED_NAMES for number in timely.get(name, _NOT_TIMED))
    return (1, 1, *_each(_ORDINARY, course), *steps, *_NONE_APART, *_NO_ORDER, *_NO_PART)


def _each(counts: Mapping[str, Callable[[Course], int]], course: Course) -> tuple[int, ...]:
    return tuple(int(count(course)) for count in counts.values())
