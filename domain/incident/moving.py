"""Moving an incident to another version of its workflow: the plan decides, the case takes it in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID  # read at run time where a move is kept

from domain.incident.events_moving import Fate, MovedToVersion
from domain.kernel.limits import Limit
from domain.kernel.refusals import Refused

if TYPE_CHECKING:
    from domain.incident.incident import Incident
    from domain.kernel.act import Act
    from domain.kernel.steps import Why


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionMove:
    """Where a case goes: the version, the stage and level it stands in there, its deadlines."""

    plan: UUID
    workflow: str
    stage: str
    level: str
    deadline: Fate
    limit: Limit | None
    stops_clock: bool


def move_to_version(incident: Incident, act: Act, *, move: VersionMove, why: Why) -> None:
    """Pin the case to another version; refuses ``case-ended``. Twice records it once."""
    course = incident.course
    if course.ended:
        reason = "The case has come to an end under its version, and keeps it."
        raise Refused("case-ended", reason, incident=str(incident.id), workflow=course.workflow)
    if course.workflow == move.workflow:
        return
    incident.tell(
        MovedToVersion(
            act=act,
            plan=move.plan,
            left=course.workflow,
            workflow=move.workflow,
            left_stage=course.stage,
            stage=move.stage,
            level=move.level,
            deadline=move.deadline,
            limit=move.limit,
            stops_clock=move.stops_clock,
            why=why,
        )
    )
