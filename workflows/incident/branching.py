"""Orders between a case and its sub-cases, which only a process gives."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from domain.incident import branching
from domain.incident.branch import Branch
from domain.incident.course import Course
from domain.incident.incident import Incident
from domain.kernel.act import PROCESS, Act
from domain.kernel.codes import AreaCode
from domain.kernel.refusals import Refused
from domain.kernel.steps import Why
from ledger.ledger import Answer, Notice
from workflows.claiming import changing
from workflows.definition import Definition, StepRule, WaitsFor
from workflows.engine import Engine
from workflows.guards import Scene
from workflows.incident.answers import Answers
from workflows.incident.commands import ReportIncident
from workflows.incident.handlers import begin, carry_out
from workflows.incident.loading import due_of, not_before
from workflows.incident.move import Move
from workflows.incident.opening import calls_off
from workflows.office import Office


@dataclass(frozen=True, slots=True, kw_only=True)
class BeginSubCase:
    """Begin the case that a step of ``parent`` opened; ``by`` took that step."""

    parent: UUID
    sub_case: UUID
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EndSubCase:
    """Tell a case how one of its sub-cases ended, and let it go on if that was the last wanted."""

    incident: UUID
    sub_case: UUID
    final: str
    outcome: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallOffSubCase:
    """End a sub-case that its parent took back."""

    sub_case: UUID


def begin_sub_case(command: BeginSubCase, office: Office, act: Act) -> Answer | None:
    """Begin it with the latest version of its workflow; None when it was taken back meanwhile."""
    _must_be_process(act)
    claim = changing(command, act.command_id, stream=command.sub_case)
    if answer := office.records.answered(command.sub_case, claim):
        return answer
    parent = office.records.load(Incident, command.parent)
    opened = parent.course.branches[command.sub_case]
    if opened.over is not None:
        return None
    engine = office.engines.latest(opened.workflow)
    case = office.records.load(Incident, command.sub_case)
    reporter = parent.course.reporter if opened.independent else command.by
    begin(case, _report_of(opened, parent), office, act, engine, reporter=reporter)
    branching.begin_as_sub_case(
        case,
        act,
        parent=parent.id,
        depth=0 if opened.independent else parent.course.depth + 1,
        independent=opened.independent,
    )
    due = due_of(case, office.shelf.calendar(case.course.calendar))
    told = _to_owner(case, engine.definition, "incident.sub-case-begun")
    return office.records.save(case, claim=claim, due=due, notices=told)


def end_sub_case(command: EndSubCase, office: Office, act: Act) -> Answer:
    """Record the end at the parent; the stage that waited for it goes on when enough are over."""
    _must_be_process(act)
    claim = changing(command, act.command_id, stream=command.incident)
    if answer := office.records.answered(command.incident, claim):
        return answer
    parent = office.records.load(Incident, command.incident)
    act = not_before(parent, act)
    known = parent.version
    branching.end_sub_case(
        parent, act, sub_case=command.sub_case, final=command.final, outcome=command.outcome
    )
    engine = office.engines.of(parent.course.workflow, calendar=parent.course.calendar)
    told = _to_owner(parent, engine.definition, "incident.sub-case-over")
    if parent.version == known:
        return office.records.save(parent, claim=claim)
    told += _go_on(parent, office, act, engine)
    due = due_of(parent, office.shelf.calendar(parent.course.calendar))
    return office.records.save(parent, claim=claim, due=due, notices=told)


def call_off_sub_case(command: CallOffSubCase, office: Office, act: Act) -> Answer | None:
    """Take the step by which its workflow lets it be called off; None when it has ended."""
    _must_be_process(act)
    claim = changing(command, act.command_id, stream=command.sub_case)
    if answer := office.records.answered(command.sub_case, claim):
        return answer
    case = office.records.load(Incident, command.sub_case)
    if not case.exists or case.course.ended:
        return None
    act = not_before(case, act)
    engine = office.engines.of(case.course.workflow, calendar=case.course.calendar)
    rule = calls_off(engine.definition, case.course.stage)
    if rule is None:
        reason = "Its workflow has no step by which the process may call it off. End it by hand."
        raise Refused("cannot-be-called-off", reason, stage=case.course.stage)
    told = _take(rule, case, office, act, engine)
    due = due_of(case, office.shelf.calendar(case.course.calendar))
    return office.records.save(case, claim=claim, due=due, notices=told)


def _go_on(parent: Incident, office: Office, act: Act, engine: Engine) -> list[Notice]:
    """Fire what the stage says once it has waited for enough; a guard may keep it waiting."""
    rule = onward(parent, act, engine.definition)
    if rule is None:
        return []
    try:
        return _take(rule, parent, office, act, engine)
    except Refused as refusal:
        if refusal.code != "needs-unmet":
            raise
        return []


def onward(parent: Incident, act: Act, definition: Definition) -> StepRule | None:
    """Give the step that fires as enough are over, and take back those that are not wanted."""
    course = parent.course
    stage = definition.stages[course.stage]
    if stage.waits_for is None:
        return None
    awaited = awaited_by(course, stage.waits_for)
    if not is_enough(stage.waits_for, awaited.values()):
        return None
    why: Why = {"rule": f"{definition.reference}/{stage.name}", "cause": "enough-are-over"}
    for sub_case in awaited:
        branching.withdraw(parent, act, sub_case=sub_case, why=why)
    rules = definition.steps_named(stage.waits_for.then)
    return next(rule for rule in rules if PROCESS in rule.by and stage.name in rule.sources)


def awaited_by(course: Course, waits: WaitsFor) -> dict[UUID, Branch]:
    """Give the sub-cases that count: of the workflow named, opened since the stage was entered."""
    return {
        sub_case: branch
        for sub_case, branch in course.branches.items()
        if branch.workflow == waits.workflow
        and branch.stay == course.moves
        and not branch.independent
    }


def is_enough(waits: WaitsFor, awaited: Collection[Branch]) -> bool:
    """Tell whether the wait is over: so many were settled, or none is open any more."""
    if not any(branch.is_open for branch in awaited):
        return bool(awaited)
    if waits.done_when == "all":
        return False
    settled = sum(branch.over == "settled" for branch in awaited)
    return settled >= (1 if waits.done_when == "any" else waits.done_when)


def _take(
    rule: StepRule, incident: Incident, office: Office, act: Act, engine: Engine
) -> list[Notice]:
    """Take a step as the process, with nothing to answer."""
    scene = Scene(incident=incident.id, course=incident.course, act=act)
    granted, step = engine.grant(rule.name, scene)
    move = Move(rule=granted, step=step, answers=Answers(plain={}))
    return carry_out(move, incident, office, act, engine)


def _report_of(opened: Branch, parent: Incident) -> ReportIncident:
    """Give what is known of a sub-case: the matter of its parent, its unit and its limit."""
    course = parent.course
    return ReportIncident(
        area=AreaCode(course.area),
        category=course.category,
        source=course.source,
        workflow=opened.workflow,
        place=parent.place,
        limit=opened.limit,
        unit=opened.unit,
    )


def _to_owner(incident: Incident, definition: Definition, about: str) -> list[Notice]:
    """Tell the owner of the stage in which a case stands."""
    owner = definition.stages[incident.course.stage].owner
    if owner is None or incident.course.ended:
        return []
    facts = {"incident": str(incident.id), "stage": incident.course.stage}
    return [Notice(to=f"{owner}@{incident.course.area}", about=about, facts=facts)]


def _must_be_process(act: Act) -> None:
    if act.role != PROCESS:
        reason = "Sub-cases begin and end by themselves: take a step that opens one, or settle it."
        raise Refused("wrong-role", reason, role=act.role, by=[PROCESS])
