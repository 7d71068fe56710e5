"""Backlog: a case suspended for longer than its workflow bears becomes one, until it is resumed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from domain.kernel.facts import Fact, fact
from domain.kernel.steps import Why

if TYPE_CHECKING:
    from domain.incident.course import Course, Deadline
    from domain.incident.incident import Incident
    from domain.kernel.act import Act


@fact("incident.became-backlog")
@dataclass(frozen=True, slots=True, kw_only=True)
class BecameBacklog(Fact):
    """The case stood suspended until ``due_at``, since ``since``, and nobody resumed it."""

    timer: str
    since: datetime
    due_at: datetime
    why: Why = field(default_factory=dict)


def become_backlog(incident: Incident, deadline: Deadline, act: Act, *, why: Why) -> None:
    """Make the case backlog; saying it twice records it once."""
    if deadline.timer in incident.course.missed:
        return
    incident.tell(
        BecameBacklog(
            act=act,
            timer=deadline.timer,
            since=deadline.began_at,
            due_at=deadline.due_at,
            why=why,
        )
    )


def note_backlog(course: Course, fact: BecameBacklog) -> None:
    """Fold: it is backlog from when it was due; its timer is done."""
    course.backlog_at = fact.due_at
    course.missed.append(fact.timer)
