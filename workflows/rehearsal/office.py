"""An office in memory, with a clock that is moved by hand."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from domain.incident.incident import Incident
from domain.kernel.act import Act, clockwork
from domain.kernel.facts import Fact
from domain.kernel.refusals import Refused
from ledger.records import Answer, Due
from ledger.shelf import Shelf
from workflows.desk import Desk
from workflows.incident.commands import FireDeadline, Given, ReportIncident, TakeStep
from workflows.office import Engines, Office
from workflows.rehearsal.records import MemoryRecords
from workflows.rehearsal.town import STREET, handle_of
from workflows.rehearsal.units import MemoryUnits


@dataclass(frozen=True, slots=True, kw_only=True)
class Fired:
    """A deadline that fired: its name and number, when it was due, and when it fired."""

    timer: str
    due_at: datetime
    at: datetime

    @property
    def name(self) -> str:
        """The name of the deadline without its number: a stage, ``bundled`` or ``rung``."""
        return self.timer.rpartition("/")[0]


@dataclass(kw_only=True)
class HandClockOffice:
    """Takes orders at the time its clock shows; deadlines fire when they are let."""

    records: MemoryRecords
    desk: Desk
    now: datetime
    orders: int = 0
    incidents: list[UUID] = field(default_factory=list)

    def forward(self, **time: int) -> None:
        """Let time pass without letting any deadline fire: the city's clock stands."""
        self.now += timedelta(**time)

    def act(self, role: str, person: str | None = None) -> Act:
        """Give the act of somebody in a role, now; each has a command id of its own."""
        self.orders += 1
        who = person or handle_of(role)
        command_id = f"order-{self.orders}"
        return Act(person=who, role=role, area=STREET, command_id=command_id, at=self.now)

    def take_in(self, order: ReportIncident, act: Act) -> UUID:
        """Report an incident and remember it."""
        answer = self.desk.do(order, act)
        assert answer is not None  # noqa: S101  # a report is always answered
        self.incidents.append(answer.stream)
        return answer.stream

    def order(self, incident: UUID, step: str, act: Act, answers: Given) -> Answer:
        """Order a step."""
        answer = self.desk.do(TakeStep(incident=incident, step=step, answers=answers), act)
        assert answer is not None  # noqa: S101  # a step is always answered
        return answer

    def step(self, incident: UUID, step: str, *, by: str, **answers: str | int) -> Answer:
        """Take a step as the person who usually does."""
        return self.order(incident, step, self.act(by), answers)

    def incident(self, incident: UUID) -> Incident:
        """Load an incident as it stands."""
        return self.records.load(Incident, incident)

    def facts(self, incident: UUID) -> list[Fact]:
        """Give the facts of an incident in order."""
        return self.records.facts(incident)

    def fire_due(self) -> list[Fired]:
        """Fire every timer that is due by now, oldest first, as the scheduler does."""
        fired: list[Fired] = []
        while self.next_due(self.now):
            fired.append(self.fire_next(self.now))
        return fired

    def fire_next(self, until: datetime) -> Fired:
        """Fire the deadline due next, at the instant it falls due, or now if that is past."""
        next_due = self.next_due(until)
        assert next_due is not None  # noqa: S101  # asked before
        stream, due = next_due
        self.now = max(self.now, due.due_at)
        act = clockwork(command_id=due.timer, area=STREET, at=self.now)
        answer = self.desk.do(FireDeadline(incident=stream, timer=due.timer), act)
        if answer is None or answer.repeated:
            raise Refused(
                "timer-never-rests", "A deadline that fired is still open.", timer=due.timer
            )
        return Fired(timer=due.timer.partition("/")[2], due_at=due.due_at, at=self.now)

    def next_due(self, until: datetime) -> tuple[UUID, Due] | None:
        """Give the deadline due next by an instant, with its incident."""
        waiting = [
            (due.due_at, due.timer, stream, due)
            for stream, open_ in self.records.due.items()
            for due in open_
            if due.due_at <= until
        ]
        return min(waiting)[2:] if waiting else None


def desk_over(records: MemoryRecords, *, shelf: Shelf | None = None) -> Desk:
    """Open a desk on records; a shelf of the same rules may be shared by many."""
    shelf = shelf or Shelf(records)
    office = Office(
        records=records,
        shelf=shelf,
        engines=Engines(shelf),
        random_key=lambda: b"k" * 32,
        units=MemoryUnits(records),
    )
    return Desk(office)
