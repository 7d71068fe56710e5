"""A case carried in memory by the office's own engine, ladder and record, without its paper.

It carries out deeds as the handlers of incidents do, but asks neither roster nor divisions: those
who acted were asked when they did. Free words are left out; no rule looks at them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from domain.incident import marks, requests
from domain.incident.course import Course, Deadline
from domain.incident.events import Assigned, Filed
from domain.incident.incident import Incident
from domain.incident.rising import acknowledge
from domain.kernel.act import Act, clockwork
from domain.kernel.calendar import WorkingCalendar
from domain.kernel.facts import Fact
from domain.kernel.refusals import Refused
from domain.kernel.steps import Step
from workflows.definition import Definition, StepRule
from workflows.engine import Engine
from workflows.guards import Scene
from workflows.incident.escalation import (
    come_down,
    come_down_decided,
    fire,
    raise_by,
    rise_if_important,
)

CalendarOf = Callable[[str], WorkingCalendar]


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """One step of somebody, with what it brings; no step named is a rise by hand.

    ``filed`` and ``assigned`` say what is stamped on the case and who becomes responsible;
    ``also`` is told along with the step as it is, such as the case that this one follows.
    """

    step: str | None
    act: Act
    answers: dict[str, str | int | bool] = field(default_factory=dict)
    minutes: int | None = None
    evidence: str | None = None
    filed: Filed | None = None
    assigned: Assigned | None = None
    also: tuple[Fact, ...] = ()

    @property
    def outcome(self) -> str | None:
        """What the one who closed the case answered."""
        outcome = self.answers.get("outcome")
        return outcome if isinstance(outcome, str) else None


class RunningCase:
    """One case, its engine and its calendars; ``seen`` are all deadlines it ever had open."""

    __slots__ = ("calendar_of", "engine", "incident", "seen")

    def __init__(self, incident: Incident, engine: Engine, calendar_of: CalendarOf) -> None:
        """Take over an incident that was reported."""
        self.incident = incident
        self.engine = engine
        self.calendar_of = calendar_of
        self.seen: dict[str, Deadline] = {}

    @property
    def course(self) -> Course:
        return self.incident.course

    def scene(self, act: Act) -> Scene:
        """Give what guards look at."""
        return Scene(incident=self.incident.id, course=self.incident.course, act=act)

    def take(self, deed: Deed) -> StepRule:
        """Carry out a deed, or refuse it as the engine does; nothing is told then."""
        name = deed.step or _rising(self.engine.definition)
        rule, step = self.engine.grant(name, self.scene(deed.act))
        self._carry_out(deed, rule, step)
        self._settle(deed.act, deed.outcome)
        return rule

    def fire(self, deadline: Deadline) -> None:
        """Let a deadline do what its stage says, at the instant it falls due."""
        last_at = self.incident.course.last_at
        at = deadline.due_at if last_at is None else max(deadline.due_at, last_at)
        act = clockwork(command_id=deadline.timer, area=self.incident.course.area, at=at)
        fire(self.incident, deadline, act, self.engine)
        self._settle(act, None)

    def next_due(self, *, calls: bool = False) -> Deadline | None:
        """Give the deadline due next; repeated calls count where asked for, they move no case."""
        course = self.incident.course
        if course.ended:
            return None
        open_now = course.timers if calls else course.deadlines
        found = open_now(self.incident.id, self.calendar_of(course.calendar))
        for deadline in found:
            self.seen[deadline.timer] = deadline
        return min(found, key=_by_time) if found else None

    def catch_up(self, until: datetime, *, before: bool = False) -> None:
        """Fire what falls due up to an instant, or before it, oldest first."""
        while (deadline := self.next_due(calls=True)) and deadline.due_at <= until:
            if before and deadline.due_at == until:
                return
            self.fire(deadline)

    def _carry_out(self, deed: Deed, rule: StepRule, step: Step) -> None:
        """Tell the facts of a step in the order in which the office tells them."""
        incident, act = self.incident, deed.act
        if step.decides is not None:
            requests.decide(incident, step, act, minutes=deed.minutes)
        for fact in deed.also:
            incident.tell(replace(fact, act=act))
        if deed.filed is not None and marks.FILED in step.marks:
            file(incident, deed.filed, act)
        if step.stage != step.left:
            incident.move(self._limited(step, rule), act, answers=deed.answers)
            come_down(incident, act, self.engine.definition)
        if deed.assigned is not None:
            assign(incident, deed.assigned, act)
            come_down_decided(incident, act, self.engine.definition)
        if step.asks_for is not None:
            requests.ask(incident, step, act, minutes=deed.minutes, evidence=deed.evidence)
        if rule.acknowledges:
            acknowledge(incident, act, why=step.why)
        if rule.raises_level:
            raise_by(rule, incident, act, self.engine.definition)
        elif marks.FILED in rule.marks:
            rise_if_important(incident, act, self.engine.definition)

    def _limited(self, step: Step, rule: StepRule) -> Step:
        """A second dispatch has its own limit, beside the bundled one that runs on."""
        course = self.incident.course
        again = marks.DISPATCHED in rule.marks and course.began_at is not None
        return replace(step, limit=course.bundled) if again and not step.limit else step

    def _settle(self, act: Act, outcome: str | None) -> None:
        course = self.incident.course
        if course.final is not None:
            calendar = self.calendar_of(course.calendar)
            self.incident.settle(act, outcome=outcome or course.final, calendar=calendar)


def file(incident: Incident, filed: Filed, act: Act) -> None:
    """Stamp a filing on a case as it was stamped on it, or on one like it."""
    if incident.course.filed_at is not None:
        reason = "This case was filed before; its category and limit stay as stamped then."
        raise Refused("already-filed", reason)
    incident.tell(replace(filed, act=act))


def assign(incident: Incident, assigned: Assigned, act: Act) -> None:
    """Make a unit responsible for the reason given, or let one inside it act."""
    if assigned.within is not None:
        incident.tell(replace(assigned, act=act))
        return
    incident.assign(act, unit=assigned.unit, handler=assigned.handler, why=assigned.why)


def _rising(definition: Definition) -> str:
    """Name the step that raises the level; the engine refuses where there is none."""
    return next((rule.name for rule in definition.steps if rule.raises_level), "escalate")


def _by_time(deadline: Deadline) -> tuple[datetime, str]:
    return deadline.due_at, deadline.timer
