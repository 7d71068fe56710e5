"""Rating: whether the reporter of a closed case is satisfied with the service and the handling."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from domain.kernel.facts import Confided, Fact, fact
from domain.kernel.refusals import Refused
from domain.kernel.steps import Why

if TYPE_CHECKING:
    from domain.incident.course import Course
    from domain.incident.incident import Incident
    from domain.kernel.act import Act
    from domain.kernel.confiding import Words

SATISFIED, DISSATISFIED = "satisfied", "dissatisfied"


@fact("incident.rated")
@dataclass(frozen=True, slots=True, kw_only=True)
class Rated(Fact):
    """The reporter was asked: satisfied or dissatisfied with the service, and with the handling.

    ``contacted`` says whether the city had spoken to the reporter before; None was not asked.
    """

    service: str
    handling: str
    contacted: bool | None = None
    remark: Confided | None = None
    why: Why = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    """The last rating of a case."""

    at: datetime
    service: str
    handling: str
    contacted: bool | None = None

    @property
    def dissatisfied(self) -> bool:
        """Whether either of the two was not good enough."""
        return DISSATISFIED in (self.service, self.handling)


def rate(
    incident: Incident,
    act: Act,
    *,
    service: str,
    handling: str,
    contacted: bool | None = None,
    remark: Words | None = None,
    why: Why | None = None,
) -> None:
    """Record what the reporter says of an ended case; refuses ``not-ended``."""
    if not incident.course.ended:
        reason = "The case is still open. Ask the reporter when it is closed."
        raise Refused("not-ended", reason, stage=incident.course.stage)
    incident.tell(
        Rated(
            act=act,
            service=service,
            handling=handling,
            contacted=contacted,
            remark=incident.confide(remark, field="remark"),
            why=why or {},
        )
    )


def note_rated(course: Course, fact: Rated) -> None:
    """Fold: the last rating counts."""
    course.rating = Rating(
        at=fact.act.at,
        service=fact.service,
        handling=fact.handling,
        contacted=fact.contacted,
    )


def is_dissatisfied(course: Course) -> bool:
    """Whether the reporter was asked since the case was closed, and was not satisfied."""
    rating, closed_at = course.rating, course.closed_at
    if rating is None or closed_at is None:
        return False
    return rating.at >= closed_at and rating.dissatisfied
