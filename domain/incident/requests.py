"""Requests: each asked by one person and decided by another, with an id of its own.

What a decision does to the clock is told with it, so that the fold need not know the workflow.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from domain.incident.events import RequestDecided, RequestMade
from domain.kernel.refusals import Refused

if TYPE_CHECKING:
    from domain.incident.course import Course
    from domain.incident.incident import Incident
    from domain.kernel.act import Act
    from domain.kernel.confiding import Words
    from domain.kernel.steps import Step

ADDS, PAUSES, RESTARTS, KEEPS = "adds", "pauses", "restarts", "keeps"
GRANTED, REFUSED, LAPSED = "granted", "refused", "lapsed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One line of the ledger of requests; ``decision`` is None while it waits.

    ``minutes`` were asked, ``granted_minutes`` given; ``evidence`` is the hex SHA-256 of a photo.
    """

    request: str
    kind: str
    asked_at: datetime
    asked_by: str
    asked_in: str
    category: str = ""
    unit: str | None = None
    minutes: int | None = None
    evidence: str | None = None
    decision: str | None = None
    decided_at: datetime | None = None
    decided_by: str | None = None
    decided_in: str | None = None
    granted_minutes: int | None = None


def ask(
    incident: Incident,
    step: Step,
    act: Act,
    *,
    minutes: int | None = None,
    reason: Words | None = None,
    evidence: str | None = None,
) -> None:
    """Make the request a granted step asks for; refuses ``request-open`` while one waits."""
    course = incident.course
    if course.request is not None:
        sentence = f"A {course.request_kind} is waiting for its decision; decide it first."
        raise Refused("request-open", sentence, request=course.request)
    assert step.asks_for is not None  # noqa: S101  # the engine grants only such steps here
    incident.tell(
        RequestMade(
            act=act,
            request=f"{step.asks_for}:{course.requests + 1}",
            kind=step.asks_for,
            step=step.name,
            minutes=minutes,
            reason=incident.confide(reason, field="reason"),
            evidence=evidence,
        )
    )


def decide(
    incident: Incident,
    step: Step,
    act: Act,
    *,
    minutes: int | None = None,
    remark: Words | None = None,
) -> None:
    """Grant or refuse the open request; refuses ``no-such-request`` when none waits."""
    course = incident.course
    if course.request is None or course.request_kind != step.decides:
        reason = f"No {step.decides} is waiting for a decision."
        raise Refused("no-such-request", reason, open=course.request)
    adds = step.granted and step.clock in (None, ADDS)
    incident.tell(
        RequestDecided(
            act=act,
            request=course.request,
            kind=course.request_kind or "",
            granted=step.granted,
            minutes=minutes if adds else None,
            remark=incident.confide(remark, field="remark"),
            why=step.why,
            clock=step.clock,
        )
    )


def waiting(course: Course) -> Request | None:
    """Give the request that waits for its decision."""
    return course.asked[-1] if course.request is not None and course.asked else None


def note_made(course: Course, fact: RequestMade) -> None:
    """Fold: one request more waits."""
    course.request, course.request_kind = fact.request, fact.kind
    course.requests += 1
    course.asked.append(
        Request(
            request=fact.request,
            kind=fact.kind,
            asked_at=fact.act.at,
            asked_by=fact.act.person,
            asked_in=fact.act.role,
            category=course.category,
            unit=course.unit,
            minutes=fact.minutes,
            evidence=fact.evidence,
        )
    )


def note_decided(course: Course, fact: RequestDecided) -> None:
    """Fold: it waits no more; its clock is added to, or begins anew."""
    course.request = course.request_kind = None
    (course.granted if fact.granted else course.refused).append(fact.kind)
    course.asked[-1] = replace(
        course.asked[-1],
        decision=GRANTED if fact.granted else REFUSED,
        decided_at=fact.act.at,
        decided_by=fact.act.person,
        decided_in=fact.act.role,
        granted_minutes=fact.minutes,
    )
    if fact.granted and fact.minutes is not None:
        course.added_minutes += fact.minutes
        course.own_added += fact.minutes
    if fact.granted and fact.clock == RESTARTS:
        course.begin_round()


def note_lapsed(course: Course, at: datetime) -> None:
    """Fold: a request not decided lapses with its stage."""
    if course.request is not None:
        course.asked[-1] = replace(course.asked[-1], decision=LAPSED, decided_at=at)
    course.request = course.request_kind = None
