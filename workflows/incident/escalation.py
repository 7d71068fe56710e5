"""Climbing the ladder: a late case rises one rung and the next rung's time begins."""

from __future__ import annotations

from domain.incident import marks
from domain.incident.backlog import become_backlog
from domain.incident.course import Course, Deadline
from domain.incident.folding import RUNG
from domain.incident.incident import Incident
from domain.incident.policies import why_due
from domain.kernel.act import Act
from domain.kernel.codes import Level
from domain.kernel.refusals import Refused
from domain.kernel.steps import Step, Why
from ledger.ledger import Notice
from workflows.definition import Definition, StepRule
from workflows.engine import Engine
from workflows.guards import Scene
from workflows.incident import notices


def fire(incident: Incident, deadline: Deadline, act: Act, engine: Engine) -> list[Notice]:
    """Do what the stage's deadline names; a case that climbs already waits for its own rung.

    A suspended case that becomes backlog is not late: nobody was to handle it.

    A step that leads on (archiving what was not drawn for audit) is what the deadline is for, and
    no lateness. Where a guard keeps the clock from it, a person must act: miss and climb.
    """
    then = _then(incident, deadline, engine)
    granted = _granted(then, incident, act, engine) if then else None
    if granted is not None and granted[1].stage != granted[1].left:
        incident.move(granted[1], act)
        return notices.of_step(incident, granted[0])
    if granted is not None and marks.BACKLOG in granted[0].marks:
        become_backlog(incident, deadline, act, why=why_due(deadline, incident.course.calendar))
        return notices.of_step(incident, granted[0])
    incident.miss(deadline, act)
    if then is None or not (granted is None or granted[0].raises_level):
        return []
    return climb(incident, act, engine.definition, deadline=deadline)


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


def climb(
    incident: Incident, act: Act, definition: Definition, *, deadline: Deadline | None = None
) -> list[Notice]:
    """Raise the level by one rung; at the top the case stays and the alarm is sounded.

    The time on the new rung counts from the missed deadline, not from now: a city whose clock
    stood still catches up as if it had not. Without a deadline a person raised it by hand.
    """
    level = Level.named(incident.course.level)
    rung = definition.rung_above(level)
    if rung is None:
        return [notices.of_alarm(incident, definition.ladder[-1])]
    incident.escalate(
        act,
        level=rung.level.word,
        owner=rung.owner,
        due_at=deadline.due_at if deadline else act.at,
        grace=rung.grace if deadline else None,
        why=_why(definition, deadline),
    )
    return [notices.of_rise(incident, rung)]


def _is_climbing(course: Course) -> bool:
    """Whether a rung of its own waits; one raised by hand, or at the top, has none."""
    return (
        course.grace is not None
        and course.rung_from is not None
        and course.rung_stage == course.stage
    )


def _why(definition: Definition, deadline: Deadline | None) -> Why:
    why: Why = {"rule": f"{definition.reference}/ladder"}
    if deadline is None:
        return {**why, "cause": "by-hand"}
    return {**why, "cause": "late", "deadline": deadline.name, "timer": deadline.timer}
