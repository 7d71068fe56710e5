"""A small city for the read models: a ledger, a calendar, and lives of cases in few words."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from domain.incident import marks, rating, requests
from domain.incident.backlog import become_backlog
from domain.incident.course import Deadline
from domain.incident.incident import Incident
from domain.kernel.act import Act
from domain.kernel.calendar import WorkingCalendar
from domain.kernel.ids import ordered_id
from domain.kernel.limits import Limit, parse_limit
from domain.kernel.record import Record
from domain.kernel.steps import Step
from ledger.feed import Feed
from ledger.ledger import Claim, Ledger
from ledger.store import Store
from ledger.tables import LEDGER, heads
from projections.incident.telling import Incidents
from projections.reading import Reader
from tests.vaults import a_vault

# A Monday, 08:00 in the city: the first minute of its working week.
MONDAY = datetime(2025, 11, 17, 0, 0, tzinfo=UTC)
GRID = "120101001003007"
STREET = "120101001000"
OFFICE = WorkingCalendar(reference="office@1")
COMMANDS = count(1)


class Calendars:
    """One calendar in one version."""

    def calendar(self, reference: str) -> WorkingCalendar:
        assert reference == OFFICE.reference
        return OFFICE


@dataclass(kw_only=True)
class City:
    """A ledger on a store, and its reader of incidents."""

    store: Store
    ledger: Ledger
    feed: Feed
    now: datetime = MONDAY
    reader: Reader = field(init=False)

    def __post_init__(self) -> None:
        self.reader = self.new_reader()
        self.reader.prepare()

    def new_reader(self, model: Any = None, **given: Any) -> Reader:
        model = model or Incidents(Calendars())
        return Reader(model, self.store, self.feed, now=lambda: self.now, **given)

    def record(self, *records: Record) -> None:
        batch = self.ledger.batch()
        for record in records:
            batch.save(record, claim=Claim(key=f"{record.id}/{next(COMMANDS)}", digest=""))
        batch.flush()

    def catch_up(self, *lives: Life) -> City:
        """Record lives and let the live reader hear them."""
        self.record(*(life.incident for life in lives))
        self.reader.catch_up()
        assert self.reader.status().stopped is None
        return self

    def rows(self, table: str, *columns: str, **where: Any) -> list[Any]:
        found = self.reader.tables[table]
        query = sa.select(*(found.c[name] for name in columns) if columns else [found])
        for name, value in where.items():
            query = query.where(found.c[name] == value)
        with self.store.reading() as conn:
            return list(conn.execute(query.order_by(*found.primary_key.columns)))


def a_city(url: str, *, parts: int = 3) -> City:
    """A city with an empty log; what an earlier one left in the database is dropped."""
    store = Store(url)
    left = sa.MetaData()
    left.reflect(store.engine)
    left.drop_all(store.engine)
    LEDGER.create_all(store.engine)
    with store.writing() as conn:
        conn.execute(
            sa.insert(heads), [{"part": n, "pos": 0, "recorded_at": 0} for n in range(parts)]
        )
    return City(
        store=store, ledger=Ledger(store, now=lambda: MONDAY, vault=a_vault()), feed=Feed(store)
    )


@dataclass(kw_only=True)
class Life:
    """The life of one case; ``at`` moves by hand, steps are granted by nobody but the test."""

    seed: str
    at: datetime = MONDAY
    area: str = GRID
    incident: Incident = field(init=False)

    def __post_init__(self) -> None:
        self.incident = Incident(ordered_id(self.at, self.seed))

    @property
    def id(self) -> UUID:
        return self.incident.id

    def later(self, **time: int) -> Life:
        self.at += timedelta(**time)
        return self

    def act(self, person: str = "c-1", role: str = "acceptor") -> Act:
        command = f"{self.seed}/{self.incident.version + 1}"
        return Act(person=person, role=role, area=self.area, command_id=command, at=self.at)

    def report(
        self, *, source: str = "grid-member", category: str = "01-02", limit: str | None = None
    ) -> Life:
        self.incident.report(
            self.act(),
            area=self.area,
            level="community",
            category=category,
            source=source,
            workflow="street@1",
            calendar=OFFICE.reference,
            stage="accepting",
            limit=_limit(limit),
        )
        return self

    def go(
        self,
        stage: str,
        *marked: str,
        limit: str | None = None,
        final: str | None = None,
        stops_clock: bool = False,
    ) -> Life:
        left = self.incident.course.stage
        step = Step(
            name=f"{left}-{stage}",
            left=left,
            stage=stage,
            marks=marked,
            limit=_limit(limit),
            final=final,
            stops_clock=stops_clock,
        )
        self.incident.move(step, self.act())
        return self

    def accept(self) -> Life:
        return self.go("awaiting_filing", marks.ACCEPTED, limit="30 working minutes")

    def file(self, *, limit: str | None = "4 working hours", category: str = "01-02") -> Life:
        self.incident.file(
            self.act(), category=category, limit=_limit(limit), calendar=OFFICE.reference
        )
        return self.go("awaiting_dispatch", marks.FILED, limit="30 working minutes")

    def dispatch(self, unit: str = "sanitation", *, limit: str | None = "4 working hours") -> Life:
        self.incident.assign(self.act(), unit=unit)
        return self.go("handling", marks.DISPATCHED, limit=limit)

    def handle(self) -> Life:
        return self.go("checking", marks.HANDLED, limit="30 working minutes")

    def fail_check(self) -> Life:
        return self.go("awaiting_dispatch", marks.CHECK_FAILED, limit="30 working minutes")

    def pass_check(self) -> Life:
        return self.go("awaiting_closing", marks.CHECKED, limit="60 working minutes")

    def suspend(self) -> Life:
        return self.go("suspended", marks.SUSPENDED, stops_clock=True)

    def resume(self) -> Life:
        return self.go("handling", marks.RESUMED, limit="4 working hours")

    def reopen(self) -> Life:
        return self.go("awaiting_dispatch", marks.REOPENED, limit="30 working minutes")

    def ask(self, kind: str, *, minutes: int | None = None) -> Life:
        stage = self.incident.course.stage
        step = Step(name=f"ask_{kind}", left=stage, stage=stage, asks_for=kind)
        requests.ask(self.incident, step, self.act(), minutes=minutes)
        return self

    def decide(
        self, kind: str, *, granted: bool = True, clock: str = "keeps", minutes: int | None = None
    ) -> Life:
        stage = self.incident.course.stage
        step = Step(name=kind, left=stage, stage=stage, decides=kind, granted=granted, clock=clock)
        requests.decide(self.incident, step, self.act("c-2", "duty_leader"), minutes=minutes)
        return self

    def defer(self) -> Life:
        """Ask for more time; granted, refused, or left to lapse, as the number of facts has it."""
        if self.incident.course.request is not None:
            return self
        self.ask("deferral", minutes=60)
        left = self.incident.version % 3
        return (
            self
            if not left
            else self.decide("deferral", granted=left == 1, clock="adds", minutes=60)
        )

    def wait_long(self) -> Life:
        """Stay suspended until the case is backlog."""
        if self.incident.course.backlog_at is None:
            began_at = self.incident.course.entered_at or self.at
            deadline = Deadline(
                name="suspended",
                timer=f"{self.id}/suspended/{self.incident.course.entries}",
                began_at=began_at,
                limit=parse_limit("60 clock days"),
                due_at=self.at,
                calendar=OFFICE,
            )
            become_backlog(self.incident, deadline, self.act("clockwork", "clockwork"), why={})
        return self

    def rate(self, *, service: str = "satisfied", handling: str = "dissatisfied") -> Life:
        rating.rate(self.incident, self.act(), service=service, handling=handling)
        return self

    def reopen_anew(self) -> Life:
        """Open a closed case again, with a clock of its own."""
        self.ask("reopening").decide("reopening", clock="restarts")
        return self.reopen()

    def close(self) -> Life:
        self.incident.settle(self.act(), outcome="normal", calendar=OFFICE)
        return self.go("closed", marks.CLOSED, final="settled")

    def end(self, stage: str, final: str) -> Life:
        return self.go(stage, final=final)

    def miss(self) -> Life:
        """Miss every deadline that is open and past."""
        for deadline in self.incident.course.deadlines(self.id, OFFICE):
            if deadline.due_at <= self.at:
                self.incident.miss(deadline, self.act("clockwork", "clockwork"))
        return self


def wander(seed: int, *, moves: int = 12) -> Life:
    """A case that goes where chance leads it, by steps that a workflow might grant."""
    chance = random.Random(seed)
    area = chance.choice((GRID, "120101001003008", "120102001001001", "120103000000"))
    life = Life(seed=f"wander-{seed}", area=area)
    source = chance.choice(("grid-member", "hotline", "resident"))
    life.report(source=source, category=chance.choice(("01-01", "01-02", "c01-01")))
    return wander_on(life, chance, moves=moves)


def wander_on(life: Life, chance: random.Random, *, moves: int) -> Life:
    """Let chance lead a case further."""
    for _ in range(moves):
        life.later(minutes=chance.randrange(0, 600))
        if life.incident.course.ended and life.incident.course.stage != "closed":
            break
        _wander(life, chance)
    return life


def _wander(life: Life, chance: random.Random) -> None:
    course = life.incident.course
    unit = chance.choice(("sanitation", "roads", "police"))
    onward = {
        "accepting": (life.accept, life.accept, lambda: life.end("not_accepted", "declined")),
        "awaiting_filing": (life.file,) if course.filed_at is None else (life.accept,),
        "awaiting_dispatch": (
            lambda: life.dispatch(unit),
            lambda: life.dispatch(unit),
            lambda: life.end("void", "void"),
        ),
        "handling": (life.handle, life.handle, life.suspend, life.miss, life.reopen, life.defer),
        "suspended": (life.resume, life.resume, life.wait_long),
        "checking": (life.pass_check, life.fail_check),
        "awaiting_closing": (life.close, life.close, life.reopen),
        "closed": (life.rate, life.reopen_anew, lambda: life),
    }
    chance.choice(onward[course.stage])()


def _limit(text: str | None) -> Limit | None:
    return None if text is None else parse_limit(text)
