"""On the ladder: a case rises and comes down, the owner of its rung is called and acknowledges."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.incident.events import Escalated
from domain.incident.events_of_rising import Acknowledged, Lowered, OwnerCalled
from domain.kernel.refusals import Refused

if TYPE_CHECKING:
    from datetime import datetime

    from domain.incident.incident import Incident
    from domain.kernel.act import Act
    from domain.kernel.confiding import Words
    from domain.kernel.limits import Limit
    from domain.kernel.steps import Why

LATE = "late"
BY_HAND = "by-hand"
UNCLEAR_OWNERSHIP = "unclear-ownership"
CAUSES = frozenset({BY_HAND, "lack-of-power", "importance", UNCLEAR_OWNERSHIP})
"""Why a step may raise a case; the clock raises it because it is late."""


def escalate(
    incident: Incident,
    act: Act,
    *,
    level: str,
    owner: str,
    due_at: datetime,
    grace: Limit | None,
    why: Why,
    repeat: Limit | None = None,
    reason: Words | None = None,
) -> None:
    """Raise the level; the stage stays. ``why`` names the cause."""
    incident.tell(
        Escalated(
            act=act,
            left=incident.course.level,
            level=level,
            owner=owner,
            due_at=due_at,
            grace=grace,
            repeat=repeat,
            cause=str(why.get("cause", "")),
            reason=incident.confide(reason, field="reason"),
            why=why,
        )
    )


def come_down(incident: Incident, act: Act, *, level: str, owner: str, why: Why) -> None:
    """Lower the level; where it is that already, nothing is recorded."""
    if incident.course.level != level:
        incident.tell(
            Lowered(act=act, left=incident.course.level, level=level, owner=owner, why=why)
        )


def call_owner(
    incident: Incident, act: Act, *, owner: str, due_at: datetime, repeat: Limit | None, why: Why
) -> None:
    """Call the owner of the rung on which the case stands."""
    level = incident.course.level
    incident.tell(
        OwnerCalled(act=act, level=level, owner=owner, due_at=due_at, repeat=repeat, why=why)
    )


def acknowledge(incident: Incident, act: Act, *, why: Why) -> None:
    """End the calls; refuses ``nobody-is-called``. No deadline is changed by it."""
    course = incident.course
    if course.called_at is None:
        reason = "Nobody is being called for this case; there is nothing to acknowledge."
        raise Refused("nobody-is-called", reason, incident=str(incident.id))
    incident.tell(Acknowledged(act=act, level=course.level, calls=course.calls, why=why))
