"""What people choose next: drawn by weights among the steps open to them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from random import Random

from domain.incident import marks
from domain.kernel.act import CLOCKWORK, Act
from domain.kernel.codes import Level
from workflows.approving import competent
from workflows.definition import Definition, StepRule
from workflows.guards import GUARDS
from workflows.simulation.assumptions import PERMILLE, Assumptions
from workflows.simulation.case import RunningCase

HALF_A_DAY = 240
REPORTER = "p-reporter"


@dataclass(frozen=True, slots=True)
class Chosen:
    """A step that somebody means to take."""

    rule: StepRule
    role: str
    person: str


class Choices:
    """The steps that people may take from each stage, with their weights; laid out once."""

    def __init__(
        self,
        definition: Definition,
        weight: Callable[[str, StepRule], int],
        *,
        below: Collection[str] | None = None,
    ) -> None:
        """Leave out what nobody takes, and what opens a case that is none of those ``below``."""
        self._from: dict[str, list[tuple[StepRule, str, int]]] = {
            stage: [
                (rule, role, weighed)
                for rule in definition.steps_from(stage)
                if not rule.acknowledges
                and (rule.opens is None or below is None or rule.opens.workflow in below)
                and (role := acting_role(definition, rule, stage)) is not None
                and (weighed := weight(stage, rule))
            ]
            for stage in definition.stages
        }

    def drawn(self, running: RunningCase, chance: Random) -> Chosen | None:
        """Draw the next step of a case; None where nobody can take one and the clock alone may."""
        return drawn(self.open_now(running), chance)

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


def drawn(open_now: Sequence[tuple[Chosen, int]], chance: Random) -> Chosen | None:
    """Draw one by its weight; None where nothing is open."""
    if not open_now:
        return None
    left = chance.random() * sum(weight for _, weight in open_now)
    for chosen, weight in open_now:
        left -= weight
        if left < 0:
            return chosen
    return open_now[-1][0]


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


def acknowledging(running: RunningCase) -> Chosen | None:
    """Give the step by which the owner of the rung answers a call; None where there is none."""
    definition, course = running.engine.definition, running.course
    rung = definition.rung_at(Level.named(course.level))
    if rung is None or not course.unanswered:
        return None
    role, person = rung.owner, f"p-{rung.owner}"
    for rule in definition.steps_from(course.stage):
        if rule.acknowledges and role in rule.by and not _unmet(running, rule, role, person):
            return Chosen(rule, role, person)
    return None


def afterwards(
    running: RunningCase, choices: Choices, assumptions: Assumptions, chance: Random
) -> Chosen | None:
    """Draw what follows the end of a case: asking the reporter, reopening it, or nothing."""
    course = running.course
    open_now = choices.open_now(running)
    if not open_now:
        return None
    asked = course.rating is not None and course.rating.at >= (course.closed_at or course.rating.at)
    if course.request is None:
        permille = assumptions.reopened if asked else assumptions.rated
        if chance.random() * PERMILLE >= permille:
            return None
    if asked:
        open_now = [one for one in open_now if marks.RATED not in one[0].rule.marks]
    return drawn(open_now, chance)


def acting_role(definition: Definition, rule: StepRule, stage: str) -> str | None:
    """Give who takes a step: the stage's owner if he may, else the first person who may."""
    owner = definition.stages[stage].owner
    if owner in rule.by:
        return owner
    people = (role for role in rule.by if not definition.roles[role].system)
    return next(people, None)


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
