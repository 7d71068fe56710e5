"""Paths through a definition: all simple ones by its graph, and random walks by its engine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from random import Random
from zoneinfo import ZoneInfo

from domain.incident.events_branching import SubCaseOver
from domain.incident.incident import Incident
from domain.kernel.act import Act, process_act
from domain.kernel.ids import ordered_id
from workflows.definition import Definition, StepRule
from workflows.simulation.arrivals import arrivals
from workflows.simulation.case import RunningCase
from workflows.simulation.choosing import Choices, acknowledging
from workflows.simulation.reporting import deed_of, report
from workflows.simulation.setting import Setting, SettingRules

MOST_PATHS = 10_000
LONGEST_WALK = 60
MOST_DAYS = 90
ONWARD = 6
ENDS = 0.5
"""How many of the open sub-cases last until the next step of a walk."""
PAUSES = (1, 20, 90, 600, 5000)
"""Minutes between two steps of a walk: some in time, some late, some very late."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """One step of a path and the stage it leads to."""

    step: str
    stage: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """A way from the start to an end on which no stage comes twice."""

    legs: tuple[Leg, ...]

    @property
    def end(self) -> str:
        return self.legs[-1].stage

    def __str__(self) -> str:
        return " > ".join(leg.step for leg in self.legs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paths:
    """All simple paths; ``more`` when there are more than were asked for."""

    found: tuple[Path, ...]
    more: bool

    @property
    def by_end(self) -> dict[str, int]:
        """Count them by the end they lead to."""
        return dict(sorted(Counter(path.end for path in self.found).items()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Walked:
    """What random walks met: stages and steps by how often, and what none of them did."""

    walks: int
    ended: int
    stages: dict[str, int]
    steps: dict[str, int]
    never_visited: tuple[str, ...]
    never_taken: tuple[str, ...]


def simple_paths(definition: Definition, *, most: int = MOST_PATHS) -> Paths:
    """List the simple paths from the start to each end, in the order of the definition.

    Guards, roles and deadlines are not asked: what the drawing allows.
    """
    found = list(islice(_paths(definition), most + 1))
    return Paths(found=tuple(found[:most]), more=len(found) > most)


def random_walks(setting: Setting, *, walks: int, seed: int) -> Walked:
    """Lead cases by chance through the engine, its guards and its deadlines."""
    chance = Random(seed)  # noqa: S311  # a simulation, not a secret
    definition = setting.definition
    choices = Choices(definition, partial(_weight, definition))
    rules = SettingRules(setting)
    stages: Counter[str] = Counter()
    steps: Counter[str] = Counter()
    ended = 0
    for number in range(walks):
        running = _begun(setting, rules, chance, f"{seed}:{number}")
        stages[running.course.stage] += 1
        for step in _walk(running, setting, choices, chance):
            steps[step] += 1
            stages[running.course.stage] += 1
        ended += running.course.ended
    named = dict.fromkeys(rule.name for rule in definition.steps)
    return Walked(
        walks=walks,
        ended=ended,
        stages={name: stages[name] for name in definition.stages},
        steps={name: steps[name] for name in named},
        never_visited=tuple(name for name in definition.stages if not stages[name]),
        never_taken=tuple(name for name in named if not steps[name]),
    )


def _weight(definition: Definition, stage: str, rule: StepRule) -> int:
    """Ends are rarer than the way on, so that walks come far."""
    return 1 if definition.stages[rule.leads_to(stage)].final else ONWARD


def _paths(definition: Definition) -> Iterator[Path]:
    """Go deep first, without recursion: a definition may be long."""
    start = definition.starts_in
    waiting: list[tuple[str, frozenset[str], tuple[Leg, ...]]] = [(start, frozenset({start}), ())]
    while waiting:
        stage, seen, legs = waiting.pop()
        if definition.stages[stage].final is not None:
            yield Path(legs=legs)
            continue
        onward = [
            (rule.leads_to(stage), Leg(step=rule.name, stage=rule.leads_to(stage)))
            for rule in definition.steps_from(stage)
        ]
        waiting += [
            (target, seen | {target}, (*legs, leg))
            for target, leg in reversed(onward)
            if target not in seen
        ]


def _begun(setting: Setting, rules: SettingRules, chance: Random, name: str) -> RunningCase:
    calendar = setting.calendar
    zone = ZoneInfo(calendar.time_zone)
    (at,) = arrivals(setting.assumptions, chance, cases=1, begins=setting.begins, zone=zone)
    running = RunningCase(Incident(ordered_id(at, name)), rules)
    report(running, setting, at, chance)
    return running


def _walk(
    running: RunningCase, setting: Setting, choices: Choices, chance: Random
) -> Iterator[str]:
    """Name each step taken, the clock's too, until the case ends or has gone on long enough."""
    at = running.course.last_at
    assert at is not None  # noqa: S101  # the report was told
    for number in range(LONGEST_WALK):
        at += timedelta(minutes=chance.randint(0, chance.choice(PAUSES)))
        yield from _fired(running, at)
        yield from _ended_parts(running, at, chance)
        chosen = acknowledging(running) or choices.drawn(running, chance)
        if chosen is None:
            break
        act = Act(
            person=chosen.person,
            role=chosen.role,
            area=running.course.area,
            command_id=str(number),
            at=at,
        )
        running.take(deed_of(chosen.rule, act, running, setting, chance))
        yield chosen.rule.name
    yield from _fired(running, at + timedelta(days=MOST_DAYS))


def _ended_parts(running: RunningCase, at: datetime, chance: Random) -> Iterator[str]:
    """Let some of the open sub-cases be settled; name the step by which the case then goes on."""
    for number, part in enumerate(running.course.open_branches):
        if chance.random() < ENDS or running.course.branches[part].over is not None:
            continue
        course = running.course
        stage, name = course.stage, f"part:{at.isoformat()}:{number}"
        act = process_act("branching", command_id=name, area=course.area, at=at)
        running.hear(SubCaseOver(act=act, sub_case=part, final="settled"))
        waits = running.engine.definition.stages[stage].waits_for
        if waits is not None and course.stage != stage:
            yield waits.then


def _fired(running: RunningCase, until: datetime) -> Iterator[str]:
    """Let what falls due happen; name the steps that the clock took."""
    while (deadline := running.next_due()) is not None and deadline.due_at <= until:
        course = running.course
        stage, level = course.stage, course.level
        running.fire(deadline)
        then = running.engine.definition.stages[stage].deadline
        if then is not None and then.then and (course.stage, course.level) != (stage, level):
            yield then.then
