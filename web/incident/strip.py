"""The strip of stages that a case passed, and the one it stands in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.incident.events import Escalated, Reported, StageChanged
from domain.kernel.limits import Limit
from web.clocks import lasting, worked
from web.incident.aftermath import limit_step_name
from web.incident.case import Case
from web.incident.story import deadline_name
from web.languages import named, say


@dataclass(slots=True, kw_only=True)
class Stay:
    """One stay in a stage; ``taken`` is None where the case stands now."""

    stage: str
    label: str
    entered_at: datetime
    limit: Limit | None = None
    taken: int | None = None
    over: bool = False
    rose: int = 0

    @property
    def is_present(self) -> bool:
        """Whether the case stands here."""
        return self.taken is None

    @property
    def taken_words(self) -> str:
        """How long it stayed, by the clock of its limit."""
        return _minutes(self.taken or 0, self.limit)

    @property
    def limit_words(self) -> str:
        """The limit, without the name of its clock."""
        minutes = self.limit.minutes if self.limit else None
        return _minutes(minutes, self.limit) if minutes is not None else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What the present stage waits for, and what happens when it waits too long."""

    owner: str | None
    minutes: int
    timers: tuple[Timer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Timer:
    """A deadline that will fire, or has."""

    name: str
    due_at: datetime
    then: str
    missed: bool


def stays(case: Case) -> list[Stay]:
    """Give the stages in order; a step that stays adds nothing, an escalation is counted."""
    found: list[Stay] = []
    for recorded in case.history:
        match recorded.fact:
            case Reported() as fact:
                found.append(_entered(case, fact.stage, fact.act.at, fact.limit))
            case StageChanged() as fact if fact.stage != fact.left:
                _leave(found[-1], fact.act.at, case)
                found.append(_entered(case, fact.stage, fact.act.at, fact.limit))
            case Escalated():
                found[-1].rose += 1
    if case.course.ended and found:
        found[-1].taken = 0
    return found


def waiting(case: Case) -> Waiting | None:
    """Say what the present stage waits for; None when the case has ended."""
    if case.course.ended or case.course.entered_at is None:
        return None
    stage = case.definition.stages[case.course.stage]
    timers = tuple(
        Timer(
            name=limit_step_name(deadline.name, case)
            or deadline_name(deadline.name, case.definition),
            due_at=deadline.due_at,
            then=_then(case),
            missed=deadline.timer in case.course.missed,
        )
        for deadline in case.deadlines
    )
    minutes = int((case.now - case.course.entered_at).total_seconds() // 60)
    return Waiting(owner=stage.owner, minutes=minutes, timers=timers)


def _entered(case: Case, stage: str, at: datetime, limit: Limit | None) -> Stay:
    known = case.definition.stages.get(stage)
    label = named(known.label) if known else stage
    return Stay(stage=stage, label=label, entered_at=at, limit=limit)


def _leave(stay: Stay, at: datetime, case: Case) -> None:
    limit = stay.limit or Limit(clock="working", minutes=0)
    stay.taken = limit.spent(stay.entered_at, at, case.calendar)
    if stay.limit is not None:
        stay.over = at > stay.limit.due_at(stay.entered_at, case.calendar)


def _then(case: Case) -> str:
    """Say what the clock does then, where the stage names it."""
    stage = case.definition.stages[case.course.stage]
    then = stage.deadline.then if stage.deadline else None
    if then is None:
        return ""
    rules = case.definition.steps_named(then)
    return named(rules[0].label) if rules else say("nothing")


def _minutes(minutes: int, limit: Limit | None) -> str:
    return lasting(minutes) if limit and limit.clock == "elapsed" else worked(minutes)
