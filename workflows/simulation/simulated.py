"""What came of a simulation: shares late and risen, waiting, loads; counted case by case."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from domain.incident.events import (
    DeadlineMissed,
    Escalated,
    Filed,
    Reported,
    Settled,
    StageChanged,
)
from domain.incident.events_of_rising import OwnerCalled
from domain.incident.folding import BUNDLED
from domain.kernel.calendar import Clock
from domain.kernel.facts import Fact
from workflows.definition import Definition
from workflows.simulation.crews import Crew

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """So many of so many."""

    count: int
    of: int

    @property
    def percent(self) -> float:
        return round(100 * self.count / self.of, 1) if self.of else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Working minutes: the median, nine in ten, and ninety-nine in a hundred."""

    count: int
    p50: int
    p90: int
    p99: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CrewLoad:
    """How busy a role was while reports came in; the queue is that of working time."""

    role: str
    people: int
    utilisation_percent: float
    taken: int
    mean_queue: float
    longest_queue: int
    waited: Spread


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulated:
    """The answer of a simulation; the same for the same seed."""

    workflow: str
    seed: int
    cases: int
    began_at: datetime
    last_report_at: datetime
    ended: int
    left_open: Mapping[str, int]
    endings: Mapping[str, int]
    late: Share
    late_by_stage: Mapping[str, Share]
    judged_late: Share
    rises: Mapping[str, Share]
    never_visited: tuple[str, ...]
    refused: Mapping[str, int]
    whole: Spread
    stages: Mapping[str, Spread]
    parts: Mapping[str, Share]
    """Of the sub-cases of each workflow, those that were late."""
    reopened: int
    calls: int
    """How often an owner of a rung was called again, as nobody had acknowledged."""
    crews: tuple[CrewLoad, ...]


@dataclass(slots=True, kw_only=True)
class Tally:
    """Counts finished and open cases as they come."""

    definition: Definition
    cases: int = 0
    late: int = 0
    ended: int = 0
    filed: int = 0
    judged: int = 0
    judged_late: int = 0
    reopened: int = 0
    calls: int = 0
    entries: Counter[str] = field(default_factory=Counter)
    limited: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    reached: Counter[str] = field(default_factory=Counter)
    endings: Counter[str] = field(default_factory=Counter)
    left_open: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    whole: list[int] = field(default_factory=list)
    dwelt: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    def count(self, facts: Iterable[Fact], clock: Clock) -> None:
        """Count one case by its facts."""
        life = _Life(clock=clock)
        missed: set[str] = set()
        levels: set[str] = set()
        for fact in facts:
            match fact:
                case Reported():
                    life.begin(fact.act.at, fact.stage)
                    self._enter(fact)
                case StageChanged():
                    self.dwelt[fact.left].append(life.change(fact.act.at, fact.stage))
                    self._enter(fact)
                    self.reopened += life.over and fact.final is None
                    life.over = fact.final is not None
                case Filed():
                    self.filed += fact.limit is not None
                case DeadlineMissed():
                    self.missed[fact.deadline] += 1
                    missed.add(fact.deadline)
                case Escalated():
                    levels.add(fact.level)
                case OwnerCalled():
                    self.calls += 1
                case Settled() if fact.on_time is not None:
                    self.judged += 1
                    self.judged_late += not fact.on_time
        self.cases += 1
        self.late += bool(missed)
        self.reached.update(levels)
        self._end(life)

    def _enter(self, fact: Reported | StageChanged) -> None:
        self.entries[fact.stage] += 1
        self.limited[fact.stage] += fact.limit is not None

    def _end(self, life: _Life) -> None:
        if not life.over:
            self.left_open[life.stage] += 1
            return
        self.ended += 1
        self.endings[life.stage] += 1
        self.whole.append(life.clock.minutes_between(life.began_at, life.entered_at))

    def late_by_stage(self) -> dict[str, Share]:
        """Give what was missed of what had a limit, by stage, and the bundled one."""
        found = {
            stage: Share(count=self.missed[stage], of=self.limited[stage])
            for stage in self.definition.stages
            if self.limited[stage]
        }
        if self.filed:
            found[BUNDLED] = Share(count=self.missed[BUNDLED], of=self.filed)
        return found

    def rises(self) -> dict[str, Share]:
        """Give the share of cases that rose to each rung."""
        words = [rung.level.word for rung in self.definition.ladder[1:]]
        return {word: Share(count=self.reached[word], of=self.cases) for word in words}


@dataclass(slots=True, kw_only=True)
class _Life:
    """Where one case stands while its facts are read."""

    clock: Clock
    began_at: datetime = datetime.min  # noqa: DTZ901  # the report replaces it
    entered_at: datetime = datetime.min  # noqa: DTZ901
    stage: str = ""
    over: bool = False

    def begin(self, at: datetime, stage: str) -> None:
        self.began_at = self.entered_at = at
        self.stage = stage

    def change(self, at: datetime, stage: str) -> int:
        dwelt = self.clock.minutes_between(self.entered_at, at)
        self.entered_at, self.stage = at, stage
        return dwelt


def spread(minutes: Sequence[int]) -> Spread:
    """Give the percentiles; each is a value that was measured.

    >>> spread([5, 1, 4, 2, 3]).p50, spread([]).p90
    (3, 0)
    """
    ordered = sorted(minutes)
    if not ordered:
        return Spread(count=0, p50=0, p90=0, p99=0)
    last = len(ordered) - 1
    p50, p90, p99 = (ordered[-(-last * percent // 100)] for percent in (50, 90, 99))
    return Spread(count=len(ordered), p50=p50, p90=p90, p99=p99)


def load_of(crew: Crew[T], began_at: datetime) -> CrewLoad:
    """Read a crew's books."""
    open_for = max(crew.clock.minutes_between(began_at, crew.until), 1)
    return CrewLoad(
        role=crew.role,
        people=crew.people,
        utilisation_percent=round(100 * crew.busy_minutes / (open_for * max(crew.people, 1)), 1),
        taken=crew.taken,
        mean_queue=round(sum(crew.waited) / open_for, 1),
        longest_queue=crew.longest,
        waited=spread(crew.waited),
    )
