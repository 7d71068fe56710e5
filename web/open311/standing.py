"""How a case stands in the words of Open311: open or closed, and the status of each update."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from domain.incident import marks
from domain.incident.events import Reported, StageChanged, Unmerged

if TYPE_CHECKING:
    from ledger.records import Recorded

OPEN, CLOSED = "open", "closed"

BY_FINAL: dict[str, str] = {
    "settled": "FIXED",
    "declined": "NO_FURTHER_ACTION",
    "merged": "DUPLICATE",
    "void": "CANCELLED",
}
"""What the end of a case is to the public."""

BY_MARK: dict[str, str] = {
    marks.REOPENED: "REOPEN",
    marks.RETURNED: "INTERNAL_REFERRAL",
    marks.SUSPENDED: "ACTION_SCHEDULED",
    marks.RESUMED: "IN_PROGRESS",
    marks.CHECK_FAILED: "IN_PROGRESS",
    marks.CHECKED: "IN_PROGRESS",
    marks.HANDLED: "IN_PROGRESS",
    marks.DISPATCHED: "IN_PROGRESS",
    marks.FILED: "ACTION_SCHEDULED",
    marks.ACCEPTED: "FOR_TRIAGE",
    marks.VERIFIED: "FOR_TRIAGE",
}
"""What a step means to the public; the first of its marks that stands here counts."""

REPORTED, MOVED = "OPEN", "INVESTIGATING"
STATUSES = frozenset(
    {
        *BY_FINAL.values(),
        *BY_MARK.values(),
        *(REPORTED, MOVED),
        *("NOT_COUNCILS_RESPONSIBILITY", CLOSED.upper()),
    }
)
"""All that mySociety's extension knows; the last two are taken in, and never given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicUpdate:
    """One change of a case that the public is told."""

    incident: UUID
    version: int
    at: datetime
    status: str

    @property
    def id(self) -> str:
        """The number of the update, for life."""
        return f"{self.incident}-{self.version}"


def public_updates(history: Iterable[Recorded]) -> list[PublicUpdate]:
    """Give what the public is told of a case, oldest first; the same status twice is told once.

    Before it is filed any move means that somebody looks into it; afterwards only marked steps
    are told, as sending a member to check what was handled changes nothing for the public.
    """
    found: list[PublicUpdate] = []
    filed = False
    for recorded in history:
        fact = recorded.fact
        filed = filed or marks.FILED in getattr(fact, "marks", ())
        status = _status_of(fact)
        if filed and status == MOVED:
            continue
        if status is None or (found and found[-1].status == status):
            continue
        update = PublicUpdate(
            incident=fact.originator_id,
            version=fact.originator_version,
            at=fact.act.at,
            status=status,
        )
        found.append(update)
    return found


def _status_of(fact: object) -> str | None:
    match fact:
        case Reported():
            return REPORTED
        case Unmerged():
            return BY_MARK[marks.REOPENED]
        case StageChanged(final=str() as final):
            return BY_FINAL.get(final, CLOSED.upper())
        case StageChanged(marks=given):
            return next((BY_MARK[mark] for mark in BY_MARK if mark in given), MOVED)
    return None
