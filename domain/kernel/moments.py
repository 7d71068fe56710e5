"""Moments and days that others wrote: within the years of our calendars, moments in UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime

from domain.kernel.calendar import FIRST_YEAR, LAST_YEAR
from domain.kernel.refusals import Refused

# A day less at each end: these stay within the years in every zone of the world.
_FIRST = datetime(FIRST_YEAR, 1, 2, tzinfo=UTC)
_LAST = datetime(LAST_YEAR, 12, 30, tzinfo=UTC)
_REASON = f"Give a time between {_FIRST.date()} and {_LAST.date()}; what lies beyond is a slip."


def in_utc(at: datetime) -> datetime:
    """Bring an aware moment to UTC; refuses ``time-out-of-range``.

    >>> in_utc(datetime.fromisoformat("2026-11-16T09:00:00+08:00")).isoformat()
    '2026-11-16T01:00:00+00:00'
    """
    # Compared first: the first and last day that Python knows cannot be taken to another zone.
    if not _FIRST <= at <= _LAST:
        raise Refused("time-out-of-range", _REASON, given=at.isoformat())
    return at.astimezone(UTC)


def usable_day(day: date) -> date:
    """Take a day within the years of our calendars; refuses ``invalid-day``."""
    if not _FIRST.date() <= day <= _LAST.date():
        reason = f"Give a day between {_FIRST.date()} and {_LAST.date()}; others are a slip."
        raise Refused("invalid-day", reason, day=day.isoformat())
    return day
