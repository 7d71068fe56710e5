"""A city on a virtual clock: reports come in, people take what waits, deadlines fall due.

Cases are carried by the engine, the ladder and the record of the office itself, so nothing here
can rise, be late or be refused otherwise than it would be there.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from random import Random
from zoneinfo import ZoneInfo

from domain.incident.course import Deadline
from domain.incident.incident import Incident
from domain.kernel.act import Act
from domain.kernel.calendar import ELAPSED, Clock, WorkingCalendar
from domain.kernel.facts import Fact
from domain.kernel.ids import ordered_id
from domain.kernel.refusals import Refused
from domain.rulebook.limits import LimitBook
from workflows.definition import Definition
from workflows.engine import Engine
from workflows.simulation.arrivals import arrivals
from workflows.simulation.assumptions import Assumptions, quantile
from workflows.simulation.case import RunningCase
from workflows.simulation.choosing import Choices, Chosen, deed_of, left_to_the_clock, report
from workflows.simulation.crews import Crew
from workflows.simulation.remembering import RememberingEngine
from workflows.simulation.simulated import Share, Simulated, Tally, load_of, spread

FIRST_DAY = date(2026, 1, 5)
LONGEST_LIFE = 200  # steps; a definition that leads in circles does not hold the city up
_TOLD_EVERY = 500
ALARM, REPORT, READY, DONE = range(4)
"""At one instant the clock comes first, as in the office."""

Progress = Callable[[int], None]
Keep = Callable[[Sequence[Fact]], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What is simulated: a definition with its calendar and limits, under assumptions."""

    definition: Definition
    calendar: WorkingCalendar
    assumptions: Assumptions
    limits: LimitBook | None = None
    begins: date = FIRST_DAY


@dataclass(slots=True, kw_only=True, eq=False)
class _Life:
    """A case in the city; ``turn`` rises with each plan, so that work for an old one is dropped."""

    number: int
    running: RunningCase
    turn: int = 0
    chosen: Chosen | None = None
    alarm: Deadline | None = None


@dataclass(frozen=True, slots=True)
class _Work:
    life: _Life
    turn: int
    chosen: Chosen

    @property
    def stands(self) -> bool:
        return self.life.turn == self.turn


Event = tuple[datetime, int, int, object]


@dataclass(kw_only=True)
class City:
    """One run; use ``simulate``."""

    setting: Setting
    seed: int
    chance: Random
    engine: Engine
    choices: Choices
    tally: Tally
    until: datetime
    now: datetime
    events: list[Event] = field(default_factory=list)
    crews: dict[str, Crew[_Work]] = field(default_factory=dict)
    lives: dict[int, _Life] = field(default_factory=dict)
    numbered: int = 0
    keep: Keep | None = None

    def run(self, progress: Progress | None = None) -> None:
        """Let time pass until nothing is left to happen."""
        told = 0
        while self.events:
            at, rank, _, what = heapq.heappop(self.events)
            self.now = max(self.now, at)
            self._happen(rank, what)
            if progress is not None and self.tally.cases >= told + _TOLD_EVERY:
                progress(self.tally.cases - told)
                told = self.tally.cases
        for life in list(self.lives.values()):
            self._leave(life)
        if progress is not None:
            progress(self.tally.cases - told)

    def expect(self, at: datetime, rank: int, what: object) -> None:
        """Note what will happen."""
        self.numbered += 1
        heapq.heappush(self.events, (at, rank, self.numbered, what))

    def _happen(self, rank: int, what: object) -> None:
        match rank, what:
            case _, int(number):
                self._report(number)
            case _, (_Life() as life, Deadline() as deadline):
                self._fall_due(life, deadline)
            case 2, _Work() as work:  # READY
                self._queue(work)
            case _, _Work() as work:
                self._finish(work)

    def _report(self, number: int) -> None:
        incident = Incident(ordered_id(self.now, f"{self.seed}:{number}"))
        report(incident, self.setting, self.now, self.chance)
        calendar = self.setting.calendar
        life = _Life(
            number=number, running=RunningCase(incident, self.engine, lambda _reference: calendar)
        )
        self.lives[number] = life
        self._go_on(life)

    def _fall_due(self, life: _Life, deadline: Deadline) -> None:
        if life.alarm is not deadline:
            return
        entries = life.running.course.entries
        life.running.fire(deadline)
        if life.running.course.entries != entries or life.running.course.ended:
            self._go_on(life)
        else:
            self._watch(life)

    def _go_on(self, life: _Life) -> None:
        """See what comes next for a case that has moved."""
        life.turn += 1
        if life.running.course.ended or life.turn > LONGEST_LIFE:
            self._leave(life)
            return
        self._watch(life)
        chosen = self.choices.drawn(life.running, self.chance)
        if chosen is None or left_to_the_clock(life.running):
            return
        times = self.setting.assumptions.times(chosen.rule.name)
        wait = quantile(times.wait, self.chance.random())
        work = _Work(life, life.turn, chosen)
        if wait == 0:
            self._queue(work)
            return
        self.expect(self._crew(chosen.role).clock.after(self.now, wait), READY, work)

    def _watch(self, life: _Life) -> None:
        life.alarm = life.running.next_due()
        if life.alarm is not None:
            self.expect(life.alarm.due_at, ALARM, (life, life.alarm))

    def _queue(self, work: _Work) -> None:
        if work.stands:
            crew = self._crew(work.chosen.role)
            crew.join(work, self.now)
            self._set_to_work(crew)

    def _set_to_work(self, crew: Crew[_Work]) -> None:
        while (waiting := crew.next_waiting()) is not None:
            came_at, work = waiting
            if work.stands:
                times = self.setting.assumptions.times(work.chosen.rule.name)
                minutes = quantile(times.work, self.chance.random())
                self.expect(crew.begin(came_at, self.now, minutes), DONE, work)

    def _finish(self, work: _Work) -> None:
        crew = self._crew(work.chosen.role)
        crew.idle += 1
        if work.stands:
            self._take(work)
        self._set_to_work(crew)

    def _take(self, work: _Work) -> None:
        life = work.life
        name = f"{life.number}:{life.turn}"
        act = Act(
            person=work.chosen.person,
            role=work.chosen.role,
            area=life.running.course.area,
            command_id=name,
            at=self.now,
        )
        try:
            life.running.take(deed_of(work.chosen.rule, act, life.running, self.setting))
        except Refused as refused:
            self.tally.refused[f"{work.chosen.rule.name}: {refused.code}"] += 1
        self._go_on(life)

    def _leave(self, life: _Life) -> None:
        facts = life.running.incident.collect_events()
        self.tally.count(facts, self.setting.calendar)
        if self.keep is not None:
            self.keep(facts)
        life.turn += 1
        life.alarm = None
        del self.lives[life.number]

    def _crew(self, role: str) -> Crew[_Work]:
        crew = self.crews.get(role)
        if crew is None:
            assumptions = self.setting.assumptions
            at_night = role in assumptions.day_and_night
            clock: Clock = ELAPSED if at_night else self.setting.calendar
            crew = self.crews[role] = Crew(
                role=role, people=assumptions.people(role), clock=clock, until=self.until
            )
        return crew


def simulate(
    setting: Setting,
    *,
    cases: int,
    seed: int,
    progress: Progress | None = None,
    keep: Keep | None = None,
) -> Simulated:
    """Let so many cases be reported and carried to their end; the same seed, the same answer.

    ``keep`` is given the facts of each case as it leaves the city.
    """
    chance = Random(seed)  # noqa: S311  # a simulation, not a secret
    zone = ZoneInfo(setting.calendar.time_zone)
    reports = arrivals(setting.assumptions, chance, cases=cases, begins=setting.begins, zone=zone)
    began_at = datetime.combine(setting.begins, datetime.min.time(), zone).astimezone(UTC)
    city = City(
        setting=setting,
        seed=seed,
        chance=chance,
        engine=RememberingEngine(setting.definition),
        choices=Choices(setting.definition, setting.assumptions.weight),
        tally=Tally(definition=setting.definition),
        until=reports[-1],
        now=began_at,
        keep=keep,
    )
    for number, at in enumerate(reports):
        city.expect(at, REPORT, number)
    city.run(progress)
    return _simulated(city, began_at)


def _simulated(city: City, began_at: datetime) -> Simulated:
    tally, definition = city.tally, city.setting.definition
    for crew in city.crews.values():
        crew.close_the_books()
    stages = [name for name in definition.stages if tally.dwelt.get(name)]
    return Simulated(
        workflow=definition.reference,
        seed=city.seed,
        cases=tally.cases,
        began_at=began_at,
        last_report_at=city.until,
        ended=tally.ended,
        left_open=dict(sorted(tally.left_open.items())),
        endings=dict(sorted(tally.endings.items())),
        late=Share(count=tally.late, of=tally.cases),
        late_by_stage=tally.late_by_stage(),
        judged_late=Share(count=tally.judged_late, of=tally.judged),
        rises=tally.rises(),
        never_visited=tuple(name for name in definition.stages if not tally.entries[name]),
        refused=dict(sorted(tally.refused.items())),
        whole=spread(tally.whole),
        stages={name: spread(tally.dwelt[name]) for name in stages},
        crews=tuple(load_of(crew, began_at) for _, crew in sorted(city.crews.items())),
    )
