"""Comparing a case under two sets of rules: breaches, rises, verdict and end, each with its why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.incident.course import Deadline
from domain.incident.events import DeadlineMissed, Escalated, Reported, Settled, StageChanged
from domain.kernel.calendar import WorkingCalendar
from domain.kernel.facts import Fact
from domain.kernel.refusals import Refused
from workflows.simulation.recorded import RecordedCase
from workflows.simulation.replaying import Replayed

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """A breach: ``deadline`` is a stage and which entry into it, ``bundled/1`` or ``rung/2``."""

    deadline: str
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Rise:
    """The case rose to a level at an instant."""

    level: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a case went, as far as rules decide it; ``stage`` is where it stood at the end."""

    stage: str
    level: str
    missed: tuple[Missed, ...]
    rises: tuple[Rise, ...]
    on_time: bool | None
    closed_at: datetime | None

    @property
    def breaches(self) -> set[str]:
        return {one.deadline for one in self.missed}

    @property
    def levels(self) -> tuple[str, ...]:
        """The levels it rose to, in order."""
        return tuple(rise.level for rise in self.rises)

    def alike(self, other: Outcome) -> bool:
        """Whether both tell the same breaches, rises, verdict and end, at whatever instants."""
        return (self.breaches, self.levels, self.on_time, self.stage) == (
            other.breaches,
            other.levels,
            other.on_time,
            other.stage,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One case that would have gone otherwise; no ``after`` when the draft refuses a step."""

    incident: UUID
    before: Outcome
    after: Outcome | None
    why: tuple[str, ...]

    @property
    def refused(self) -> bool:
        return self.after is None


@dataclass(slots=True, kw_only=True)
class Totals:
    """What cases add up to under one set of rules."""

    cases: int = 0
    late: int = 0
    risen: int = 0
    open: int = 0
    missed: Counter[str] = field(default_factory=Counter)
    rises: Counter[str] = field(default_factory=Counter)
    verdicts: Counter[str] = field(default_factory=Counter)
    hours: Counter[str] = field(default_factory=Counter)

    def count(self, outcome: Outcome, reported: Reported, level: str, until: datetime) -> None:
        """Count one case; ``level`` is where it began."""
        self.cases += 1
        self.late += bool(outcome.missed)
        self.risen += bool(outcome.rises)
        self.open += outcome.closed_at is None
        self.missed.update(one.deadline.partition("/")[0] for one in outcome.missed)
        self.rises.update(outcome.levels)
        if outcome.on_time is not None:
            self.verdicts["on time" if outcome.on_time else "late"] += 1
        began_at = reported.act.at
        for rise in (*outcome.rises, Rise(level="", at=outcome.closed_at or until)):
            self.hours[level] += (rise.at - began_at) // HOUR
            level, began_at = rise.level, rise.at

    def add(self, other: Totals) -> None:
        """Add what another process counted."""
        self.cases += other.cases
        self.late += other.late
        self.risen += other.risen
        self.open += other.open
        for name in ("missed", "rises", "verdicts", "hours"):
            getattr(self, name).update(getattr(other, name))


def outcome_of(replayed: Replayed) -> Outcome:
    """Read the outcome of a replay from the facts it told."""
    return outcome_told(replayed.incident.collect_events())


def outcome_told(facts: Iterable[Fact]) -> Outcome:
    """Read an outcome from facts, told or recorded."""
    missed: list[Missed] = []
    rises: list[Rise] = []
    stage = level = ""
    on_time: bool | None = None
    closed_at: datetime | None = None
    for fact in facts:
        match fact:
            case Reported():
                stage, level = fact.stage, fact.level
            case StageChanged():
                stage = fact.stage
                closed_at = fact.act.at if fact.final is not None else closed_at
            case DeadlineMissed():
                name = fact.timer.partition("/")[2]
                missed.append(Missed(deadline=name, due_at=fact.due_at))
            case Escalated():
                level = fact.level
                rises.append(Rise(level=fact.level, at=fact.act.at))
            case Settled():
                on_time = fact.on_time
    return Outcome(
        stage=stage,
        level=level,
        missed=tuple(missed),
        rises=tuple(rises),
        on_time=on_time,
        closed_at=closed_at,
    )


def refusal_told(refused: Refused) -> str:
    """Say why a draft cannot take a case over."""
    return f"refused because {refused.reason} [{refused.code}]"


def reasons(
    before: Outcome,
    after: Outcome,
    *,
    seen: tuple[Mapping[str, Deadline], Mapping[str, Deadline]],
    calendar: WorkingCalendar,
) -> Iterator[str]:
    """Say what differs, sentence by sentence."""
    zone = ZoneInfo(calendar.time_zone)
    was, now = (_by_name(one) for one in seen)
    for name in sorted(before.breaches ^ after.breaches):
        verb = "would be missed" if name in after.breaches else "would be kept"
        yield f"{name} {verb}: {_limit(was, name, zone)} -> {_limit(now, name, zone)}"
    if before.levels != after.levels:
        yield f"rises: {_levels(before)} -> {_levels(after)}"
    if before.on_time != after.on_time:
        yield f"judged: {_verdict(before)} -> {_verdict(after)}"
    if before.stage != after.stage:
        yield f"stands in: {before.stage} -> {after.stage}"


def unlike_record(case: RecordedCase, before: Outcome) -> bool:
    """Whether the old rules give another case than was recorded: its clock did not run in time."""
    return not outcome_told(case.facts).alike(before)


def _by_name(seen: Mapping[str, Deadline]) -> dict[str, Deadline]:
    return {timer.partition("/")[2]: deadline for timer, deadline in seen.items()}


def _limit(seen: Mapping[str, Deadline], name: str, zone: ZoneInfo) -> str:
    deadline = seen.get(name)
    if deadline is None:
        return "no such deadline"
    limit = deadline.limit
    clock = "clock" if limit.clock == "elapsed" else "working"
    span = "" if limit.minutes is None else f"{limit.minutes} {clock} minutes, "
    return f"{span}due {deadline.due_at.astimezone(zone):%Y-%m-%d %H:%M}"


def _levels(outcome: Outcome) -> str:
    return ", ".join(outcome.levels) or "none"


def _verdict(outcome: Outcome) -> str:
    return {True: "on time", False: "late", None: "not judged"}[outcome.on_time]
