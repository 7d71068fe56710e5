"""Hours and days of the week in the city's time, as rules write them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from domain.kernel.refusals import Refused
from domain.kernel.shifts import DAY

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_HOURS = re.compile(r"([0-2][0-9]):([0-5][0-9])-([0-2][0-9]):([0-5][0-9])", re.ASCII)


@dataclass(frozen=True, slots=True)
class Hours:
    """From a minute of the local day to the one before ``ends``; over midnight if that is less."""

    begins: int
    ends: int

    def hold(self, minute: int) -> bool:
        """Tell whether a minute of the day lies in them."""
        if self.begins < self.ends:
            return self.begins <= minute < self.ends
        return minute >= self.begins or minute < self.ends

    @property
    def minutes(self) -> frozenset[int]:
        """All minutes of the day that lie in them."""
        return frozenset(minute for minute in range(DAY) if self.hold(minute))


def hours_from(written: str) -> Hours:
    """Read ``22:00-06:00``; refuses ``invalid-hours``.

    >>> hours_from("22:00-06:00").hold(23 * 60)
    True
    """
    parts = _HOURS.fullmatch(written)
    numbers = [int(part) for part in parts.groups()] if parts else [DAY] * 4
    begins, ends = numbers[0] * 60 + numbers[1], numbers[2] * 60 + numbers[3]
    if begins >= DAY or ends > DAY or begins == ends:
        raise invalid_hours("as 08:00-18:00, or 22:00-06:00 over midnight", written)
    return Hours(begins, ends)


def must_not_overlap(hours: tuple[Hours, ...]) -> None:
    """Refuse ``invalid-hours`` where two of a list share a minute."""
    seen: frozenset[int] = frozenset()
    for one in hours:
        if seen & one.minutes:
            raise invalid_hours("so that no two overlap", _written(one))
        seen |= one.minutes


def invalid_hours(wanted: str, given: str) -> Refused:
    """Make the refusal."""
    return Refused("invalid-hours", f"Write hours {wanted}; '{given[:40]}' is not so.")


def local_minute(local: str) -> int:
    """Give the minute of the day of a local time.

    >>> local_minute("2026-11-16T09:30"), local_day("2026-11-16T09:30")
    (570, 0)
    """
    return int(local[11:13]) * 60 + int(local[14:16])


def local_day(local: str) -> int:
    """Give the day of the week of a local time, Monday 0."""
    return date.fromisoformat(local[:10]).weekday()


def _written(hours: Hours) -> str:
    begins, ends = divmod(hours.begins, 60), divmod(hours.ends, 60)
    return f"{begins[0]:02}:{begins[1]:02}-{ends[0]:02}:{ends[1]:02}"
