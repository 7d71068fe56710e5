"""The course of an incident: what its facts add up to, and the deadlines that follow from them.

The record and the read models fold the same course, so they cannot disagree.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID  # read at run time where a course is kept

from domain.incident.branch import Branch
from domain.incident.folding import BUNDLED, FOLDS, RUNG
from domain.kernel.limits import Limit

if TYPE_CHECKING:
    from domain.kernel.calendar import Clock
    from domain.kernel.facts import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """An open deadline: computed from facts and the stamped calendar, never stored as truth."""

    name: str
    timer: str
    began_at: datetime
    limit: Limit
    due_at: datetime
    warn_at: datetime


@dataclass(slots=True, kw_only=True)
class Course:
    """Where a case stands: aware UTC instants; ``workflow``, ``calendar`` are ``name@version``."""

    area: str = ""
    level: str = ""
    category: str = ""
    source: str = ""
    workflow: str = ""
    calendar: str = ""
    reporter: str | None = None
    reference: str | None = None
    stage: str = ""
    limit: Limit | None = None
    entries: int = 0
    moves: int = 0  # from stage to stage; moving to another version of the workflow is none
    entered_at: datetime | None = None
    reported_at: datetime | None = None
    filed_at: datetime | None = None
    began_at: datetime | None = None
    handled_at: datetime | None = None
    closed_at: datetime | None = None
    last_at: datetime | None = None
    bundled: Limit | None = None
    added_minutes: int = 0
    paused_at: datetime | None = None
    pauses: list[tuple[datetime, datetime]] = field(default_factory=list)
    suggested: str | None = None
    routed_by: str | None = None
    unit: str | None = None
    handler: str | None = None
    handled_by: str | None = None
    check_failed: bool = False
    marks: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    bundled_missed_at: datetime | None = None
    escalations: int = 0
    rung_stage: str = ""
    rung_from: datetime | None = None
    grace: Limit | None = None
    request: str | None = None
    request_kind: str | None = None
    requests: int = 0
    granted: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    reworks: int = 0
    dispatches: int = 0
    wrong_dispatches: int = 0
    whistles: list[UUID] = field(default_factory=list)  # those that are open
    leading: UUID | None = None  # the case it is a duplicate of
    merged_from: str | None = None
    merged_limit: Limit | None = None
    branches: dict[UUID, Branch] = field(default_factory=dict)  # its sub-cases, in order
    parent: UUID | None = None  # the case it is a sub-case of
    parent_waits: bool = False
    depth: int = 0
    final: str | None = None
    outcome: str | None = None
    on_time: bool | None = None

    @property
    def ended(self) -> bool:
        """Whether the case has come to an end."""
        return self.final is not None

    @property
    def public(self) -> bool:
        """Whether it came from outside the grid: what the grid missed."""
        return self.source != "grid-member"

    @property
    def open_branches(self) -> list[UUID]:
        """The sub-cases it still waits for, in the order they were opened."""
        return [one for one, branch in self.branches.items() if branch.is_open]

    def fold(self, fact: Fact) -> None:
        """Move on by one fact; facts of other kinds change nothing."""
        folding = FOLDS.get(type(fact))
        if folding is not None:
            folding(self, fact)
            self.last_at = fact.act.at

    def bundled_due_at(self, calendar: Clock) -> datetime | None:
        """When the bundled limit ends, pauses and deferrals added in working minutes."""
        if self.bundled is None or self.began_at is None:
            return None
        return self.bundled.due_at(self.began_at, calendar, added_minutes=self._added(calendar))

    def deadlines(self, incident: UUID, calendar: Clock) -> list[Deadline]:
        """Give every open deadline, in no order."""
        if self.ended:
            return []
        found = [self._own(incident, calendar), self._bundled(incident, calendar)]
        found.append(self._rung(incident, calendar))
        return [deadline for deadline in found if deadline and deadline.timer not in self.missed]

    def _own(self, incident: UUID, calendar: Clock) -> Deadline | None:
        if self.limit is None or self.entered_at is None:
            return None
        timer = f"{incident}/{self.stage}/{self.entries}"
        return _deadline(self.stage, timer, self.entered_at, limit=self.limit, calendar=calendar)

    def _bundled(self, incident: UUID, calendar: Clock) -> Deadline | None:
        if self.bundled is None or self.began_at is None or self.handled_at or self.paused_at:
            return None
        timer = f"{incident}/{BUNDLED}/1"
        added = self._added(calendar)
        return _deadline(
            BUNDLED, timer, self.began_at, limit=self.bundled, calendar=calendar, added=added
        )

    def _rung(self, incident: UUID, calendar: Clock) -> Deadline | None:
        if self.grace is None or self.rung_from is None or self.rung_stage != self.stage:
            return None
        timer = f"{incident}/{RUNG}/{self.escalations}"
        return _deadline(RUNG, timer, self.rung_from, limit=self.grace, calendar=calendar)

    def _added(self, calendar: Clock) -> int:
        """Deferred minutes and pauses, in the minutes of the limit's own clock."""
        added = self.added_minutes
        if self.bundled is None or self.began_at is None:
            return added
        paused = Limit(clock=self.bundled.clock, minutes=0)
        for left, back in self.pauses:
            due_at = self.bundled.due_at(self.began_at, calendar, added_minutes=added)
            if left >= due_at:  # it was late before it was suspended, and stays so
                break
            added += paused.spent(left, back, calendar)
        return added


def _deadline(
    name: str,
    timer: str,
    began_at: datetime,
    *,
    limit: Limit,
    calendar: Clock,
    added: int = 0,
) -> Deadline:
    return Deadline(
        name=name,
        timer=timer,
        began_at=began_at,
        limit=limit,
        due_at=limit.due_at(began_at, calendar, added_minutes=added),
        warn_at=limit.warn_at(began_at, calendar, added_minutes=added),
    )
