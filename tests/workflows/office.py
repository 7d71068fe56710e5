"""A small street office in memory: one grid, its people and units, and the book as published.

Facts go through the real mapper, so whatever cannot be stored and read back fails here too.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast
from uuid import UUID

from eventsourcing.persistence import StoredEvent

from domain.area.area import Area, area_id
from domain.kernel.act import Act, clockwork
from domain.kernel.codes import AreaCode
from domain.kernel.facts import Fact
from domain.kernel.record import Record
from domain.kernel.refusals import Refused
from domain.people.person import Person, person_id
from domain.people.roles import Post
from domain.people.unit import Unit, unit_id
from ledger.errors import StaleRecord
from ledger.ledger import Answer, Claim, Due, Notice
from ledger.mapper import FactMapper
from ledger.records import R
from ledger.shelf import Shelf
from workflows.desk import Desk
from workflows.incident.commands import FireDeadline, ReportIncident, TakeStep
from workflows.office import Engines, Office
from workflows.rulebook.commands import PublishRules
from workflows.rulebook.handlers import publish_rules
from workflows.rulebook.reading import read_book

GRID = AreaCode("120101001003007")
STREET = AreaCode("120101001000")
SINCE = date(2020, 1, 1)
MONDAY_NINE = datetime(2026, 11, 16, 1, 0, tzinfo=UTC)  # 09:00 in the city
AT_STREET = ("acceptor", "duty_leader", "dispatcher", "commander")
UNITS = ("u-sanitation", "u-roads")


class MemoryRecords:
    """Keeps bodies, claims and timers; the same promises as the ledger, without a database."""

    def __init__(self) -> None:
        self.mapper = FactMapper()
        self.stored: dict[UUID, list[StoredEvent]] = {}
        self.claims: dict[str, tuple[str, Answer]] = {}
        self.due: dict[UUID, list[Due]] = {}
        self.notices: list[Notice] = []
        self.words: dict[tuple[UUID, int, str], str] = {}

    def load(self, kind: type[R], record_id: UUID) -> R:
        return kind.rebuilt(record_id, self.facts(record_id))

    def facts(self, record_id: UUID) -> list[Fact]:
        return [
            cast("Fact", self.mapper.to_domain_event(event))
            for event in self.stored.get(record_id, [])
        ]

    def answered(self, stream: UUID, claim: Claim) -> Answer | None:
        if claim.key not in self.claims:
            return None
        digest, answer = self.claims[claim.key]
        if digest != claim.digest:
            raise Refused("command-id-reused", "Another order had this id.")
        return Answer(stream=answer.stream, version=answer.version, repeated=True)

    def save(
        self,
        record: Record,
        *,
        claim: Claim,
        due: Sequence[Due] | None = None,
        notices: Sequence[Notice] = (),
    ) -> Answer:
        told = record.collect_events()
        stream = self.stored.setdefault(record.id, [])
        if len(stream) + len(told) != record.version:
            raise StaleRecord(record.id, record.version - len(told))
        stream.extend(self.mapper.to_stored_event(fact) for fact in told)
        for entrusted in record.collect_entrusted():
            self.words[record.id, entrusted.version, entrusted.field] = entrusted.words
        if due is not None:
            self.due[record.id] = list(due)
        self.notices.extend(notices)
        answer = Answer(stream=record.id, version=record.version)
        self.claims[claim.key] = (claim.digest, answer)
        return answer


@dataclass
class StreetOffice:
    """The office with a clock that is moved by hand."""

    records: MemoryRecords
    desk: Desk
    now: datetime = MONDAY_NINE
    orders: int = 0
    incidents: list[UUID] = field(default_factory=list)

    def forward(self, **time: int) -> None:
        self.now += timedelta(**time)

    def act(self, role: str, person: str | None = None) -> Act:
        self.orders += 1
        who = person or f"p-{role.replace('_', '-')}"
        command_id = f"order-{self.orders}"
        return Act(person=who, role=role, area=STREET, command_id=command_id, at=self.now)

    def report(self, *, by: str = "grid_member", **given: Any) -> UUID:
        wanted = {"category": "01-02", "source": "grid-member", "area": GRID} | given
        answer = self.desk.do(ReportIncident(**wanted), self.act(by))
        assert answer is not None
        self.incidents.append(answer.stream)
        return answer.stream

    def step(self, incident: UUID, step: str, *, by: str, **answers: str | int) -> Answer:
        order = TakeStep(incident=incident, step=step, answers=answers)
        answer = self.desk.do(order, self.act(by))
        assert answer is not None
        return answer

    def fire_due(self) -> list[str]:
        """Fire every timer that is due by now, oldest first, as the scheduler does."""
        fired = []
        while waiting := [(due.due_at, due.timer, stream) for stream, due in self._timers()]:
            due_at, timer, stream = min(waiting)
            if due_at > self.now:
                break
            act = clockwork(command_id=timer, area=STREET, at=self.now)
            assert self.desk.do(FireDeadline(incident=stream, timer=timer), act) is not None
            fired.append(timer.partition("/")[2])
        return fired

    def _timers(self) -> list[tuple[UUID, Due]]:
        return [(stream, due) for stream, open_ in self.records.due.items() for due in open_]

    def facts(self, incident: UUID) -> list[Fact]:
        return self.records.facts(incident)

    def told(self, incident: UUID) -> list[str]:
        return [fact.TOPIC.partition(".")[2] for fact in self.facts(incident)]

    def dispatched(self, unit: str = "u-sanitation", **given: Any) -> UUID:
        """A case that a unit is handling: reported, accepted, filed and dispatched at once."""
        incident = self.report(**given)
        self.step(incident, "pass_on", by="acceptor")
        self.step(incident, "file", by="duty_leader", category="01-02")
        self.step(incident, "dispatch", by="dispatcher", unit=unit)
        return incident

    def checked(self, incident: UUID, *, passed: bool) -> None:
        self.step(incident, "done", by="handler")
        self.step(incident, "send_to_check", by="acceptor")
        if passed:
            self.step(incident, "pass_check", by="grid_member")
        else:
            self.step(incident, "fail_check", by="grid_member", reason="still there")


def a_street_office(records: MemoryRecords | None = None) -> StreetOffice:
    records = records or MemoryRecords()
    shelf = Shelf(records)
    engines = Engines(shelf)
    desk = Desk(Office(records=records, shelf=shelf, engines=engines, random_key=lambda: b"k" * 32))
    office = StreetOffice(records=records, desk=desk)
    _publish(records)
    _settle(records)
    return office


def _founding(name: str) -> Act:
    return Act(person="p-founder", role="commander", area=STREET, command_id=name, at=MONDAY_NINE)


def _save(records: MemoryRecords, record: Record) -> None:
    records.save(record, claim=Claim(key=f"founding:{record.id}", digest="founding"))


def _publish(records: MemoryRecords) -> None:
    for rules in read_book():
        order = PublishRules(kind=rules.kind, name=rules.name, content=rules.content)
        publish_rules(order, records, _founding(f"{rules.kind}:{rules.name}"))


def _settle(records: MemoryRecords) -> None:
    for code in GRID.path:
        area = records.load(Area, area_id(code))
        parent = records.load(Area, area_id(code.parent)) if code.parent else None
        area.add(
            _founding(code),
            code=code,
            name=f"Area {code}",
            kind=code.level.word,
            from_day=SINCE,
            parent=parent,
        )
        _save(records, area)
    for name in UNITS:
        unit = records.load(Unit, unit_id(name))
        unit.found(_founding(name), code=name, name=name, kind="squad", area=STREET, from_day=SINCE)
        _save(records, unit)
    for role in AT_STREET:
        _enrol(records, f"p-{role.replace('_', '-')}", Post(role=role, area=STREET))
    _enrol(records, "p-grid-member", Post(role="grid_member", area=GRID))
    _enrol(records, "p-handler", *(Post(role="handler", unit=unit) for unit in UNITS))


def _enrol(records: MemoryRecords, handle: str, *posts: Post) -> None:
    person = records.load(Person, person_id(handle))
    person.enrol(_founding(handle), handle=handle, name="王小明", key=b"n" * 32)
    for post in posts:
        person.grant_role(_founding(handle), post=post, from_day=SINCE)
    _save(records, person)
