"""An open deadline: computed from facts and the stamped calendar, never stored as truth."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from domain.kernel.limits import Limit

if TYPE_CHECKING:
    from domain.kernel.calendar import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """An open deadline: computed from facts and the stamped calendar, never stored as truth."""

    name: str
    timer: str
    began_at: datetime
    limit: Limit
    due_at: datetime
    warn_at: datetime


def deadline_of(
    name: str,
    timer: str,
    began_at: datetime,
    *,
    limit: Limit,
    calendar: Clock,
    added: int = 0,
) -> Deadline:
    """Compute when a limit is due and when it warns."""
    return Deadline(
        name=name,
        timer=timer,
        began_at=began_at,
        limit=limit,
        due_at=limit.due_at(began_at, calendar, added_minutes=added),
        warn_at=limit.warn_at(began_at, calendar, added_minutes=added),
    )
