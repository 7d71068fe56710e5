"""The course of an incident: what its facts add up to, and the deadlines that follow from them.

The record and the read models fold the same course, so they cannot disagree.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID  # read at run time where a course is kept

from domain.incident.branch import Branch
from domain.incident.deadline import Deadline, deadline_of
from domain.incident.folding import AGAIN, BUNDLED, FOLDS, RUNG
from domain.incident.limit_steps import granted_minutes, open_steps
from domain.incident.own_limit import Held
from domain.incident.rating import Rating
from domain.incident.requests import Request
from domain.kernel.limits import Limit, StampedLimit

if TYPE_CHECKING:
    from domain.kernel.calendar import Clock
    from domain.kernel.facts import Fact


__all__ = ["Course", "Deadline"]


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
    own_from: datetime | None = None  # when the stage's limit began: before a suspension, too
    own_entry: int = 0
    own_added: int = 0
    held: Held | None = None  # the stage's limit that waits for the end of a suspension
    reported_at: datetime | None = None
    filed_at: datetime | None = None
    began_at: datetime | None = None
    handled_at: datetime | None = None
    closed_at: datetime | None = None
    last_at: datetime | None = None
    bundled: Limit | None = None
    steps: list[StampedLimit] = field(default_factory=list)
    steps_done: dict[str, datetime] = field(default_factory=dict)
    round: int = 1  # a clock begun anew begins a round
    late_rounds: int = 0
    added_minutes: int = 0
    paused_at: datetime | None = None
    pauses: list[tuple[datetime, datetime]] = field(default_factory=list)
    backlog_at: datetime | None = None
    suggested: str | None = None
    routed_by: str | None = None
    unit: str | None = None
    sub_unit: str | None = None  # the unit inside the department that acts
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
    calls: int = 0
    called_at: datetime | None = None  # None once somebody acknowledged
    called_stage: str = ""
    repeat: Limit | None = None
    unclear_from: str | None = None  # the level at which nobody knew whose it is
    request: str | None = None
    request_kind: str | None = None
    requests: int = 0
    asked: list[Request] = field(default_factory=list)
    granted: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    reworks: int = 0
    dispatches: int = 0
    wrong_dispatches: int = 0
    inner_dispatches: int = 0  # within the department, counted apart
    whistles: list[UUID] = field(default_factory=list)  # those that are open
    whistled: int = 0  # how many were ever blown
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
    rating: Rating | None = None

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

    @property
    def acting_unit(self) -> str | None:
        """The unit whose handlers act: the second-level unit where the case was passed on."""
        return self.sub_unit or self.unit

    @property
    def unanswered(self) -> bool:
        """Whether the owner of the rung was called and did not acknowledge yet."""
        return self.called_at is not None and self.called_stage == self.stage

    def fold(self, fact: Fact) -> None:
        """Move on by one fact; facts of other kinds change nothing."""
        folding = FOLDS.get(type(fact))
        if folding is not None:
            folding(self, fact)
            self.last_at = fact.act.at

    def begin_round(self) -> None:
        """Let the clock begin anew with the next dispatch; what was late before stays counted."""
        self.late_rounds += self.on_time is False or self.bundled_missed_at is not None
        self.round += 1
        self.began_at = self.handled_at = self.bundled_missed_at = None
        self.pauses = []
        self.added_minutes = 0
        self.held = self.grace = self.rung_from = None
        self.rung_stage = ""

    def bundled_due_at(self, calendar: Clock) -> datetime | None:
        """When the bundled limit ends, pauses and deferrals added in working minutes."""
        if self.bundled is None or self.began_at is None:
            return None
        added = self._added(self.bundled, self.began_at, calendar, granted=self.added_minutes)
        return self.bundled.due_at(self.began_at, calendar, added_minutes=added)

    def handled_by_then(self, due_at: datetime | None) -> bool | None:
        """Judge the handling; at the very instant it is in time unless the clock was first."""
        if due_at is None or self.handled_at is None:
            return None
        return self.handled_at <= due_at and self.handled_at != self.bundled_missed_at

    def left_in_time(self, at: datetime, calendar: Clock) -> bool | None:
        """Judge a stage left at ``at`` by its own limit, in the same way."""
        due_at = self.own_due_at(calendar)
        if due_at is None:
            return None
        missed = any(timer.endswith(f"/{self.stage}/{self.own_entry}") for timer in self.missed)
        return at < due_at or (at == due_at and not missed)

    def own_due_at(self, calendar: Clock) -> datetime | None:
        """When the stage's own limit ends; one that was suspended goes on where it was."""
        if self.limit is None or self.own_from is None:
            return None
        added = self._added(self.limit, self.own_from, calendar, granted=self.own_added)
        return self.limit.due_at(self.own_from, calendar, added_minutes=added)

    def deadlines(self, incident: UUID, calendar: Clock) -> list[Deadline]:
        """Give every open deadline, in no order."""
        if self.ended:
            return []
        found = [self._own(incident, calendar), self._rung(incident, calendar)]
        if not (self.began_at is None or self.handled_at or self.paused_at):
            found.append(self._bundled(incident, calendar))
            found += [self._step(step, incident, calendar) for step in open_steps(self)]
        return [deadline for deadline in found if deadline and deadline.timer not in self.missed]

    def timers(self, incident: UUID, calendar: Clock) -> list[Deadline]:
        """Give every open deadline, and the next call of an owner who did not acknowledge."""
        found = self.deadlines(incident, calendar)
        if self.repeat is None or self.called_at is None or self.ended or not self.unanswered:
            return found
        timer = f"{incident}/{AGAIN}/{self.calls}"
        call = deadline_of(AGAIN, timer, self.called_at, limit=self.repeat, calendar=calendar)
        rises = (one.due_at for one in found if one.name == RUNG)
        if any(rise_at <= call.due_at for rise_at in rises):
            return found  # the owner of the next rung is called instead
        return [*found, call]

    def _own(self, incident: UUID, calendar: Clock) -> Deadline | None:
        if self.limit is None or self.own_from is None:
            return None
        timer = f"{incident}/{self.stage}/{self.own_entry}"
        added = self._added(self.limit, self.own_from, calendar, granted=self.own_added)
        return deadline_of(
            self.stage, timer, self.own_from, limit=self.limit, calendar=calendar, added=added
        )

    def _bundled(self, incident: UUID, calendar: Clock) -> Deadline | None:
        if self.bundled is None or self.began_at is None:
            return None
        timer = f"{incident}/{BUNDLED}/{self.round}"
        added = self._added(self.bundled, self.began_at, calendar, granted=self.added_minutes)
        return deadline_of(
            BUNDLED, timer, self.began_at, limit=self.bundled, calendar=calendar, added=added
        )

    def _step(self, step: StampedLimit, incident: UUID, calendar: Clock) -> Deadline | None:
        if self.began_at is None:
            return None
        timer = f"{incident}/{step.code}/s{self.round}"  # no stage's timer is numbered so
        granted = granted_minutes(self, step)
        added = self._added(step.limit, self.began_at, calendar, granted=granted)
        return deadline_of(
            step.code, timer, self.began_at, limit=step.limit, calendar=calendar, added=added
        )

    def _rung(self, incident: UUID, calendar: Clock) -> Deadline | None:
        if self.grace is None or self.rung_from is None or self.rung_stage != self.stage:
            return None
        timer = f"{incident}/{RUNG}/{self.escalations}"
        added = self._added(self.grace, self.rung_from, calendar, granted=0)
        return deadline_of(
            RUNG, timer, self.rung_from, limit=self.grace, calendar=calendar, added=added
        )

    def _added(self, limit: Limit, began_at: datetime, calendar: Clock, *, granted: int) -> int:
        """Granted minutes and pauses since a limit began, in the minutes of its own clock."""
        added = granted
        paused = Limit(clock=limit.clock, minutes=0)
        for left, back in self.pauses:
            if back <= began_at:
                continue
            due_at = limit.due_at(began_at, calendar, added_minutes=added)
            if left >= due_at:  # it was late before it was suspended, and stays so
                break
            added += paused.spent(max(left, began_at), back, calendar)
        return added
