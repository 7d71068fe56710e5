"""A case carried in memory by the office's own engine, ladder and record, without its paper.

It carries out deeds as the handlers of incidents do, but asks neither roster nor divisions: those
who acted were asked when they did. Free words are left out; no rule looks at them.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import partial
from typing import Protocol
from zoneinfo import ZoneInfo

from domain.incident import branching, marks, requests
from domain.incident.course import Course, Deadline
from domain.incident.events import Assigned, Filed
from domain.incident.events_branching import SubCaseOpened, SubCaseOver, SubCaseWithdrawn
from domain.incident.incident import Incident
from domain.incident.rising import acknowledge
from domain.kernel.act import Act, clockwork
from domain.kernel.calendar import WorkingCalendar
from domain.kernel.codes import AreaCode
from domain.kernel.facts import Fact
from domain.kernel.refusals import Refused
from domain.kernel.steps import Step
from workflows.definition import Definition, StepRule
from workflows.engine import Engine
from workflows.guards import Scene
from workflows.incident.branching import onward
from workflows.incident.clocks import read_anew
from workflows.incident.escalation import (
    Sits,
    come_down,
    come_down_decided,
    fire,
    raise_by,
    rise_if_important,
)


class CaseRules(Protocol):
    """The rules that a running case asks."""

    def engine(self, workflow: str, calendar: str) -> Engine:
        """Give the engine of ``name@version``, its working days as long as the calendar's."""
        ...

    def calendar(self, reference: str) -> WorkingCalendar:
        """Give a calendar by ``name@version``."""
        ...

    def sits(self, role: str, area: AreaCode, day: date) -> bool:
        """Tell whether somebody sits at a rung of the ladder on a local day."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """One step of somebody, with what it brings; no step named is a rise by hand.

    ``filed`` and ``assigned`` say what is stamped on the case and who becomes responsible;
    ``also`` is told along with the step as it is, such as the case that this one follows;
    ``parts`` are the sub-cases that it opens or takes back; ``acknowledges`` answers a call.
    """

    step: str | None
    act: Act
    answers: dict[str, str | int | bool] = field(default_factory=dict)
    minutes: int | None = None
    evidence: str | None = None
    filed: Filed | None = None
    assigned: Assigned | None = None
    also: tuple[Fact, ...] = ()
    parts: tuple[SubCaseOpened | SubCaseWithdrawn, ...] = ()
    acknowledges: bool = False

    @property
    def outcome(self) -> str | None:
        """What the one who closed the case answered."""
        outcome = self.answers.get("outcome")
        return outcome if isinstance(outcome, str) else None


class RunningCase:
    """One case and its rules; ``seen`` are all deadlines it ever had open."""

    __slots__ = ("incident", "rules", "seen")

    def __init__(self, incident: Incident, rules: CaseRules) -> None:
        """Take over an incident that was reported, or is about to be."""
        self.incident = incident
        self.rules = rules
        self.seen: dict[str, Deadline] = {}

    @property
    def engine(self) -> Engine:
        """The engine by the version and the calendar that are stamped on the case now."""
        course = self.incident.course
        return self.rules.engine(course.workflow, course.calendar)

    @property
    def calendar(self) -> WorkingCalendar:
        return self.rules.calendar(self.incident.course.calendar)

    @property
    def course(self) -> Course:
        return self.incident.course

    def scene(self, act: Act) -> Scene:
        """Give what guards look at."""
        return Scene(incident=self.incident.id, course=self.incident.course, act=act)

    def take(self, deed: Deed) -> StepRule:
        """Carry out a deed, or refuse it as the engine does; nothing is told then."""
        engine = self.engine
        name = deed.step or _rising(engine.definition)
        rule, step = engine.grant(name, self.scene(deed.act))
        self._carry_out(deed, rule, step, engine.definition)
        self._settle(deed.act, deed.outcome)
        return rule

    def hear(self, over: SubCaseOver) -> None:
        """Hear of the end of a sub-case, and go on if the stage has waited for enough."""
        incident, act = self.incident, over.act
        known = incident.version
        branching.end_sub_case(
            incident, act, sub_case=over.sub_case, final=over.final, outcome=over.outcome
        )
        rule = onward(incident, act, self.engine.definition) if incident.version > known else None
        if rule is None:
            return
        try:
            self.take(Deed(step=rule.name, act=act))
        except Refused as refused:
            if refused.code != "needs-unmet":
                raise

    def fire(self, deadline: Deadline) -> None:
        """Let a deadline do what its stage says, at the instant it falls due."""
        last_at = self.incident.course.last_at
        at = deadline.due_at if last_at is None else max(deadline.due_at, last_at)
        act = clockwork(command_id=deadline.timer, area=self.incident.course.area, at=at)
        fire(self.incident, deadline, act, self.engine, sits=self._sitting(act))
        self._settle(act, None)

    def next_due(self, *, calls: bool = False) -> Deadline | None:
        """Give the deadline due next; repeated calls count where asked for, they move no case."""
        course = self.incident.course
        if course.ended:
            return None
        open_now = course.timers if calls else course.deadlines
        found = open_now(self.incident.id, self.calendar)
        for deadline in found:
            self.seen[deadline.timer] = deadline
        return min(found, key=_by_time) if found else None

    def catch_up(self, until: datetime, *, before: bool = False) -> None:
        """Fire what falls due up to an instant, or before it, oldest first."""
        while (deadline := self.next_due(calls=True)) and deadline.due_at <= until:
            if before and deadline.due_at == until:
                return
            self.fire(deadline)

    def _carry_out(self, deed: Deed, rule: StepRule, step: Step, definition: Definition) -> None:
        """Tell the facts of a step in the order in which the office tells them."""
        incident, act = self.incident, deed.act
        if step.decides is not None:
            requests.decide(incident, step, act, minutes=deed.minutes)
        for fact in deed.also:
            incident.tell(replace(fact, act=act))
        if deed.filed is not None and marks.FILED in step.marks:
            file(incident, deed.filed, act)
            old, definition = definition, self.engine.definition
            rule, step = read_anew(rule, step, old, definition)
        if step.stage != step.left:
            incident.move(self._limited(step, rule), act, answers=deed.answers)
            come_down(incident, act, definition)
        self._branch(deed, rule, step)
        if deed.assigned is not None:
            assign(incident, deed.assigned, act)
            come_down_decided(incident, act, definition)
        if step.asks_for is not None:
            requests.ask(incident, step, act, minutes=deed.minutes, evidence=deed.evidence)
        self._on_the_ladder(rule, step, act, definition)

    def _on_the_ladder(self, rule: StepRule, step: Step, act: Act, definition: Definition) -> None:
        incident = self.incident
        if rule.acknowledges:
            acknowledge(incident, act, why=step.why)
        if rule.raises_level:
            raise_by(rule, incident, act, definition, sits=self._sitting(act))
        elif marks.FILED in rule.marks:
            rise_if_important(incident, act, definition, sits=self._sitting(act))

    def _branch(self, deed: Deed, rule: StepRule, step: Step) -> None:
        """Take back, then open, what the deed names; the limit of a part is as the rule says."""
        incident, opens = self.incident, rule.opens
        for part in deed.parts:
            match part:
                case SubCaseWithdrawn():
                    branching.withdraw(incident, deed.act, sub_case=part.sub_case, why=step.why)
                case SubCaseOpened() if opens is not None:
                    branching.open_sub_case(
                        incident,
                        deed.act,
                        sub_case=part.sub_case,
                        workflow=opens.workflow,
                        step=rule.name,
                        unit=part.unit,
                        limit=incident.course.bundled if opens.by_case_limit else opens.within,
                        independent=opens.independent,
                        words=None,
                        why=step.why,
                    )

    def _limited(self, step: Step, rule: StepRule) -> Step:
        """A second dispatch has its own limit, beside the bundled one that runs on."""
        course = self.incident.course
        again = marks.DISPATCHED in rule.marks and course.began_at is not None
        return replace(step, limit=course.bundled) if again and not step.limit else step

    def _settle(self, act: Act, outcome: str | None) -> None:
        course = self.incident.course
        if course.final is not None:
            self.incident.settle(act, outcome=outcome or course.final, calendar=self.calendar)
            branching.end_with_the_others(self.incident, act)

    def _sitting(self, act: Act) -> Sits:
        day = act.at.astimezone(ZoneInfo(self.calendar.time_zone)).date()
        return partial(_sits, self.rules, day)


def _sits(rules: CaseRules, day: date, role: str, area: AreaCode) -> bool:
    return rules.sits(role, area, day)


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
