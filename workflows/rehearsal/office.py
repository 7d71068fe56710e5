"""An office in memory, with a clock that is moved by hand."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from domain.incident.incident import Incident
from domain.kernel.act import Act
from domain.kernel.facts import Fact
from domain.kernel.refusals import Refused
from domain.whistle.whistle import Whistle
from ledger.records import Answer, Due, Timer
from ledger.shelf import Shelf
from workflows.desk import Desk
from workflows.firing import firing
from workflows.incident.commands import Given, ReportIncident, TakeStep
from workflows.office import Engines, Office
from workflows.rehearsal.ground import Ground
from workflows.rehearsal.staff import TownStaff
from workflows.rehearsal.town import STREET, handle_of
from workflows.rehearsal.units import TownUnits
from workflows.whistle.handlers import KIND as WHISTLE


@dataclass(frozen=True, slots=True, kw_only=True)
class Fired:
    """A deadline that fired: its name and number, when it was due, and when it fired."""

    timer: str
    due_at: datetime
    at: datetime
    kind: str = "incident"

    @property
    def name(self) -> str:
        """A stage, ``bundled`` or ``rung`` without its number; of a party ``u-roads/contact``."""
        return self.timer if self.of_whistle else self.timer.rpartition("/")[0]

    @property
    def of_whistle(self) -> bool:
        return self.kind == WHISTLE


@dataclass(kw_only=True)
class HandClockOffice:
    """Takes orders at the time its clock shows; deadlines fire when they are let."""

    records: Ground
    desk: Desk
    now: datetime
    orders: int = 0
    incidents: list[UUID] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.following = self.records.following(self.desk)

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
        self.hear()
        return answer.stream

    def order(self, incident: UUID, step: str, act: Act, answers: Given) -> Answer:
        """Order a step."""
        answer = self.desk.do(TakeStep(incident=incident, step=step, answers=answers), act)
        assert answer is not None  # noqa: S101  # a step is always answered
        self.hear()
        return answer

    def give(self, order: object, act: Act, *, unheard: bool = False) -> Answer:
        """Give an order to a whistle; what is ``unheard`` the processes hear after the next."""
        answer = self.desk.do(order, act)
        assert answer is not None  # noqa: S101  # an order of a person is always answered
        if not unheard:
            self.hear()
        return answer

    def hear(self) -> None:
        """Let the processes follow up what was recorded."""
        self.following.catch_up(self.now)

    def step(self, incident: UUID, step: str, *, by: str, **answers: str | int) -> Answer:
        """Take a step as the person who usually does."""
        return self.order(incident, step, self.act(by), answers)

    def incident(self, incident: UUID) -> Incident:
        """Load an incident as it stands."""
        return self.records.load(Incident, incident)

    def whistle(self, whistle: UUID) -> Whistle:
        """Load a whistle as it stands."""
        return self.records.load(Whistle, whistle)

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
        timer = Timer(stream=stream, timer=due.timer, kind=due.kind, due_at=due.due_at)
        order, act = firing(timer, self.records, at=self.now)
        answer = self.desk.do(order, act)
        if answer is None or answer.repeated:
            raise Refused(
                "timer-never-rests", "A deadline that fired is still open.", timer=due.timer
            )
        self.hear()
        name = due.timer.partition("/")[2]
        return Fired(timer=name, due_at=due.due_at, at=self.now, kind=due.kind)

    def next_due(self, until: datetime) -> tuple[UUID, Due] | None:
        """Give the deadline due next by an instant, with its incident."""
        waiting = [
            (due.due_at, due.timer, stream, due)
            for stream, open_ in self.records.due.items()
            for due in open_
            if due.due_at <= until
        ]
        return min(waiting)[2:] if waiting else None


def desk_over(
    records: Ground, *, shelf: Shelf | None = None, engines: Engines | None = None
) -> Desk:
    """Open a desk on records; a shelf of the same rules may be shared by many, engines too."""
    shelf = shelf or Shelf(records)
    office = Office(
        records=records,
        shelf=shelf,
        engines=engines or Engines(shelf),
        random_key=lambda: b"k" * 32,
        units=TownUnits(records),
        staff=TownStaff(records),
    )
    return Desk(office)
