"""By which calendar a case counts: that of its area, or day and night where it is an emergency.

The calendar is stamped at the report and at the filing; a later change of the rules rewrites no
case. A working day of any limit has the minutes of the calendar that is stamped.
"""

from __future__ import annotations

from dataclasses import replace

from domain.kernel.calendar import WorkingCalendar
from domain.kernel.codes import AreaCode
from domain.kernel.steps import Step
from workflows.definition import Definition, StepRule
from workflows.engine import Engine
from workflows.incident.move import Move
from workflows.office import Office


def calendar_of_area(office: Office, definition: Definition, area: AreaCode) -> WorkingCalendar:
    """Give the calendar in force of the area, or of the nearest above that has one."""
    name = definition.calendar_in(area)
    return office.shelf.calendar(office.shelf.latest("calendar", name))


def calendar_of_case(
    office: Office,
    definition: Definition,
    *,
    area: AreaCode,
    category: str,
    condition: str | None = None,
) -> WorkingCalendar:
    """Give the calendar to stamp: that of emergencies where the limits call the matter one."""
    if definition.emergency_calendar is None or definition.limits is None:
        return calendar_of_area(office, definition, area)
    limits = office.shelf.limits(office.shelf.latest("limits", definition.limits))
    if not limits.is_emergency(category, condition):
        return calendar_of_area(office, definition, area)
    return office.shelf.calendar(office.shelf.latest("calendar", definition.emergency_calendar))


def by_new_clock(move: Move, old: Definition, new: Engine) -> Move:
    """Give the move with its limits read by the calendar that its filing stamped."""
    rule, step = read_anew(move.rule, move.step, old, new.definition)
    return replace(move, rule=rule, step=step)


def read_anew(
    rule: StepRule, step: Step, old: Definition, new: Definition
) -> tuple[StepRule, Step]:
    """Give a granted step as the same definition reads it by another working day."""
    rule = new.steps[old.steps.index(rule)]
    deadline = new.stages[step.stage].deadline
    if step.limit is None or deadline is None:
        return rule, step
    return rule, replace(step, limit=deadline.within)
