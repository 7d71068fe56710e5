"""Limits: how long something may take, by which clock, and when to warn."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime  # read at run time by the decoder of facts
from typing import TYPE_CHECKING, Literal

from domain.kernel.calendar import ELAPSED
from domain.kernel.refusals import Refused
from domain.kernel.shifts import DAY, OFFICE_SHIFTS

if TYPE_CHECKING:
    from domain.kernel.calendar import Clock, WorkingCalendar

LONGEST = 10 * 366 * DAY
WARN_PERCENT = 80
OFFICE_DAY = sum(closes - opens for opens, closes in OFFICE_SHIFTS)
_WRITTEN = re.compile(r"([0-9]{1,7}) (working|clock) (minute|hour|day)s?", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """So many minutes of a clock, or a fixed instant; it warns when a part of it is spent.

    ``clock`` is ``working`` (the calendar stamped on the matter) or ``elapsed`` (day and night).
    """

    clock: Literal["working", "elapsed"] = "working"
    minutes: int | None = None
    until: datetime | None = None
    warn_percent: int = WARN_PERCENT

    def __post_init__(self) -> None:
        """Refuse both or neither of minutes and until, and numbers that are not whole or sane."""
        if self.clock not in ("working", "elapsed"):
            reason = "A limit runs by the clock 'working' or 'elapsed'."
            raise Refused("unknown-clock", reason, clock=str(self.clock))
        if (self.minutes is None) == (self.until is None):
            reason = "A limit has either minutes or a fixed instant: give exactly one."
            raise Refused("limit-needs-one-end", reason)
        if self.minutes is not None:
            _must_be_whole("minutes", self.minutes, 0, LONGEST)
        _must_be_whole("warn_percent", self.warn_percent, 1, 100)
        if self.until is not None and self.until.utcoffset() != UTC.utcoffset(None):
            reason = "Times are aware UTC instants; give the offset and convert at the edge."
            raise Refused("time-not-utc", reason, at=self.until.isoformat())

    def due_at(self, began_at: datetime, calendar: Clock, *, added_minutes: int = 0) -> datetime:
        """Give the instant the limit ends; granted time is added on the same clock."""
        clock = self._clock(calendar)
        if self.until is not None:
            return clock.after(self.until, added_minutes)
        return clock.after(began_at, self._minutes + added_minutes)

    def warn_at(self, began_at: datetime, calendar: Clock, *, added_minutes: int = 0) -> datetime:
        """Give the instant the light turns yellow; part minutes warn early, never late."""
        clock = self._clock(calendar)
        whole = self._minutes + added_minutes
        if self.until is not None:
            whole = max(clock.minutes_between(began_at, self.until), 0) + added_minutes
        due_at = self.due_at(began_at, calendar, added_minutes=added_minutes)
        return min(clock.after(began_at, whole * self.warn_percent // 100), due_at)

    def spent(self, began_at: datetime, at: datetime, calendar: Clock) -> int:
        """Count the minutes of the limit's own clock passed since it began."""
        return self._clock(calendar).minutes_between(began_at, at)

    def _clock(self, calendar: Clock) -> Clock:
        return ELAPSED if self.clock == "elapsed" else calendar

    @property
    def _minutes(self) -> int:
        return self.minutes or 0


@dataclass(frozen=True, slots=True, kw_only=True)
class StampedLimit:
    """A limit of its own on the way to the end, such as stopping an illegal building."""

    code: str
    limit: Limit
    zh: str = ""
    en: str = ""


def day_of(calendar: WorkingCalendar) -> int:
    """Give the minutes that limits mean by a working day: those of the calendar.

    Where the calendar never rests they are the eight hours of an office: what is urgent is given no
    more of the work than what can wait.
    """
    return calendar.day_minutes if calendar.day_minutes < DAY else OFFICE_DAY


def parse_limit(
    text: str, *, day_minutes: int = OFFICE_DAY, warn_percent: int = WARN_PERCENT
) -> Limit:
    """Read a limit as rules write it; a working day has the calendar's minutes, never 24 hours.

    >>> parse_limit("2 working days").minutes, parse_limit("7 clock days").minutes
    (960, 10080)
    """
    written = _WRITTEN.fullmatch(text)
    if written is None:
        reason = "Write a limit like '30 clock minutes', '4 working hours' or '2 working days'."
        raise Refused("limit-not-understood", reason, given=text[:60])
    number, clock, unit = written.groups()
    day = day_minutes if clock == "working" else DAY
    minutes = int(number) * {"minute": 1, "hour": 60, "day": day}[unit]
    kept: Literal["working", "elapsed"] = "working" if clock == "working" else "elapsed"
    return Limit(clock=kept, minutes=minutes, warn_percent=warn_percent)


def _must_be_whole(name: str, number: int, least: int, most: int) -> None:
    if type(number) is not int or not least <= number <= most:
        reason = f"A limit's {name} is a whole number from {least} to {most}."
        raise Refused("limit-out-of-range", reason, name=name, given=str(number))
