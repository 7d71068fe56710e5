"""An act: who did it, in which role and area, by which command, and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from domain.kernel.refusals import Refused

COMMAND_ID_LENGTH = 200
CLOCKWORK = "clockwork"
PROCESS = "process"
OPERATOR = "operator"


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Carried by every fact: ``at`` is an aware UTC instant, ``person`` a handle, never a name."""

    person: str
    role: str
    area: str
    command_id: str
    at: datetime

    def __post_init__(self) -> None:
        """Refuse a naive or foreign time and an unusable command id."""
        if self.at.utcoffset() is None or self.at.utcoffset() != UTC.utcoffset(None):
            reason = "Times are aware UTC instants; give the offset and convert at the edge."
            raise Refused("time-not-utc", reason, at=self.at.isoformat())
        if not 0 < len(self.command_id) <= COMMAND_ID_LENGTH:
            reason = f"A command id has 1 to {COMMAND_ID_LENGTH} characters."
            raise Refused("invalid-command-id", reason)


def clockwork(*, command_id: str, area: str, at: datetime) -> Act:
    """Give the act of the city's own clock: a deadline that came due, a rule that fired."""
    return Act(person=CLOCKWORK, role=CLOCKWORK, area=area, command_id=command_id, at=at)


def process_act(name: str, *, command_id: str, area: str, at: datetime) -> Act:
    """Give the act of a process: it heard a fact and orders what follows from it."""
    return Act(person=name, role=PROCESS, area=area, command_id=command_id, at=at)
