"""Cases that chance leads through the real office, for simulations to be held against."""

import random
from dataclasses import replace
from datetime import timedelta
from functools import cache
from typing import Any
from uuid import UUID, uuid5

from domain.incident.incident import Incident
from domain.kernel.act import process_act
from domain.kernel.facts import Fact
from domain.kernel.ids import GRIDWARD
from domain.kernel.refusals import Refused
from ledger.streams import Event
from tests.workflows.office import (
    AT_STREET,
    GRID,
    MONDAY_NINE,
    MemoryRecords,
    StreetOffice,
    a_street_office,
)
from workflows.definition import StepRule
from workflows.guards import Scene
from workflows.incident.whistling import EndWhistle, OpenWhistle
from workflows.rehearsal.office import desk_over
from workflows.simulation.recorded import Bodies
from workflows.simulation.rules import Rules

ROLES = (*AT_STREET, "grid_member", "handler")
CATEGORIES = ("01-01", "01-02", "03-01", "04-02")
ANSWERED = (
    "category",
    "condition",
    "unit",
    "handler",
    "reason",
    "remark",
    "minutes",
    "photo",
    "outcome",
)
WALKS = 16


@cache
def _founded() -> MemoryRecords:
    records = a_street_office().records
    assert isinstance(records, MemoryRecords)
    return records


def an_office() -> StreetOffice:
    """A street office of its own, founded once for all."""
    records = _founded().copy()
    begins_at = MONDAY_NINE + timedelta(seconds=17)
    return StreetOffice(records=records, desk=desk_over(records), now=begins_at)


def rules_of(office: StreetOffice) -> Rules:
    engine = office.desk.office.engines.latest("street-incident")
    shelf = office.desk.office.shelf
    references = [shelf.latest("calendar", name) for name in engine.definition.calendars]
    return Rules(
        definitions={engine.definition.reference: engine.definition},
        calendars={one: shelf.calendar(one) for one in references},
    )


class Walker:
    """Leads one case by chance; deadlines fire when due, or late where the clock stands still."""

    def __init__(self, seed: int, *, punctual: bool = True) -> None:
        self.chance = random.Random(seed)
        self.office = an_office()
        self.punctual = punctual
        member = self.chance.random() < 0.5
        self.incident = self.office.report(
            by="grid_member" if member else "acceptor",
            source="grid-member" if member else "public",
            category=self.chance.choice(CATEGORIES),
        )

    def walk(self, steps: int) -> "Walker":
        for _ in range(steps):
            self.wait(self.chance.choice((3, 20, 90, 600, 4000)))
            if self.chance.random() < 0.05:
                self.whistle()
            self.take_a_step()
        self.wait(30_000)
        return self

    def wait(self, longest: int) -> None:
        until = self.office.now + timedelta(minutes=self.chance.randint(0, longest))
        if not self.punctual:
            self.office.now = until
        while self.office.next_due(until):
            self.office.fire_next(until)
        self.office.now = until

    def take_a_step(self) -> None:
        """Take a step open to somebody; few of them end the case, so that walks are long."""
        course = self.office.incident(self.incident).course
        engine = self.office.desk.office.engines.of(course.workflow)
        open_now = [
            (role, offer.rule)
            for role in ROLES
            for offer in engine.offers(self.scene(role))
            if offer.allowed and all(name in ANSWERED for name in offer.rule.asks)
        ]
        lasting = [one for one in open_now if not self.ends(one[1])]
        if self.chance.random() < 0.95:
            open_now = lasting or open_now
        if open_now:
            role, rule = self.chance.choice(open_now)
            answers = {name: self.answer(name) for name in rule.asks}
            self.order(rule.name, role, answers)

    def order(self, step: str, role: str, answers: dict[str, str | int]) -> None:
        try:
            self.office.order(self.incident, step, self.office.act(role), answers)
        except Refused as refusal:
            if refusal.code not in ("already-filed", "not-the-approver", "role-not-held"):
                raise

    def scene(self, role: str) -> Scene:
        course = self.office.incident(self.incident).course
        return Scene(incident=self.incident, course=course, act=self.office.act(role))

    def ends(self, rule: StepRule) -> bool:
        definition = self.office.desk.office.engines.latest("street-incident").definition
        return rule.target != "=" and definition.stages[rule.target].final is not None

    def answer(self, name: str) -> str | int:
        given: dict[str, str | int] = {
            "photo": "0" * 64,
            "category": self.chance.choice(CATEGORIES),
            "condition": self.chance.choice(("ordinary", "emergency")),
            "unit": self.chance.choice(("u-sanitation", "u-roads")),
            "handler": "p-handler",
            "reason": "because",
            "remark": "so it is",
            "minutes": self.chance.randint(1, 900),
            "outcome": "normal",
        }
        return given[name]

    def whistle(self) -> None:
        """A process tells the case of a whistle, or that it is over."""
        course = self.office.incident(self.incident).course
        if course.ended:
            return
        self.office.orders += 1
        name = f"whistle-{self.office.orders}"
        act = process_act("joining", command_id=name, area=GRID, at=self.office.now)
        if course.whistles:
            order = EndWhistle(incident=self.incident, whistle=course.whistles[0], result="done")
            self.office.desk.do(order, act)
            return
        self.office.desk.do(OpenWhistle(incident=self.incident, whistle=uuid5(GRIDWARD, name)), act)

    @property
    def facts(self) -> list[Fact]:
        return self.office.facts(self.incident)


@cache
def walked(seed: int, *, punctual: bool = True) -> Walker:
    """A walker who has arrived; each walk is walked once for all tests."""
    return Walker(seed, punctual=punctual).walk(25)


def bodies_of(office: StreetOffice, incident: UUID) -> Bodies:
    assert isinstance(office.records, MemoryRecords)
    stored = office.records.stored[incident]
    return Bodies(
        incident,
        [Event(one.originator_version, one.topic, one.state.decode()) for one in stored],
    )


def bare(facts: list[Fact]) -> list[Fact]:
    """Facts without words, and without the area in which the clock of the office acts."""
    return [_bare(fact) for fact in facts]


def _bare(fact: Fact) -> Fact:
    given: Any = {name: None for name in ("words", "remark", "reason") if hasattr(fact, name)}
    return replace(fact, act=replace(fact.act, area=""), **given)


def course_of(office: StreetOffice, incident: UUID):
    return office.records.load(Incident, incident).course
