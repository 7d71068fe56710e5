"""Why a party was overdue: the inputs that give the same answer again."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from domain.kernel.steps import Why
    from domain.whistle.roll import Deadline


def why_due(deadline: Deadline, calendar: str) -> Why:
    """Name the limit, its beginning and the calendar it was counted in."""
    why: Why = {
        "rule": "party-deadline",
        "clock": deadline.limit.clock,
        "calendar": calendar,
        "began_at": deadline.began_at.isoformat(),
    }
    if deadline.limit.minutes is not None:
        why["minutes"] = deadline.limit.minutes
    if deadline.limit.until is not None:
        why["until"] = deadline.limit.until.isoformat()
    return why
