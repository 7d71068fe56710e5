"""Carrying out orders to an incident: load it, ask the workflow, move it, save it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from domain.incident import branching, marks, requests, rising
from domain.incident.incident import Incident, Resident
from domain.kernel.act import Act
from domain.kernel.calendar import WorkingCalendar
from domain.kernel.codes import AreaCode, Level
from domain.kernel.confiding import Words
from domain.kernel.ids import ordered_id
from domain.kernel.limits import Limit, day_of
from domain.kernel.refusals import Refused
from domain.kernel.routed import Routed
from domain.kernel.steps import Why
from ledger.ledger import Answer, Notice
from workflows.claiming import changing, creating
from workflows.definition import Definition, StepRule
from workflows.engine import Engine
from workflows.guards import Scene
from workflows.incident import city, notices
from workflows.incident.answers import Answers, read_answers
from workflows.incident.calling import of_callers
from workflows.incident.clocks import by_new_clock, calendar_of_area, calendar_of_case
from workflows.incident.commands import FireDeadline, ReportIncident, TakeStep
from workflows.incident.duplicates import point
from workflows.incident.escalation import (
    Sitting,
    come_down,
    come_down_decided,
    fire,
    raise_by,
    rise_if_important,
)
from workflows.incident.loading import due_of, existing, not_before, words_of
from workflows.incident.move import Move
from workflows.incident.opening import branch
from workflows.incident.requests import must_bear, note_before
from workflows.incident.standing import must_be_allowed
from workflows.incident.within import pass_within
from workflows.office import Office
from workflows.routing.deciding import Filing, decide


def report_incident(command: ReportIncident, office: Office, act: Act) -> Answer:
    """Begin a case with the version of its workflow that is in force, or piloted in its area."""
    stream = ordered_id(act.at, act.command_id)
    claim = creating(command, act.command_id)
    if answer := office.records.answered(stream, claim):
        return answer
    engine = office.engines.for_new(command.workflow, area=command.area, at=act.at)
    _may_report(command, office, act, engine, _calendar_of(command, office, engine))
    incident = office.records.load(Incident, stream)
    begin(incident, command, office, act, engine, reporter=_reporter(act))
    due = due_of(incident, office.shelf.calendar(incident.course.calendar))
    return office.records.save(incident, claim=claim, due=due)


def begin(
    incident: Incident,
    command: ReportIncident,
    office: Office,
    act: Act,
    engine: Engine,
    *,
    reporter: str | None,
) -> None:
    """Tell the report, and what a case of this workflow begins with."""
    calendar = _calendar_of(command, office, engine)
    engine = office.engines.of(engine.definition.reference, calendar=calendar.reference)
    definition = engine.definition
    incident.report(
        act,
        area=command.area,
        level=_first_level(engine, command.area),
        category=command.category,
        source=command.source,
        workflow=definition.reference,
        calendar=calendar.reference,
        stage=definition.starts_in,
        marks=definition.starts_with,
        limit=_stage_limit(engine, definition.starts_in),
        reporter=reporter,
        place=command.place,
        words=words_of(office, command.words),
        reference=command.reference,
        resident=Resident(contact=words_of(office, command.contact), follow=command.follow),
    )
    _begin_filed(incident, command, act, engine, calendar)


def take_step(command: TakeStep, office: Office, act: Act) -> Answer:
    """Take a step that the workflow grants to this person now."""
    claim = changing(command, act.command_id, stream=command.incident)
    if answer := office.records.answered(command.incident, claim):
        return answer
    incident = existing(office, command.incident, command.expected_version)
    act = not_before(incident, act)
    engine = _engine_of(incident, office)
    calendar = office.shelf.calendar(incident.course.calendar)
    day = city.city_day(act, calendar.time_zone)
    rule, step = engine.grant(command.step, _scene(incident, act))
    must_be_allowed(office.records, engine.definition, rule, act, course=incident.course, day=day)
    move = Move(
        rule=rule, step=step, answers=read_answers(engine.definition, rule, command.answers)
    )
    must_bear(move, incident, office, act, engine.definition, day=day)
    left = incident.course.stage
    told = carry_out(move, incident, office, act, engine) + of_callers(incident, left=left)
    due = due_of(incident, office.shelf.calendar(incident.course.calendar))
    return office.records.save(incident, claim=claim, due=due, notices=told)


def fire_deadline(command: FireDeadline, office: Office, act: Act) -> Answer | None:
    """Record a missed deadline and take the step its stage names; None when it is not due."""
    claim = changing(command, act.command_id, stream=command.incident)
    if answer := office.records.answered(command.incident, claim):
        return answer
    incident = office.records.load(Incident, command.incident)
    if not incident.exists:
        return None
    calendar = office.shelf.calendar(incident.course.calendar)
    deadlines = incident.course.timers(incident.id, calendar)
    deadline = next((open_ for open_ in deadlines if open_.timer == command.timer), None)
    if deadline is None or deadline.due_at > act.at:
        return None
    act = not_before(incident, act)
    sits = _sitting(office, act, calendar)
    left = incident.course.stage
    told = fire(incident, deadline, act, _engine_of(incident, office), sits=sits)
    _settle_at_the_end(incident, office, act)
    told = [*told, *of_callers(incident, left=left)]
    due = due_of(incident, calendar)
    return office.records.save(incident, claim=claim, due=due, notices=told)


def carry_out(
    move: Move, incident: Incident, office: Office, act: Act, engine: Engine
) -> list[Notice]:
    """Tell the facts of a step: decision, filing, stage, assignment, request, level, judgement.

    A step that only raises the level tells the owner of the rung, by hand as by the clock.
    """
    rule, step, answers = move.rule, move.step, move.answers
    words = words_of(office, answers.words)
    stays = step.stage == step.left
    note_before(move, incident, act, engine.definition, words=words)
    point(move, incident, office, act, engine)
    if marks.FILED in step.marks:
        _file(incident, answers, office, act, engine)
        old, engine = engine.definition, _engine_of(incident, office)
        move = by_new_clock(move, old, engine)
        rule, step = move.rule, move.step
    if not stays:
        step = replace(step, limit=step.limit or _redispatch_limit(incident, rule))
        plain = dict(answers.plain)
        incident.move(step, act, answers=plain, remark=_remark(move, words))
        come_down(incident, act, engine.definition)
    branch(move, incident, office, act, engine.definition)
    if marks.DISPATCHED in step.marks:
        _assign(incident, answers, office, act)
        come_down_decided(incident, act, engine.definition)
    if rule.passes_within:
        day = city.city_day(act, office.shelf.calendar(incident.course.calendar).time_zone)
        pass_within(move, incident, office.records, act, day=day)
    if step.asks_for is not None:
        photo = answers.of_kind(engine.definition, "photo")
        requests.ask(incident, step, act, minutes=answers.minutes, reason=words, evidence=photo)
    told = [] if rule.raises_level and stays else notices.of_step(incident, rule)
    if marks.FILED in step.marks:
        told += notices.of_unclear_ownership(incident, engine.definition)
    told += _on_the_ladder(move, incident, office, act, engine)
    _settle_at_the_end(incident, office, act, outcome=answers.text("outcome"))
    return told


def _remark(move: Move, words: Words | None) -> Words | None:
    """Give the words that go with the stage; a request and a sub-case take theirs along."""
    return None if move.step.asks_for or move.rule.opens else words


def _on_the_ladder(
    move: Move, incident: Incident, office: Office, act: Act, engine: Engine
) -> list[Notice]:
    """Rise where the step or what was filed says so, or end the calls."""
    rule, definition = move.rule, engine.definition
    if rule.acknowledges:
        rising.acknowledge(incident, act, why=move.step.why)
    sits = _sitting(office, act, office.shelf.calendar(incident.course.calendar))
    if rule.raises_level:
        words = words_of(office, move.answers.words) if move.step.stage == move.step.left else None
        return raise_by(rule, incident, act, definition, words=words, sits=sits)
    if marks.FILED in rule.marks:
        return rise_if_important(incident, act, definition, sits=sits)
    return []


def _sitting(office: Office, act: Act, calendar: WorkingCalendar) -> Sitting:
    return Sitting(office.staff, city.city_day(act, calendar.time_zone))


def _settle_at_the_end(
    incident: Incident, office: Office, act: Act, *, outcome: str | None = None
) -> None:
    """Judge a case that has come to an end, whoever brought it there."""
    final = incident.course.final
    if final is not None:
        calendar = office.shelf.calendar(incident.course.calendar)
        incident.settle(act, outcome=outcome or final, calendar=calendar)
        branching.end_with_the_others(incident, act)


def _file(incident: Incident, answers: Answers, office: Office, act: Act, engine: Engine) -> None:
    """Stamp category, limit and calendar as they are in force at this moment."""
    definition = engine.definition
    assert definition.categories is not None  # noqa: S101  # checked before publishing
    assert definition.limits is not None  # noqa: S101
    categories = office.shelf.latest("categories", definition.categories)
    limits = office.shelf.latest("limits", definition.limits)
    code = answers.text("category") or incident.course.category
    category = office.shelf.categories(categories).category(code)
    area, condition = AreaCode(incident.course.area), answers.text("condition")
    calendar = calendar_of_case(office, definition, area=area, category=code, condition=condition)
    rule = office.shelf.limits(limits, day_minutes=day_of(calendar)).rule(code, condition)
    filing = Filing(
        incident=incident,
        category=category,
        answers=answers.texts,
        calendar=calendar_of_area(office, definition, area),
        act=act,
    )
    routed = _route(filing, definition.routing, office)
    by_routing = routed is not None and routed.limit is not None
    found_by = routed.reference if routed and by_routing else f"{limits}/{rule.found_by}"
    incident.file(
        act,
        category=code,
        limit=(routed and routed.limit) or rule.handling,
        calendar=calendar.reference,
        condition=rule.condition,
        categories=categories,
        limits=limits,
        unit=routed.unit if routed else None,
        why={"rule": found_by, "condition": rule.condition},
        routed=routed,
        steps=rule.stamped,
    )


def _route(filing: Filing, routing: str | None, office: Office) -> Routed | None:
    """Ask the rules in force where the matter goes; None where a workflow names none."""
    if routing is None:
        return None
    return decide(filing, office.shelf.latest("routing", routing), office)


def _assign(incident: Incident, answers: Answers, office: Office, act: Act) -> None:
    unit, handler = answers.text("unit"), answers.text("handler")
    if unit is None:
        return
    calendar = office.shelf.calendar(incident.course.calendar)
    day = city.city_day(act, calendar.time_zone)
    city.must_work(office.records, unit, day)
    if handler is not None:
        area = AreaCode(incident.course.area)
        city.must_belong(office.records, handler, unit=unit, area=area, day=day)
    incident.assign(act, unit=unit, handler=handler, why=_why_chosen(incident, unit))


def _why_chosen(incident: Incident, unit: str) -> Why:
    """Say by which rule, or against which suggestion, a unit was chosen."""
    course = incident.course
    if course.routed_by is None:
        return {"rule": "chosen-by-dispatcher"}
    if course.suggested is None:
        return {"rule": "chosen-by-dispatcher", "asked_by": course.routed_by}
    rule = course.routed_by if unit == course.suggested else "chosen-by-dispatcher"
    against: Why = {"suggested": course.suggested, "suggested_by": course.routed_by}
    return {"rule": rule} if unit == course.suggested else {"rule": rule, **against}


def _begin_filed(
    incident: Incident, command: ReportIncident, act: Act, engine: Engine, calendar: WorkingCalendar
) -> None:
    """Records of other systems come filed and with their unit: stamp what they bring."""
    if marks.FILED in engine.definition.starts_with:
        why: Why = {"rule": f"{engine.definition.reference}/starts_with"}
        if command.precision is not None:
            why["precision"] = command.precision
        incident.file(
            act,
            category=command.category,
            limit=command.limit,
            calendar=calendar.reference,
            unit=command.unit,
            why=why,
        )
    if command.unit is not None:
        incident.assign(act, unit=command.unit, why={"rule": "came-with-the-record"})


def _may_report(
    command: ReportIncident, office: Office, act: Act, engine: Engine, calendar: WorkingCalendar
) -> None:
    definition = engine.definition
    if definition.joint is not None:
        reason = f"'{definition.name}' is the way of a whistle's parties. Choose one of cases."
        raise Refused("not-for-cases", reason, workflow=definition.name)
    if act.role not in definition.reported_by:
        by = list(definition.reported_by)
        reason = f"A {act.role} does not report here; it is for {', '.join(by)}."
        raise Refused("wrong-role", reason, role=act.role, by=by)
    day = city.city_day(act, calendar.time_zone)
    city.must_stand(office.records, command.area, day)
    city.must_hold_role(office.records, definition, act, area=command.area, unit=None, day=day)
    _may_name_unit(command, office, act, definition, day)
    if definition.categories is not None:
        reference = office.shelf.latest("categories", definition.categories)
        office.shelf.categories(reference).category(command.category)


def _may_name_unit(
    command: ReportIncident, office: Office, act: Act, definition: Definition, day: date
) -> None:
    """Refuse ``unit-not-asked``: of what is reported by people only an order names its unit."""
    role = definition.roles.get(act.role)
    if command.unit is None or (role is not None and role.system):
        return
    if not {marks.ORDERED, marks.DISPATCHED}.intersection(definition.starts_with):
        reason = "Report without a unit; the dispatcher chooses it when the case is dispatched."
        raise Refused("unit-not-asked", reason, unit=command.unit)
    city.must_work(office.records, command.unit, day)


def _reporter(act: Act) -> str | None:
    return None if act.role == "records" else act.person


def _redispatch_limit(incident: Incident, rule: StepRule) -> Limit | None:
    """A second dispatch has its own limit, beside the bundled one that runs through all of them."""
    again = marks.DISPATCHED in rule.marks and incident.course.began_at is not None
    return incident.course.bundled if again else None


def _stage_limit(engine: Engine, stage: str) -> Limit | None:
    deadline = engine.definition.stages[stage].deadline
    return deadline.within if deadline else None


def _first_level(engine: Engine, area: AreaCode) -> str:
    """A case begins on the ladder's first rung, or higher where its area is larger than that."""
    rungs = engine.definition.ladder
    first = rungs[0].level if rungs else Level.DISTRICT
    return min(first, area.level).word


def _scene(incident: Incident, act: Act) -> Scene:
    return Scene(incident=incident.id, course=incident.course, act=act)


def _calendar_of(command: ReportIncident, office: Office, engine: Engine) -> WorkingCalendar:
    return calendar_of_case(office, engine.definition, area=command.area, category=command.category)


def _engine_of(incident: Incident, office: Office) -> Engine:
    course = incident.course
    return office.engines.of(course.workflow, calendar=course.calendar)
