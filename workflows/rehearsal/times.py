"""Times as a clerk writes them: ``monday 09:00``, ``2 working hours``, ``2026-10-01 08:30``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from domain.kernel.calendar import WorkingCalendar
from domain.kernel.limits import parse_limit
from domain.kernel.refusals import Refused

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MOMENT = re.compile(r"(?:([a-z]+|[0-9]{4}-[0-9]{2}-[0-9]{2}) )?([0-9]{2}):([0-9]{2})", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class CityTimes:
    """Reads and writes times by one calendar and its time zone."""

    calendar: WorkingCalendar

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.calendar.time_zone)

    def moment(self, text: str, *, not_before: datetime) -> datetime:
        """Read a moment; a weekday or a bare time is the next one, a date is that very day.

        Refuses ``moment-not-understood``.
        """
        read = _MOMENT.fullmatch(text.lower())
        if read is None:
            raise _not_understood(text)
        day_word, hour, minute = read.groups()
        local = not_before.astimezone(self.zone)
        day, repeats = _day_of(day_word, local, text)
        try:
            found = datetime(day.year, day.month, day.day, int(hour), int(minute), tzinfo=self.zone)
        except ValueError:
            raise _not_understood(text) from None
        if repeats and found.astimezone(UTC) < not_before:
            found += timedelta(days=repeats)
        return found.astimezone(UTC)

    def later(self, span: str, at: datetime) -> datetime:
        """Give the instant a span later: working time by the calendar, clock time day and night."""
        limit = parse_limit(span, day_minutes=self.calendar.day_minutes)
        return limit.due_at(at, self.calendar)

    def written(self, at: datetime) -> str:
        """Write an instant in the city's time, with its weekday."""
        local = at.astimezone(self.zone)
        return f"{WEEKDAYS[local.weekday()]} {local:%Y-%m-%d %H:%M}"


def _day_of(word: str | None, local: datetime, text: str) -> tuple[date, int]:
    """Give the day, and after how many days it comes again (0: never)."""
    if word is None:
        return local.date(), 1
    if word in WEEKDAYS:
        ahead = (WEEKDAYS.index(word) - local.weekday()) % 7
        return local.date() + timedelta(days=ahead), 7
    try:
        return date.fromisoformat(word), 0
    except ValueError:
        raise _not_understood(text) from None


def _not_understood(text: str) -> Refused:
    reason = f"'{text[:60]}' is no time. Write 'monday 09:00', '09:00' or '2026-10-01 09:00'."
    return Refused("moment-not-understood", reason, given=text[:60])
