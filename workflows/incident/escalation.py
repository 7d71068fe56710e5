"""Climbing the ladder: late, without the power, or important, a case rises; for checking it sinks.

A rung at which nobody sits is passed over where the ladder says so, never the top: somebody must
hear the alarm. Every rise says its cause, and which rungs were found empty on which day.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from domain.incident import marks, rising
from domain.incident.backlog import become_backlog
from domain.incident.course import Course, Deadline
from domain.incident.folding import AGAIN, RUNG
from domain.incident.incident import Incident
from domain.incident.policies import why_due
from domain.kernel.act import Act
from domain.kernel.codes import AreaCode, Level
from domain.kernel.confiding import Words
from domain.kernel.refusals import Refused
from domain.kernel.steps import Step, Why
from ledger.ledger import Notice
from workflows.definition import Definition, Rung, StepRule
from workflows.engine import Engine
from workflows.guards import Scene
from workflows.incident import notices
from workflows.people.answering import Staff, somebody_sits

Sits = Callable[[str, AreaCode], bool]


def always_sits(role: str, area: AreaCode) -> bool:
    """Take every rung for held, where nobody can be asked."""
    del role, area
    return True


@dataclass(frozen=True, slots=True)
class Sitting:
    """Asks the staff whether somebody sits at a level on a day."""

    staff: Staff
    day: date

    def __call__(self, role: str, area: AreaCode) -> bool:
        """Tell whether anybody who is not away holds the role at the area itself."""
        return somebody_sits(self.staff, role, area, self.day)


def fire(
    incident: Incident, deadline: Deadline, act: Act, engine: Engine, *, sits: Sits = always_sits
) -> list[Notice]:
    """Do what the stage's deadline names; a case that climbs already waits for its own rung.

    A suspended case that becomes backlog is not late: nobody was to handle it.

    A step that leads on (archiving what was not drawn for audit) is what the deadline is for, and
    no lateness. Where a guard keeps the clock from it, a person must act: miss and climb.
    """
    if deadline.name == AGAIN:
        return _call_again(incident, deadline, act, engine.definition)
    then = _then(incident, deadline, engine)
    granted = _granted(then, incident, act, engine) if then else None
    if granted is not None and granted[1].stage != granted[1].left:
        incident.move(granted[1], act)
        come_down(incident, act, engine.definition)
        return notices.of_step(incident, granted[0])
    if granted is not None and marks.BACKLOG in granted[0].marks:
        become_backlog(incident, deadline, act, why=why_due(deadline, incident.course.calendar))
        return notices.of_step(incident, granted[0])
    incident.miss(deadline, act)
    if then is None or not (granted is None or granted[0].raises_level):
        return []
    return _climb_late(incident, act, engine.definition, deadline, sits)


def raise_by(
    rule: StepRule,
    incident: Incident,
    act: Act,
    definition: Definition,
    *,
    words: Words | None = None,
    sits: Sits = always_sits,
) -> list[Notice]:
    """Rise because somebody says so; the engine granted it, so there is a rung to rise to."""
    why: Why = {"cause": rule.cause or rising.BY_HAND, "step": rule.name}
    rung = _rise(incident, act, definition, why, to=rule.raises_to, words=words, sits=sits)
    return [notices.of_rise(incident, rung)] if rung else []


def rise_if_important(
    incident: Incident, act: Act, definition: Definition, *, sits: Sits = always_sits
) -> list[Notice]:
    """Rise because the category that was filed is important to a level above."""
    category = incident.course.category
    level = definition.climbing.rises_to(category)
    if level is None:
        return []
    why: Why = {"cause": "importance", "category": category}
    rung = _rise(incident, act, definition, why, to=level, sits=sits)
    return [notices.of_rise(incident, rung)] if rung else []


def come_down(incident: Incident, act: Act, definition: Definition) -> None:
    """Let a case in a stage of the way down return to the level at which it is worked on."""
    stage = definition.stages[incident.course.stage]
    role = definition.roles.get(stage.owner or "")
    if stage.name not in definition.climbing.way_down or role is None or role.level is None:
        return
    _lower_to(incident, act, definition, role.level, {"cause": "way-down", "stage": stage.name})


def come_down_decided(incident: Incident, act: Act, definition: Definition) -> None:
    """Give a case whose ownership was unclear back to the level that asked."""
    asked_by = incident.course.unclear_from
    if asked_by is not None:
        why: Why = {"cause": "ownership-decided"}
        _lower_to(incident, act, definition, Level.named(asked_by), why)


def _climb_late(
    incident: Incident, act: Act, definition: Definition, deadline: Deadline, sits: Sits
) -> list[Notice]:
    """Raise a late case; at the top it stays and the alarm is sounded.

    The time on the new rung counts from the missed deadline, not from now: a city whose clock
    stood still catches up as if it had not.
    """
    why: Why = {"cause": rising.LATE, "deadline": deadline.name, "timer": deadline.timer}
    rung = _rise(incident, act, definition, why, deadline=deadline, sits=sits)
    if rung is not None:
        return [notices.of_rise(incident, rung)]
    top = definition.ladder[-1]
    _call(incident, act, definition, deadline, {**why, "cause": "late-at-the-top"})
    return [notices.of_alarm(incident, top)]


def _rise(
    incident: Incident,
    act: Act,
    definition: Definition,
    why: Why,
    *,
    to: Level | None = None,
    deadline: Deadline | None = None,
    words: Words | None = None,
    sits: Sits,
) -> Rung | None:
    """Raise the case to the next rung that is held; None when it stands as high already."""
    rung, empty = _next_rung(incident.course, definition, to, sits)
    if rung is None:
        return None
    told: Why = {"rule": f"{definition.reference}/ladder", **why}
    if empty:
        told["skipped"] = [one.level.word for one in empty]
    rising.escalate(
        incident,
        act,
        level=rung.level.word,
        owner=rung.owner,
        due_at=deadline.due_at if deadline else act.at,
        grace=rung.grace if deadline else None,
        repeat=definition.climbing.repeat,
        reason=words,
        why=told,
    )
    return rung


def _next_rung(
    course: Course, definition: Definition, to: Level | None, sits: Sits
) -> tuple[Rung | None, list[Rung]]:
    """Give the rung to rise to and those passed over because nobody sits there."""
    level, area = Level.named(course.level), AreaCode(course.area)
    above = [rung for rung in definition.ladder if rung.level < level]
    wanted = [rung for rung in above if to is None or rung.level <= to]
    if to is not None and level <= to:
        return None, []
    empty: list[Rung] = []
    for rung in wanted:
        is_top = rung is definition.ladder[-1]
        if is_top or not definition.climbing.skips_empty or sits(rung.owner, area.at(rung.level)):
            return rung, empty
        empty.append(rung)
    return None, empty


def _call_again(
    incident: Incident, deadline: Deadline, act: Act, definition: Definition
) -> list[Notice]:
    """Call the owner of the rung once more, as nobody acknowledged."""
    why: Why = {"cause": "not-acknowledged", "timer": deadline.timer}
    rung = _call(incident, act, definition, deadline, why)
    return [notices.of_call(incident, rung)]


def _call(
    incident: Incident, act: Act, definition: Definition, deadline: Deadline, why: Why
) -> Rung:
    level = Level.named(incident.course.level)
    rung = definition.rung_at(level) or definition.ladder[-1]
    rising.call_owner(
        incident,
        act,
        owner=rung.owner,
        due_at=deadline.due_at,
        repeat=definition.climbing.repeat,
        why={"rule": f"{definition.reference}/ladder", **why},
    )
    return rung


def _lower_to(incident: Incident, act: Act, definition: Definition, level: Level, why: Why) -> None:
    area = AreaCode(incident.course.area)
    rung = definition.rung_for(min(level, area.level))
    if rung is None or rung.level <= Level.named(incident.course.level):
        return
    rising.come_down(
        incident,
        act,
        level=rung.level.word,
        owner=rung.owner,
        why={"rule": f"{definition.reference}/ladder", **why},
    )


def _then(incident: Incident, deadline: Deadline, engine: Engine) -> str | None:
    """Name the step to fire; a case that climbs already waits for its own rung."""
    course = incident.course
    if _is_climbing(course) and deadline.name != RUNG:
        return None
    stage = engine.definition.stages[course.stage]
    return stage.deadline.then if stage.deadline else None


def _granted(
    then: str, incident: Incident, act: Act, engine: Engine
) -> tuple[StepRule, Step] | None:
    """Ask for the step; None where a guard keeps the clock from it."""
    try:
        return engine.grant(then, Scene(incident=incident.id, course=incident.course, act=act))
    except Refused as refusal:
        if refusal.code != "needs-unmet" or not engine.definition.ladder:
            raise
        return None


def _is_climbing(course: Course) -> bool:
    """Whether a rung of its own waits; one raised by hand, or at the top, has none."""
    return (
        course.grace is not None
        and course.rung_from is not None
        and course.rung_stage == course.stage
    )
