"""What is reported in a simulated city, and what people bring along with their steps."""

from __future__ import annotations

from datetime import datetime
from random import Random

from domain.incident import branching, marks
from domain.incident.branch import Branch
from domain.incident.events import Assigned, Filed
from domain.incident.events_branching import SubCaseOpened
from domain.incident.incident import Incident
from domain.incident.limit_steps import LimitStepDone, open_steps
from domain.incident.rating import DISSATISFIED, SATISFIED, Rated
from domain.kernel.act import Act
from domain.kernel.calendar import WorkingCalendar
from domain.kernel.codes import AreaCode, Level
from domain.kernel.facts import Fact
from domain.kernel.ids import ordered_id
from domain.rulebook.limits import LimitRule
from workflows.definition import Definition, StepRule
from workflows.simulation.assumptions import PERMILLE
from workflows.simulation.case import Deed, RunningCase, assign, file
from workflows.simulation.choosing import HALF_A_DAY, REPORTER
from workflows.simulation.setting import Setting

AREA = "120101001003007"
UNIT = "u-of-"


def report(running: RunningCase, setting: Setting, at: datetime, chance: Random) -> None:
    """Report a matter as the assumptions draw it."""
    assumptions = setting.assumptions
    source = assumptions.sources.drawn(chance.random())
    category = assumptions.categories.drawn(chance.random())
    calendar = setting.calendar_for(category)
    definition = _read_by(running, setting, calendar)
    role = _reporting_role(definition, source)
    incident = running.incident
    act = Act(person=REPORTER, role=role, area=AREA, command_id=incident.id.hex, at=at)
    _begin(
        incident,
        act,
        definition,
        calendar=calendar,
        category=category,
        source=source,
        reporter=REPORTER if source == "grid-member" else "p-caller",
    )
    if marks.FILED in definition.starts_with:
        file(incident, _filed(category, act, setting, chance), act)
        assign(incident, _assigned(category, act), act)


def begin_part(
    running: RunningCase, parent: RunningCase, opened: Branch, setting: Setting, act: Act
) -> None:
    """Begin the case that a step of its parent opened, with its unit and its limit."""
    incident, above = running.incident, parent.course
    calendar = setting.calendar_for(above.category)
    definition = _read_by(running, setting, calendar)
    _begin(
        incident,
        act,
        definition,
        calendar=calendar,
        category=above.category,
        source=above.source,
        reporter=above.reporter,
    )
    if marks.FILED in definition.starts_with:
        incident.file(
            act,
            category=above.category,
            limit=opened.limit,
            calendar=calendar.reference,
            unit=opened.unit,
            why={"rule": f"{definition.reference}/starts_with"},
        )
    if opened.unit is not None:
        incident.assign(act, unit=opened.unit, why={"rule": "came-with-the-record"})
    branching.begin_as_sub_case(
        incident,
        act,
        parent=parent.incident.id,
        depth=0 if opened.independent else above.depth + 1,
        independent=opened.independent,
    )


def deed_of(
    rule: StepRule, act: Act, running: RunningCase, setting: Setting, chance: Random
) -> Deed:
    """Give the step with what it brings."""
    course = running.course
    dispatches = marks.DISPATCHED in rule.marks
    filing = marks.FILED in rule.marks and course.filed_at is None
    return Deed(
        step=rule.name,
        act=act,
        minutes=HALF_A_DAY if "minutes" in rule.asks else None,
        filed=_filed(course.category, act, setting, chance) if filing else None,
        assigned=_assigned(course.category, act) if dispatches else None,
        also=_also(rule, act, running, setting, chance),
        parts=_parts(rule, act, running, setting, chance),
    )


def _begin(  # what a report says, each by name
    incident: Incident,
    act: Act,
    definition: Definition,
    *,
    calendar: WorkingCalendar,
    category: str,
    source: str,
    reporter: str | None,
) -> None:
    deadline = definition.stages[definition.starts_in].deadline
    rungs = definition.ladder
    first = rungs[0].level if rungs else Level.DISTRICT
    incident.report(
        act,
        area=AREA,
        level=min(first, AreaCode(AREA).level).word,
        category=category,
        source=source,
        workflow=definition.reference,
        calendar=calendar.reference,
        stage=definition.starts_in,
        marks=definition.starts_with,
        limit=deadline.within if deadline else None,
        reporter=reporter,
    )


def _read_by(running: RunningCase, setting: Setting, calendar: WorkingCalendar) -> Definition:
    """Give the definition with working days as long as those of the calendar to stamp."""
    return running.rules.engine(setting.definition.reference, calendar.reference).definition


def _also(
    rule: StepRule, act: Act, running: RunningCase, setting: Setting, chance: Random
) -> tuple[Fact, ...]:
    """Give what the reporter says, or the limit step that is done."""
    if marks.RATED in rule.marks:
        bad = chance.random() * PERMILLE < setting.assumptions.dissatisfied
        said = DISSATISFIED if bad else SATISFIED
        return (Rated(act=act, service=SATISFIED, handling=said),)
    if marks.LIMIT_STEP_DONE in rule.marks:
        return tuple(
            LimitStepDone(act=act, code=one.code) for one in list(open_steps(running.course))[:1]
        )
    return ()


def _parts(
    rule: StepRule, act: Act, running: RunningCase, setting: Setting, chance: Random
) -> tuple[SubCaseOpened, ...]:
    """Give the sub-cases that the step opens: one, or several where it asks for units."""
    opens, incident = rule.opens, running.incident
    if opens is None:
        return ()
    fields = setting.definition.fields
    several = any(fields[name].kind == "units" for name in rule.asks)
    count = int(setting.assumptions.parts.drawn(chance.random())) if several else 1
    return tuple(
        SubCaseOpened(
            act=act,
            sub_case=ordered_id(act.at, f"{incident.id}/{act.command_id}/{number}"),
            workflow=opens.workflow,
            step=rule.name,
            unit=f"{UNIT}{number}",
        )
        for number in range(1, count + 1)
    )


def _reporting_role(definition: Definition, source: str) -> str:
    may = definition.reported_by
    if source == "grid-member" and "grid_member" in may:
        return "grid_member"
    return next((role for role in may if role != "grid_member"), may[0])


def _filed(category: str, act: Act, setting: Setting, chance: Random) -> Filed:
    """Stamp what a condition of the category says; emergencies are as rare as assumed."""
    if setting.limits is None:
        limit, plain = setting.assumptions.limit, setting.calendar.reference
        return Filed(act=act, category=category, limit=limit, calendar=plain)
    urgent = chance.random() * PERMILLE < setting.assumptions.emergencies
    condition = _condition(setting.limits.conditions(category), urgent=urgent)
    calendar = setting.calendar_for(category, condition)
    limits = setting.limits_by(calendar) or setting.limits
    rule = limits.rule(category, condition)
    return Filed(
        act=act,
        category=category,
        limit=rule.handling,
        calendar=calendar.reference,
        condition=rule.condition,
        limits=limits.reference,
        why={"rule": f"{limits.reference}/{rule.found_by}", "condition": rule.condition},
        steps=rule.stamped,
    )


def _condition(rules: tuple[LimitRule, ...], *, urgent: bool) -> str | None:
    """Give the first condition for emergencies where it is one; else the ordinary one."""
    return next((rule.condition for rule in rules if urgent and rule.emergency), None)


def _assigned(category: str, act: Act) -> Assigned:
    unit = f"{UNIT}{category.partition('-')[0]}"
    return Assigned(act=act, unit=unit, why={"rule": "chosen-by-dispatcher"})
