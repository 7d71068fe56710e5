"""Who may take a step of a case: the place at which the role must be held follows from the step."""

from __future__ import annotations

from datetime import date

from domain.incident import marks
from domain.incident.course import Course
from domain.kernel.act import Act
from domain.kernel.codes import AreaCode, Level
from domain.kernel.refusals import Refused
from ledger.ledger import Records
from workflows.definition import Definition, StepRule
from workflows.incident import city
from workflows.incident.within import must_dispatch_within


def has_its_own_place(rule: StepRule, course: Course) -> bool:
    """Tell whether a step needs its role elsewhere than most steps do."""
    decides_ownership = marks.DISPATCHED in rule.marks and course.unclear_from is not None
    return rule.acknowledges or rule.passes_within or decides_ownership


def must_be_allowed(
    records: Records,
    definition: Definition,
    rule: StepRule,
    act: Act,
    *,
    course: Course,
    day: date,
) -> None:
    """Refuse ``role-not-held`` to whoever does not hold the role where this step needs it."""
    area = AreaCode(course.area)
    if rule.passes_within:
        department = course.unit or ""
        must_dispatch_within(records, act, department=department, area=area, day=day)
        return
    city.must_hold_role(records, definition, act, area=area, unit=course.acting_unit, day=day)
    at_level = area.at(min(Level.named(course.level), area.level))
    if rule.acknowledges:
        _must_own_the_rung(definition, act, course)
        city.must_sit(records, act, area=at_level, day=day)
    if marks.DISPATCHED in rule.marks and course.unclear_from is not None:
        city.must_sit(records, act, area=at_level, day=day)


def _must_own_the_rung(definition: Definition, act: Act, course: Course) -> None:
    rung = definition.rung_at(Level.named(course.level))
    if rung is not None and rung.owner != act.role:
        reason = f"This is for the {rung.owner} of the {course.level}; you act as {act.role}."
        raise Refused("wrong-role", reason, role=act.role, by=[rung.owner])
