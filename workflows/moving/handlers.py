"""Carrying out orders to a plan, and moving one case by it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from domain.incident.course import Course
from domain.incident.moving import move_to_version
from domain.kernel.act import Act
from domain.kernel.codes import AreaCode
from domain.kernel.refusals import Refused
from domain.kernel.steps import Why
from domain.moving.moving import Moving, moving_id
from domain.moving.plan import Plan
from domain.people.person import Person, person_id
from domain.rulebook.publication import read_reference
from ledger.ledger import Answer, Records
from workflows.claiming import changing
from workflows.incident.loading import due_of, existing, not_before
from workflows.moving import commands as ordered
from workflows.moving.judging import Moves, NeedsMapping, Passage, Verdict
from workflows.moving.reading import must_fit
from workflows.office import Office

PlanOrder = ordered.BeginMoving | ordered.PauseMoving | ordered.ResumeMoving | ordered.FinishMoving


def make_plan(command: ordered.MakePlan, office: Office, act: Act) -> Answer:
    """Keep a plan whose versions are published and know what it names."""
    stream = moving_id(command.plan.name)
    claim = changing(command, act.command_id, stream=stream)
    if answer := office.records.answered(stream, claim):
        return answer
    ways(command.plan, office)
    moving = office.records.load(Moving, stream)
    moving.make(act, command.plan)
    return office.records.save(moving, claim=claim)


def run_plan(command: PlanOrder, office: Office, act: Act) -> Answer:
    """Begin, pause, resume or finish; only a person of the roster may let cases be moved."""
    stream = moving_id(command.plan)
    claim = changing(command, act.command_id, stream=stream)
    if answer := office.records.answered(stream, claim):
        return answer
    moving = office.records.load(Moving, stream)
    plan = moving.plan
    must_be_known(office.records, act.person)
    match command:
        case ordered.BeginMoving():
            _must_begin_with(plan, office, act)
            moving.begin(act)
        case ordered.PauseMoving():
            moving.pause(act)
        case ordered.ResumeMoving():
            moving.resume(act)
        case ordered.FinishMoving(moved=moved, refused=refused):
            moving.finish(act, moved=moved, refused=refused)
    return office.records.save(moving, claim=claim)


def move_case(command: ordered.MoveCase, office: Office, act: Act) -> Answer | None:
    """Move a case by what stands now; None when it has ended or left the plan's versions.

    Refuses ``case-cannot-move`` with the sentence that says why it stays.
    """
    claim = changing(command, act.command_id, stream=command.incident)
    if answer := office.records.answered(command.incident, claim):
        return answer
    incident = existing(office, command.incident, None)
    course = incident.course
    plan = office.records.load(Moving, moving_id(command.plan)).plan
    if course.ended or course.workflow not in plan.left or not lies_in(plan, course.area):
        return None
    verdict = Ways(plan, office).judge(course)
    if not isinstance(verdict, Moves):
        reason = said_of(verdict, plan)
        raise Refused("case-cannot-move", reason, incident=str(incident.id), plan=plan.name)
    why: Why = {"rule": f"plan/{plan.name}", "as_is": verdict.as_is}
    move_to_version(incident, not_before(incident, act), move=verdict.move, why=why)
    calendar = office.shelf.calendar(course.calendar)
    return office.records.save(incident, claim=claim, due=due_of(incident, calendar))


class Ways:
    """The ways from the versions a plan leaves, their working days as long as a case's own."""

    def __init__(self, plan: Plan, office: Office) -> None:
        """Lay out no way yet."""
        self._plan, self._office = plan, office
        self._laid: dict[tuple[str, str], Passage] = {}

    def judge(self, course: Course) -> Verdict:
        """Judge an open case by the calendar that is stamped on it."""
        key = (course.workflow, course.calendar)
        way = self._laid.get(key)
        if way is None:
            way = self._laid[key] = self._way(*key)
        return way.judge(course)

    def _way(self, reference: str, calendar: str) -> Passage:
        old, new = (
            self._office.engines.of(one, calendar=calendar).definition
            for one in (reference, self._plan.workflow)
        )
        return Passage(self._plan, old, new, plan_id=moving_id(self._plan.name))


def ways(plan: Plan, office: Office) -> Ways:
    """Give the ways of a plan whose versions know what it names; refuses ``plan-refused``."""
    olds = {reference: office.engines.of(reference).definition for reference in plan.left}
    must_fit(plan, olds, office.engines.of(plan.workflow).definition)
    return Ways(plan, office)


def lies_in(plan: Plan, area: str) -> bool:
    """Tell whether the plan is for cases of an area."""
    return plan.area is None or AreaCode(plan.area).covers(AreaCode(area))


def said_of(verdict: Verdict, plan: Plan) -> str:
    """Say in a sentence why a case stays."""
    if isinstance(verdict, NeedsMapping):
        return (
            f"{plan.workflow} has no {verdict.what} '{verdict.name}': say under [{verdict.what}s]"
            " of the plan where its cases go."
        )
    return "" if isinstance(verdict, Moves) else verdict.sentence


def must_be_known(records: Records, handle: str) -> None:
    """Refuse ``no-such-person``."""
    if not records.load(Person, person_id(handle)).exists:
        reason = f"Nobody of the roster has the handle {handle}. Look at `gridward people list`."
        raise Refused("no-such-person", reason, person=handle)


def _must_begin_with(plan: Plan, office: Office, act: Act) -> None:
    """Refuse ``old-version-in-force`` while new cases still begin with what the plan leaves."""
    name, _ = read_reference(plan.workflow)
    if plan.area is None:
        first = office.engines.in_force(name, at=act.at).definition.reference
    else:
        area = AreaCode(plan.area)
        first = office.engines.for_new(name, area=area, at=act.at).definition.reference
    if first in plan.left:
        reason = (
            f"New cases still begin with {first}. Publish {plan.workflow} for today or earlier, or"
            " pilot it in the plan's area, then begin."
        )
        raise Refused("old-version-in-force", reason, begins_with=first, plan=plan.name)


# A command's class is the key, so each handler may ask for its own kind.
HANDLERS: Mapping[type, Callable[[Any, Office, Act], Answer | None]] = {
    ordered.MakePlan: make_plan,
    ordered.BeginMoving: run_plan,
    ordered.PauseMoving: run_plan,
    ordered.ResumeMoving: run_plan,
    ordered.FinishMoving: run_plan,
    ordered.MoveCase: move_case,
}
