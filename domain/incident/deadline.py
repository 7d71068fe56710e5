"""An open deadline: computed from facts and the stamped calendar, never stored as truth."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from domain.kernel.limits import Limit

if TYPE_CHECKING:
    from domain.kernel.calendar import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """When a limit ends; ``added`` minutes of its own clock were granted or paused.

    When it warns is computed where it is asked for: no order and no replay asks.
    """

    name: str
    timer: str
    began_at: datetime
    limit: Limit
    due_at: datetime
    calendar: Clock = field(repr=False, compare=False)
    added: int = 0

    @property
    def warn_at(self) -> datetime:
        """When the light turns yellow."""
        return self.limit.warn_at(self.began_at, self.calendar, added_minutes=self.added)


def deadline_of(
    name: str,
    timer: str,
    began_at: datetime,
    *,
    limit: Limit,
    calendar: Clock,
    added: int = 0,
) -> Deadline:
    """Compute when a limit is due."""
    return Deadline(
        name=name,
        timer=timer,
        began_at=began_at,
        limit=limit,
        due_at=limit.due_at(began_at, calendar, added_minutes=added),
        calendar=calendar,
        added=added,
    )
