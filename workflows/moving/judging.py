"""Judging a case: it moves as it is, by the plan's mapping, or stays for a reason in a sentence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from domain.incident import marks
from domain.incident.course import Course
from domain.incident.events_moving import Fate
from domain.incident.moving import VersionMove
from domain.kernel.codes import Level
from domain.kernel.limits import Limit
from domain.moving.plan import Plan, Wish
from workflows.definition import Definition, Stage

FATES: dict[Wish, Fate] = {"carry": "carried", "restart": "restarted", "drop": "dropped"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Moves:
    """It can move; ``as_is`` when it keeps stage, level and deadlines."""

    move: VersionMove
    as_is: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedsMapping:
    """The new version has not the stage or level the case stands in, nor says the plan another."""

    what: Literal["stage", "level"]
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stays:
    """It cannot move; the sentence names nothing of the case itself, so that cases group by it."""

    sentence: str


Verdict = Moves | NeedsMapping | Stays


class Passage:
    """The way from one version to another under a plan; shared by all cases that go it."""

    def __init__(self, plan: Plan, old: Definition, new: Definition, *, plan_id: UUID) -> None:
        self.plan, self.old, self.new, self.plan_id = plan, old, new, plan_id
        self._levels = {rung.level.word for rung in new.ladder}

    def judge(self, course: Course) -> Verdict:
        """Judge an open case by where it stands."""
        stage = self.new.stages.get(self.plan.stages.get(course.stage, course.stage))
        if stage is None:
            return NeedsMapping(what="stage", name=course.stage)
        level = self.plan.levels.get(course.level, course.level)
        if self._levels and level not in self._levels and self._rung_was(course.level):
            return NeedsMapping(what="level", name=course.level)
        sentences = [said for rule in RULES if (said := rule(self, course, stage))]
        if sentences:
            return Stays(sentence=" ".join(sentences))
        return self._move(course, stage, level)

    def _move(self, course: Course, stage: Stage, level: str) -> Moves:
        wish = self.plan.wish_for(course.stage)
        move = VersionMove(
            plan=self.plan_id,
            workflow=self.new.reference,
            stage=stage.name,
            level=level,
            deadline=FATES[wish],
            limit=_limit_anew(stage, course) if wish == "restart" else None,
            stops_clock=stage.stops_clock,
        )
        kept = (stage.name, level, wish) == (course.stage, course.level, "carry")
        return Moves(move=move, as_is=kept)

    def _rung_was(self, level: str) -> bool:
        """An area above the first rung gives a case a level that no rung ever had."""
        return self.old.rung_at(Level.named(level)) is not None


def can_be_filed(definition: Definition, stage: str) -> bool:
    """Whether a step that files can be taken from a stage, sooner or later."""
    reached = _reached(definition, stage)
    return any(
        marks.FILED in rule.marks and reached.intersection(rule.sources)
        for rule in definition.steps
    )


def request_must_be_decidable(passage: Passage, course: Course, stage: Stage) -> str | None:
    """A case waits for a decision that nobody could give in the new version."""
    kind = course.request_kind
    if kind is None or any(rule.decides == kind for rule in passage.new.steps_from(stage.name)):
        return None
    return (
        f"It waits for the decision of a {kind}, which {passage.new.reference} does not decide in"
        f" '{stage.name}': decide it first."
    )


def whistles_must_be_known(passage: Passage, course: Course, _stage: Stage) -> str | None:
    """A whistle is open and the new version uses none."""
    if not course.whistles or passage.new.whistles is not None:
        return None
    return (
        f"A whistle of it is open, and {passage.new.reference} uses none: confirm or call it off"
        " first."
    )


def deadline_must_lead_on(passage: Passage, course: Course, stage: Stage) -> str | None:
    """A deadline runs on into a stage that says nothing about what follows when it is missed."""
    if passage.plan.wish_for(course.stage) != "carry":
        return None
    if course.limit is None and course.rung_from is None:
        return None
    before = passage.old.stages[course.stage].deadline
    if before is None or before.then is None or (stage.deadline and stage.deadline.then):
        return None
    return (
        f"Its deadline would run on, but stage '{stage.name}' of {passage.new.reference} has no"
        " step for when it is missed: let the plan restart or drop it."
    )


def must_be_filed_once(passage: Passage, course: Course, stage: Stage) -> str | None:
    """A filed case would meet its filing again, or one that is not filed would pass it by."""
    before = can_be_filed(passage.old, course.stage)
    after = can_be_filed(passage.new, stage.name)
    if course.filed_at is not None and after and not before:
        return (
            f"It is filed, and '{stage.name}' of {passage.new.reference} comes before the filing:"
            " map its stage to a later one."
        )
    if course.filed_at is None and before and not after:
        return (
            f"It is not filed yet, and no step after '{stage.name}' of {passage.new.reference}"
            " files it: map its stage to an earlier one."
        )
    return None


RULES: tuple[Callable[[Passage, Course, Stage], str | None], ...] = (
    request_must_be_decidable,
    whistles_must_be_known,
    deadline_must_lead_on,
    must_be_filed_once,
)


def _limit_anew(stage: Stage, course: Course) -> Limit | None:
    """Give the stage's own limit; where the case's limit counts, a second dispatch has it too."""
    if stage.deadline is None:
        return None
    return stage.deadline.within or (course.bundled if course.dispatches > 1 else None)


def _reached(definition: Definition, stage: str) -> set[str]:
    nexts: dict[str, list[str]] = defaultdict(list)
    for rule in definition.steps:
        for source in rule.sources:
            nexts[source].append(rule.leads_to(source))
    reached, waiting = {stage}, [stage]
    while waiting:
        new = set(nexts[waiting.pop()]) - reached
        reached |= new
        waiting += new
    return reached
