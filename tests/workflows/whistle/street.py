"""A street that whistles, and departments that answer: on records in memory or on a ledger."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from domain.area.area import Area, area_id
from domain.incident.incident import Incident
from domain.kernel.act import Act
from domain.kernel.codes import AreaCode, Level
from domain.kernel.places import Place
from domain.kernel.record import Record
from domain.people.person import Person, person_id
from domain.people.roles import Post
from domain.people.unit import Unit, unit_id
from domain.whistle.whistle import Whistle
from ledger.records import Claim, Records, Timer
from ledger.shelf import Shelf
from workflows.desk import Desk
from workflows.firing import firing
from workflows.incident.commands import ReportIncident, TakeStep
from workflows.office import Engines, Office
from workflows.rehearsal.records import MemoryRecords
from workflows.rulebook.commands import PublishRules
from workflows.rulebook.handlers import publish_rules
from workflows.rulebook.reading import read_book
from workflows.whistle import commands as ordered

GRID = AreaCode("120101001003007")
STREET, DISTRICT = GRID.at(Level.STREET), GRID.at(Level.DISTRICT)
OTHER_STREET = AreaCode("120101002000")
SINCE = date(2020, 1, 1)
MONDAY_NINE = datetime(2026, 11, 16, 1, 0, tzinfo=UTC)  # 09:00 in the city
WALL = Place(lon_e6=117_200_000, lat_e6=39_130_000)
NEARBY = Place(lon_e6=117_201_000, lat_e6=39_130_500)  # 103 m
FAR_AWAY = Place(lon_e6=117_230_000, lat_e6=39_130_000)  # 2588 m
PHOTO = "ab" * 32
UNITS = {
    "urban": DISTRICT,
    "police": DISTRICT,
    "roads": DISTRICT,
    "squad": STREET,
    "elsewhere": OTHER_STREET,
}
LEADERS = {
    "p-acceptor": Post(role="acceptor", area=STREET),
    "p-duty-leader": Post(role="duty_leader", area=STREET),
    "p-dispatcher": Post(role="dispatcher", area=STREET),
    "p-commander": Post(role="commander", area=STREET),
    "p-district": Post(role="commander", area=DISTRICT),
    "p-grid-member": Post(role="grid_member", area=GRID),
}


@dataclass(kw_only=True)
class Street:
    """The street with a clock that is moved by hand."""

    records: Any  # MemoryRecords or a Ledger
    desk: Desk
    now: datetime = MONDAY_NINE
    orders: int = 0
    whistles: list[UUID] = field(default_factory=list)

    def forward(self, **time: int) -> None:
        self.now += timedelta(**time)

    def act(self, person: str, *, area: AreaCode = STREET, command_id: str = "") -> Act:
        self.orders += 1
        post = LEADERS.get(person)
        return Act(
            person=person,
            role=post.role if post else "handler",
            area=area,
            command_id=command_id or f"order-{self.orders}",
            at=self.now,
        )

    def report(self, place: Place | None = WALL) -> UUID:
        order = ReportIncident(area=GRID, category="01-02", source="grid-member", place=place)
        return self._stream(order, self.act("p-grid-member"))

    def step(self, incident: UUID, step: str, person: str, **answers: str | int) -> None:
        self.desk.do(TakeStep(incident=incident, step=step, answers=answers), self.act(person))

    def awaiting_closing(self) -> UUID:
        """A case of which only the closing is left."""
        incident = self.report()
        self.step(incident, "pass_on", "p-acceptor")
        self.step(incident, "file", "p-duty-leader", category="01-02")
        self.step(incident, "dispatch", "p-dispatcher", unit="squad")
        self.step(incident, "done", "p-squad")
        self.step(incident, "send_to_check", "p-acceptor")
        self.step(incident, "pass_check", "p-grid-member")
        return incident

    def close(self, incident: UUID) -> None:
        self.step(incident, "close", "p-duty-leader", outcome="normal")

    def blow(
        self,
        incident: UUID,
        *parties: str,
        kind: str = "work",
        by: str = "p-commander",
        **given: Any,
    ) -> UUID:
        cause = "emergency" if kind == "emergency" else "pressing-matter"
        wanted: dict[str, Any] = {"incident": incident, "kind": kind, "parties": parties}
        order = ordered.BlowWhistle(**wanted | {"cause": cause} | given)
        whistle = self._stream(order, self.act(by))
        self.whistles.append(whistle)
        return whistle

    def answer(self, whistle: UUID, order: type, party: str, *, by: str = "", **given: Any) -> None:
        """The party's own handler answers unless another is named."""
        self.desk.do(order(whistle=whistle, party=party, **given), self.act(by or f"p-{party}"))

    def sign_for(self, whistle: UUID, *parties: str) -> None:
        for party in parties:
            self.answer(whistle, ordered.SignFor, party)

    def check_in(
        self, whistle: UUID, *parties: str, place: Place | None = NEARBY, photo: str | None = PHOTO
    ) -> None:
        for party in parties:
            self.answer(whistle, ordered.CheckIn, party, place=place, photo=photo)

    def finish(self, whistle: UUID, *parties: str) -> None:
        for party in parties:
            self.answer(whistle, ordered.FinishWork, party, result="拆除完毕")

    def order(self, order: object, by: str = "p-commander", **acting: Any) -> None:
        self.desk.do(order, self.act(by, **acting))

    def confirm(self, whistle: UUID, result: str = "solved") -> None:
        self.order(ordered.ConfirmWhistle(whistle=whistle, result=result))

    def rate(self, whistle: UUID, party: str, stars: int) -> None:
        self.answer(whistle, ordered.RateParty, party, by="p-commander", stars=stars)

    def whistle(self, whistle: UUID) -> Whistle:
        found: Whistle = self.records.load(Whistle, whistle)
        return found

    def state(self, whistle: UUID, party: str) -> str:
        return self.whistle(whistle).roll.parties[party].state

    def incident(self, incident: UUID) -> Incident:
        found: Incident = self.records.load(Incident, incident)
        return found

    def told(self, stream: UUID) -> list[str]:
        return [fact.TOPIC.partition(".")[2] for fact in self.records.facts(stream)]

    def fire_due(self, *, until: datetime | None = None) -> list[str]:
        """Fire every timer in memory that is due, oldest first, and give what each is about."""
        fired = []
        moment = until or self.now
        while waiting := [(due.due_at, due.timer, stream, due) for stream, due in self._timers()]:
            due_at, timer, stream, due = min(waiting)
            if due_at > moment:
                break
            self.now = max(self.now, due_at)
            found = Timer(stream=stream, timer=timer, kind=due.kind, due_at=due_at)
            command, act = firing(found, self.records, at=self.now)
            assert self.desk.do(command, act) is not None
            fired.append(timer.partition("/")[2])
        self.now = max(self.now, moment)
        return fired

    def _timers(self) -> Iterable[tuple[UUID, Any]]:
        due = self.records.due
        return [(stream, one) for stream in due for one in due[stream]]

    def _stream(self, order: object, act: Act) -> UUID:
        answer = self.desk.do(order, act)
        assert answer is not None
        return answer.stream


def a_street(records: Any = None, *, settled: bool = False) -> Street:
    """Everybody at work, and the rules published, unless these records know them already."""
    records = records if records is not None else MemoryRecords()
    shelf = Shelf(records)
    office = Office(
        records=records, shelf=shelf, engines=Engines(shelf), random_key=lambda: b"k" * 32
    )
    if not settled:
        _publish(records)
        _settle(records)
    return Street(records=records, desk=Desk(office))


def _publish(records: Records) -> None:
    for rules in read_book():
        order = PublishRules(kind=rules.kind, name=rules.name, content=rules.content)
        publish_rules(order, records, _founding(f"{rules.kind}:{rules.name}"))


def _settle(records: Records) -> None:
    for code in (*GRID.path, OTHER_STREET):
        area = records.load(Area, area_id(code))
        parent = records.load(Area, area_id(code.parent)) if code.parent else None
        kind = code.level.word
        area.add(
            _founding(code), code=code, name=f"区{code}", kind=kind, from_day=SINCE, parent=parent
        )
        _save(records, area)
    for name, area_code in UNITS.items():
        unit = records.load(Unit, unit_id(name))
        unit.found(
            _founding(name), code=name, name=name, kind="squad", area=area_code, from_day=SINCE
        )
        _save(records, unit)
        _enrol(records, f"p-{name}", Post(role="handler", unit=name))
    for handle, post in LEADERS.items():
        _enrol(records, handle, post)


def _enrol(records: Records, handle: str, post: Post) -> None:
    person = records.load(Person, person_id(handle))
    person.enrol(_founding(handle), handle=handle, name="王小明", key=b"n" * 32)
    person.grant_role(_founding(handle), post=post, from_day=SINCE)
    _save(records, person)


def _save(records: Records, record: Record) -> None:
    records.save(record, claim=Claim(key=f"founding:{record.id}", digest="founding"))


def _founding(name: str) -> Act:
    return Act(person="p-founder", role="commander", area=STREET, command_id=name, at=MONDAY_NINE)
