"""What is simulated: a definition with its calendars and limits, under assumptions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from domain.kernel.calendar import WorkingCalendar
from domain.kernel.codes import AreaCode
from domain.kernel.limits import day_of
from domain.rulebook.limits import LimitBook
from workflows.definition import Definition
from workflows.engine import Engine
from workflows.simulation.assumptions import Assumptions
from workflows.simulation.remembering import RememberingEngine

FIRST_DAY = date(2026, 1, 5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """A definition and all that its cases count by.

    ``emergency`` is the calendar of urgent matters, ``by_day`` and ``limits_by_day`` the same rules
    for calendars with another working day, ``below`` the settings of the cases that its steps
    open, by the name of their workflow.
    """

    definition: Definition
    calendar: WorkingCalendar
    assumptions: Assumptions
    limits: LimitBook | None = None
    begins: date = FIRST_DAY
    emergency: WorkingCalendar | None = None
    by_day: Mapping[int, Definition] = field(default_factory=dict)
    limits_by_day: Mapping[int, LimitBook] = field(default_factory=dict)
    below: Mapping[str, Setting] = field(default_factory=dict)

    def calendar_for(self, category: str, condition: str | None = None) -> WorkingCalendar:
        """Give the calendar to stamp: that of emergencies where the limits call it one."""
        if self.emergency is None or self.limits is None:
            return self.calendar
        urgent = self.limits.is_emergency(category, condition)
        return self.emergency if urgent else self.calendar

    def limits_by(self, calendar: WorkingCalendar) -> LimitBook | None:
        """Give the limits with working days as long as the calendar's."""
        return self.limits_by_day.get(day_of(calendar), self.limits)


class SettingRules:
    """The rules of a setting, as a running case asks for them."""

    def __init__(self, setting: Setting) -> None:
        """Build no engine yet."""
        self._setting = setting
        self._engines: dict[str, Engine] = {}

    def engine(self, workflow: str, calendar: str) -> Engine:
        """Give the engine whose working days are the calendar's; there is one workflow only."""
        del workflow
        engine = self._engines.get(calendar)
        if engine is None:
            setting = self._setting
            day = day_of(self.calendar(calendar))
            definition = setting.by_day.get(day, setting.definition)
            engine = self._engines[calendar] = RememberingEngine(definition)
        return engine

    def calendar(self, reference: str) -> WorkingCalendar:
        """Give the emergency calendar to whoever carries it, else the one of all."""
        urgent = self._setting.emergency
        return urgent if urgent and urgent.reference == reference else self._setting.calendar

    def sits(self, role: str, area: AreaCode, day: date) -> bool:
        """Tell whether the assumptions give a rung anybody; the same every day."""
        del day
        return self._setting.assumptions.people_at(role, area.level.word) > 0
