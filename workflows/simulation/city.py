"""A city on a virtual clock: reports come in, people take what waits, deadlines fall due.

Cases are carried by the engine, the ladder and the record of the office itself, so nothing here
can rise, be late or be refused otherwise than it would be there.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.incident.branch import WITHDRAWN, Branch
from domain.incident.course import Deadline
from domain.incident.events_branching import SubCaseOver
from domain.incident.incident import Incident
from domain.kernel.act import Act, process_act
from domain.kernel.calendar import ELAPSED, Clock
from domain.kernel.facts import Fact
from domain.kernel.ids import ordered_id
from domain.kernel.refusals import Refused
from workflows.incident.opening import calls_off
from workflows.simulation.arrivals import arrivals
from workflows.simulation.assumptions import quantile
from workflows.simulation.case import Deed, RunningCase
from workflows.simulation.choosing import (
    acknowledging,
    afterwards,
    left_to_the_clock,
)
from workflows.simulation.crews import Crew
from workflows.simulation.lives import Kind, Life, Work, kinds_of
from workflows.simulation.reporting import begin_part, deed_of, report
from workflows.simulation.setting import Setting
from workflows.simulation.simulated import Share, Simulated, Tally, load_of, spread

LONGEST_LIFE = 200  # steps; a definition that leads in circles does not hold the city up
MOST_CALLS = 60  # of one case; where nobody ever answers, further calls tell nothing new
_TOLD_EVERY = 500
ALARM, REPORT, READY, DONE = range(4)
"""At one instant the clock comes first, as in the office."""

Progress = Callable[[int], None]
Keep = Callable[[Sequence[Fact]], None]


Event = tuple[datetime, int, int, object]


@dataclass(kw_only=True)
class City:
    """One run; use ``simulate``."""

    setting: Setting
    seed: int
    chance: Random
    kinds: Mapping[str, Kind]
    until: datetime
    now: datetime
    events: list[Event] = field(default_factory=list)
    crews: dict[str, Crew[Work]] = field(default_factory=dict)
    lives: dict[int, Life] = field(default_factory=dict)
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
            case _, (Life() as life, Deadline() as deadline):
                self._fall_due(life, deadline)
            case 2, Work() as work:  # READY
                self._queue(work)
            case _, Work() as work:
                self._finish(work)

    @property
    def tally(self) -> Tally:
        """The counts of the workflow that is simulated; those of sub-cases are apart."""
        return self.kinds[self.setting.definition.name].tally

    def _report(self, number: int) -> None:
        life = self._born(ordered_id(self.now, f"{self.seed}:{number}"), number, self.setting)
        report(life.running, self.setting, self.now, self.chance)
        self._go_on(life)

    def _born(self, incident: UUID, number: int, setting: Setting) -> Life:
        rules = self.kinds[setting.definition.name].rules
        running = RunningCase(Incident(incident), rules)
        life = self.lives[number] = Life(number=number, running=running, setting=setting)
        return life

    def _fall_due(self, life: Life, deadline: Deadline) -> None:
        if life.alarm is not deadline:
            return
        entries = life.running.course.entries
        life.running.fire(deadline)
        self._after(life, moved=life.running.course.entries != entries)

    def _after(self, life: Life, *, moved: bool) -> None:
        """See to the sub-cases, then to what comes next for the case itself."""
        self._branch(life)
        if life.running.course.ended:
            self._hear(life)
        if moved or life.running.course.ended:
            self._go_on(life)
        else:
            self._watch(life)

    def _go_on(self, life: Life) -> None:
        """See what comes next for a case that has moved."""
        life.turn += 1
        life.planned, life.alarm = False, None
        course, choices = life.running.course, self._kind(life).choices
        if course.ended:
            chosen = afterwards(life.running, choices, self.setting.assumptions, self.chance)
        else:
            self._watch(life)
            chosen = choices.drawn(life.running, self.chance)
        if life.turn > LONGEST_LIFE or (course.ended and chosen is None):
            self._leave(life)
        elif chosen is not None and not left_to_the_clock(life.running):
            life.planned = True
            self._plan(Work(life, life.turn, chosen))

    def _plan(self, work: Work) -> None:
        """Let what passes before a step pass, then let it wait for somebody."""
        chosen = work.chosen
        wait = quantile(self.setting.assumptions.times(chosen.rule.name).wait, self.chance.random())
        if wait == 0:
            self._queue(work)
            return
        self.expect(self._crew(chosen.role).clock.after(self.now, wait), READY, work)

    def _watch(self, life: Life) -> None:
        running = life.running
        life.alarm = running.next_due(calls=running.course.calls < MOST_CALLS)
        if life.alarm is not None:
            self.expect(life.alarm.due_at, ALARM, (life, life.alarm))
        if not life.answering and (chosen := acknowledging(running)) is not None:
            life.answering = True
            self._plan(Work(life, life.turn, chosen, call=True))

    def _queue(self, work: Work) -> None:
        if work.stands:
            crew = self._crew(work.chosen.role)
            crew.join(work, self.now)
            self._set_to_work(crew)
        else:
            work.drop()

    def _set_to_work(self, crew: Crew[Work]) -> None:
        while (waiting := crew.next_waiting()) is not None:
            came_at, work = waiting
            if work.stands:
                times = self.setting.assumptions.times(work.chosen.rule.name)
                minutes = quantile(times.work, self.chance.random())
                self.expect(crew.begin(came_at, self.now, minutes), DONE, work)
            else:
                work.drop()

    def _finish(self, work: Work) -> None:
        crew = self._crew(work.chosen.role)
        crew.idle += 1
        stands = work.stands
        work.drop()
        if stands:
            self._take(work)
        self._set_to_work(crew)

    def _take(self, work: Work) -> None:
        life, chosen = work.life, work.chosen
        act = Act(
            person=chosen.person,
            role=chosen.role,
            area=life.running.course.area,
            command_id=f"{life.number}:{life.turn}{':call' * work.call}",
            at=self.now,
        )
        try:
            life.running.take(deed_of(chosen.rule, act, life.running, life.setting, self.chance))
        except Refused as refused:
            self._kind(life).tally.refused[f"{chosen.rule.name}: {refused.code}"] += 1
        self._after(life, moved=not work.call)

    def _branch(self, life: Life) -> None:
        """Let sub-cases begin that were opened, and call off those that were taken back."""
        for incident, opened in list(life.running.course.branches.items()):
            part = life.parts.get(incident)
            if part is None and opened.workflow in life.setting.below:
                self._begin(life, incident, opened)
            elif part is not None and opened.over == WITHDRAWN:
                self._call_off(part)

    def _begin(self, life: Life, incident: UUID, opened: Branch) -> None:
        setting = life.setting.below[opened.workflow]
        self.numbered += 1
        part = self._born(incident, -self.numbered, setting)
        life.parts[incident] = part
        part.above = None if opened.independent else life
        begin_part(part.running, life.running, opened, setting, self._process_act(life))
        self._go_on(part)

    def _call_off(self, part: Life) -> None:
        course, definition = part.running.course, part.running.engine.definition
        rule = None if course.ended else calls_off(definition, course.stage)
        if rule is not None:
            part.running.take(Deed(step=rule.name, act=self._process_act(part)))
            self._after(part, moved=True)

    def _hear(self, part: Life) -> None:
        """Tell a case once that one of its sub-cases is over, and let it go on."""
        life, course = part.above, part.running.course
        part.above = None
        if life is None or course.final is None or life.number not in self.lives:
            return
        over = SubCaseOver(
            act=self._process_act(life),
            sub_case=part.running.incident.id,
            final=course.final,
            outcome=course.outcome,
        )
        entries = life.running.course.entries
        life.running.hear(over)
        moved = life.running.course.entries != entries
        self._after(life, moved=moved or not life.planned)

    def _process_act(self, life: Life) -> Act:
        self.numbered += 1
        area, name = life.running.course.area, f"process:{self.numbered}"
        return process_act("branching", command_id=name, area=area, at=self.now)

    def _leave(self, life: Life) -> None:
        facts = life.running.incident.collect_events()
        self._kind(life).tally.count(facts, life.running.calendar)
        if self.keep is not None and life.setting is self.setting:
            self.keep(facts)
        life.turn += 1
        life.alarm = None
        life.answering = False
        del self.lives[life.number]

    def _kind(self, life: Life) -> Kind:
        return self.kinds[life.setting.definition.name]

    def _crew(self, role: str) -> Crew[Work]:
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
        kinds=kinds_of(setting),
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
        parts={
            name: Share(count=kind.tally.late, of=kind.tally.cases)
            for name, kind in city.kinds.items()
            if kind.tally.cases and kind.tally is not tally
        },
        reopened=tally.reopened,
        calls=tally.calls,
        crews=tuple(load_of(crew, began_at) for _, crew in sorted(city.crews.items())),
    )
