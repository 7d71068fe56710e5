"""What people choose next, and what they bring: drawn by weights among the steps open to them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from random import Random
from typing import Protocol

from domain.incident import marks
from domain.incident.events import Assigned, Filed
from domain.incident.incident import Incident
from domain.kernel.act import CLOCKWORK, Act
from domain.kernel.calendar import WorkingCalendar
from domain.rulebook.limits import LimitBook
from workflows.approving import competent
from workflows.definition import Definition, StepRule
from workflows.guards import GUARDS
from workflows.simulation.assumptions import Assumptions
from workflows.simulation.case import Deed, RunningCase, assign, file

AREA = "120101001003007"
HALF_A_DAY = 240
REPORTER = "p-reporter"
UNIT = "u-of-"


class Simulates(Protocol):
    """The part of a setting that choices look at."""

    @property
    def definition(self) -> Definition: ...
    @property
    def calendar(self) -> WorkingCalendar: ...
    @property
    def assumptions(self) -> Assumptions: ...
    @property
    def limits(self) -> LimitBook | None: ...
    @property
    def begins(self) -> date: ...


@dataclass(frozen=True, slots=True)
class Chosen:
    """A step that somebody means to take."""

    rule: StepRule
    role: str
    person: str


class Choices:
    """The steps that people may take from each stage, with their weights; laid out once."""

    def __init__(self, definition: Definition, weight: Callable[[str, StepRule], int]) -> None:
        """Leave out what nobody takes."""
        self._from: dict[str, list[tuple[StepRule, str, int]]] = {
            stage: [
                (rule, role, weighed)
                for rule in definition.steps_from(stage)
                if not waits_for_others(rule)
                and (role := acting_role(definition, rule, stage)) is not None
                and (weighed := weight(stage, rule))
            ]
            for stage in definition.stages
        }

    def drawn(self, running: RunningCase, chance: Random) -> Chosen | None:
        """Draw the next step of a case; None where nobody can take one and the clock alone may."""
        open_now = self.open_now(running)
        if not open_now:
            return None
        left = chance.random() * sum(weight for _, weight in open_now)
        for chosen, weight in open_now:
            left -= weight
            if left < 0:
                return chosen
        return open_now[-1][0]

    def open_now(self, running: RunningCase) -> list[tuple[Chosen, int]]:
        """Give the steps people may take now; a request that waits is decided first."""
        course = running.course
        found: list[tuple[Chosen, int]] = []
        for rule, usual, weight in self._from[course.stage]:
            if rule.decides not in (None, course.request_kind):
                continue
            if rule.asks_for is not None and course.request is not None:
                continue
            role = _deciding_role(running, rule, usual)
            if role is None:
                continue
            person = _person(rule, role, course.reporter)
            if not _unmet(running, rule, role, person):
                found.append((Chosen(rule, role, person), weight))
        if course.request is None:
            return found
        return [one for one in found if one[0].rule.decides] or found


def left_to_the_clock(running: RunningCase) -> bool:
    """Whether the stage's deadline leads on by itself, as with what no audit drew: people wait."""
    definition, stage = running.engine.definition, running.course.stage
    deadline = definition.stages[stage].deadline
    if deadline is None or deadline.then is None:
        return False
    return any(
        rule.leads_to(stage) != stage
        and CLOCKWORK in rule.by
        and not _unmet(running, rule, CLOCKWORK, CLOCKWORK)
        for rule in definition.steps_named(deadline.then)
        if stage in rule.sources
    )


def waits_for_others(rule: StepRule) -> bool:
    """Whether a step opens a case that this one waits for: one case is simulated, not several."""
    return rule.opens is not None and not rule.opens.independent


def acting_role(definition: Definition, rule: StepRule, stage: str) -> str | None:
    """Give who takes a step: the stage's owner if he may, else the first person who may."""
    owner = definition.stages[stage].owner
    if owner in rule.by:
        return owner
    people = (role for role in rule.by if not definition.roles[role].system)
    return next(people, None)


def report(incident: Incident, setting: Simulates, at: datetime, chance: Random) -> None:
    """Report a matter as the assumptions draw it."""
    definition, assumptions = setting.definition, setting.assumptions
    source = assumptions.sources.drawn(chance.random())
    category = assumptions.categories.drawn(chance.random())
    role = _reporting_role(definition, source)
    act = Act(person=REPORTER, role=role, area=AREA, command_id=incident.id.hex, at=at)
    deadline = definition.stages[definition.starts_in].deadline
    rungs = definition.ladder
    incident.report(
        act,
        area=AREA,
        level=rungs[0].level.word if rungs else "district",
        category=category,
        source=source,
        workflow=definition.reference,
        calendar=setting.calendar.reference,
        stage=definition.starts_in,
        marks=definition.starts_with,
        limit=deadline.within if deadline else None,
        reporter=REPORTER if source == "grid-member" else "p-caller",
    )
    if marks.FILED in definition.starts_with:
        file(incident, _filed(category, act, setting), act)
        assign(incident, _assigned(category, act), act)


def deed_of(rule: StepRule, act: Act, running: RunningCase, setting: Simulates) -> Deed:
    """Give the step with what it brings."""
    course = running.course
    dispatches = marks.DISPATCHED in rule.marks
    filing = marks.FILED in rule.marks and course.filed_at is None
    return Deed(
        step=rule.name,
        act=act,
        minutes=HALF_A_DAY if "minutes" in rule.asks else None,
        filed=_filed(course.category, act, setting) if filing else None,
        assigned=_assigned(course.category, act) if dispatches else None,
    )


def _deciding_role(running: RunningCase, rule: StepRule, role: str) -> str | None:
    """Give who decides a request of this amount, or takes the step; None where nobody may."""
    definition, course = running.engine.definition, running.course
    if rule.asks_for is not None:
        written = definition.request_rule(rule.asks_for)
        amount = HALF_A_DAY if "minutes" in rule.asks else 0
        granted = course.granted.count(rule.asks_for)
        lawful = not written.approvers or written.competent(amount=amount, granted=granted)
        return role if lawful else None
    if rule.decides is None:
        return role
    found = competent(definition.request_rule(rule.decides), course)
    return role if found is None else next((one.role for one in found), None)


def _unmet(running: RunningCase, rule: StepRule, role: str, person: str) -> bool:
    if not rule.needs and not rule.raises_level:
        return False
    at = running.course.last_at
    assert at is not None  # noqa: S101  # the report was told
    act = Act(person=person, role=role, area=running.course.area, command_id="look", at=at)
    scene = running.scene(act)
    if running.engine.nowhere_to_rise(rule, scene):
        return True
    return any(GUARDS[name](scene) for name in rule.needs)


def _person(rule: StepRule, role: str, reporter: str | None) -> str:
    """Give who acts; what is for the reporter alone is done by the reporter."""
    if "own_report" in rule.needs and reporter == REPORTER:
        return reporter
    return f"p-{role}"


def _reporting_role(definition: Definition, source: str) -> str:
    may = definition.reported_by
    if source == "grid-member" and "grid_member" in may:
        return "grid_member"
    return next((role for role in may if role != "grid_member"), may[0])


def _filed(category: str, act: Act, setting: Simulates) -> Filed:
    calendar = setting.calendar.reference
    limits = setting.limits
    if limits is None:
        limit = setting.assumptions.limit
        return Filed(act=act, category=category, limit=limit, calendar=calendar)
    rule = limits.rule(category)
    return Filed(
        act=act,
        category=category,
        limit=rule.handling,
        calendar=calendar,
        condition=rule.condition,
        limits=limits.reference,
        why={"rule": f"{limits.reference}/{rule.found_by}", "condition": rule.condition},
    )


def _assigned(category: str, act: Act) -> Assigned:
    unit = f"{UNIT}{category.partition('-')[0]}"
    return Assigned(act=act, unit=unit, why={"rule": "chosen-by-dispatcher"})
