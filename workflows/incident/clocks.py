"""By which calendar a case counts: that of its area, or day and night where it is an emergency.

The calendar is stamped at the report and at the filing; a later change of the rules rewrites no
case. A working day of any limit has the minutes of the calendar that is stamped.
"""

from __future__ import annotations

from dataclasses import replace

from domain.kernel.calendar import WorkingCalendar
from domain.kernel.codes import AreaCode
from workflows.definition import Definition
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
    rule = new.definition.steps[old.steps.index(move.rule)]
    deadline = new.definition.stages[move.step.stage].deadline
    if move.step.limit is None or deadline is None:
        return replace(move, rule=rule)
    return replace(move, rule=rule, step=replace(move.step, limit=deadline.within))
