"""Working time: how many minutes a city worked between two instants, and when so many have passed.

A working clock runs during the shifts of working days and stands still otherwise. It counts in
microseconds; ``after`` waits for full minutes, ``minutes_between`` counts the minute marks passed.
So stages add up to the whole exactly, and no deadline is a second short.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Protocol
from zoneinfo import ZoneInfo

from domain.kernel.refusals import Refused
from domain.kernel.shifts import (
    OFFICE_SHIFTS,
    Season,
    Shift,
    first_reading,
    instant_of,
    micros,
    must_be_in_order,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MONDAY_TO_FRIDAY = frozenset(range(5))
FIRST_YEAR, LAST_YEAR = 1970, 2199
_MINUTE = 60_000_000


class Clock(Protocol):
    """What deadlines are measured by: a working calendar, or the clock on the wall."""

    def minutes_between(self, start_at: datetime, end_at: datetime) -> int: ...
    def after(self, start_at: datetime, minutes: int) -> datetime: ...


class ElapsedClock:
    """The emergency clock: it runs day and night."""

    def minutes_between(self, start_at: datetime, end_at: datetime) -> int:
        """Count the minute marks passed; the same rule as for working time."""
        return micros(end_at) // _MINUTE - micros(start_at) // _MINUTE

    def after(self, start_at: datetime, minutes: int) -> datetime:
        """Give the instant so many minutes later; refuses ``negative-minutes``."""
        return instant_of(micros(start_at) + _waited(minutes))


ELAPSED = ElapsedClock()


@dataclass(frozen=True, slots=True)
class _Table:
    """The shifts of some years in order: microseconds since the epoch, and the time worked."""

    years: range
    begins: int
    ends: int
    opens: list[int]
    closes: list[int]
    worked: list[int]  # up to the end of each shift


@dataclass(frozen=True, kw_only=True, eq=False)
class WorkingCalendar:
    """The working days and hours of one authority, in one version; ``reference`` names both.

    A shift opens and closes at the first instant its local clock reads that time or later, so it
    lasts an hour longer or shorter when the clock is put back or forward in the middle of it.
    """

    reference: str
    time_zone: str = "Asia/Shanghai"
    week: frozenset[int] = MONDAY_TO_FRIDAY
    shifts: tuple[Shift, ...] = OFFICE_SHIFTS
    seasons: tuple[Season, ...] = ()
    off: frozenset[date] = frozenset()
    on: frozenset[date] = frozenset()
    special: Mapping[date, tuple[Shift, ...]] = field(default_factory=dict)
    published: frozenset[int] | None = None
    _tables: list[_Table] = field(default_factory=list, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Refuse shifts that overlap and days that are on and off at once."""
        for shifts in (self.shifts, *(s.shifts for s in self.seasons), *self.special.values()):
            must_be_in_order(shifts)
        if not self.shifts or not self.week:
            reason = "A calendar needs at least one working weekday and one shift."
            raise Refused("calendar-never-works", reason, calendar=self.reference)
        if both := self.off & self.on:
            reason = "A date cannot be a day off and a working day; take it out of one list."
            raise Refused(
                "date-on-and-off",
                reason,
                calendar=self.reference,
                dates=[day.isoformat() for day in sorted(both)],
            )

    @property
    def day_minutes(self) -> int:
        """The minutes of an ordinary working day: 480 for 08:00-12:00 and 14:00-18:00."""
        return sum(closes - opens for opens, closes in self.shifts)

    def minutes_between(self, start_at: datetime, end_at: datetime) -> int:
        """Count the minute marks of the working clock passed from start to end.

        Exactly additive, and negative backwards; less than one minute away from the time worked.
        """
        start, end = micros(start_at), micros(end_at)
        table = self._table_for(start, end)
        return _worked(table, end) // _MINUTE - _worked(table, start) // _MINUTE

    def after(self, start_at: datetime, minutes: int) -> datetime:
        """Give the earliest instant at which so many full working minutes have passed.

        Refuses ``negative-minutes``, and ``calendar-ends`` beyond the year 2199.
        """
        start, waited = micros(start_at), _waited(minutes)
        if not waited:
            return instant_of(start)
        table = self._table_for(start, start)
        target = _worked(table, start) + waited
        while not table.worked or table.worked[-1] < target:
            table = self._longer(table)
            target = _worked(table, start) + waited
        shift = bisect_left(table.worked, target)
        return instant_of(table.closes[shift] - (table.worked[shift] - target))

    def is_working(self, at: datetime) -> bool:
        """Tell whether a shift is on; it opens with its first instant and is over at its end."""
        instant = micros(at)
        table = self._table_for(instant, instant)
        shift = bisect_right(table.opens, instant) - 1
        return shift >= 0 and instant < table.closes[shift]

    def unpublished(self, start_at: datetime, end_at: datetime) -> tuple[int, ...]:
        """Name the years touched whose holidays nobody has announced: plain weeks were assumed."""
        if self.published is None:
            return ()
        zone = ZoneInfo(self.time_zone)
        first, last = sorted((start_at, end_at))
        years = range(first.astimezone(zone).year, last.astimezone(zone).year + 1)
        return tuple(year for year in years if year not in self.published)

    def shifts_on(self, day: date) -> tuple[Shift, ...]:
        """Give the shifts of a local date: its own, or those of the season if it is worked."""
        if day in self.special:
            return self.special[day]
        if day in self.off or (day.weekday() not in self.week and day not in self.on):
            return ()
        for season in self.seasons:
            if season.first <= day <= season.last:
                return season.shifts
        return self.shifts

    def _table_for(self, start: int, end: int) -> _Table:
        """Give a table with both instants in it; a wider one replaces the last at once."""
        table = self._tables[0] if self._tables else None
        if table and table.begins <= start < table.ends and table.begins <= end < table.ends:
            return table
        years = {_year(start), _year(end)} | ({*table.years} if table else set())
        if min(years) < FIRST_YEAR or max(years) > LAST_YEAR:
            raise self._ended()
        return self._replaced(max(min(years) - 1, FIRST_YEAR), min(max(years) + 2, LAST_YEAR))

    def _longer(self, table: _Table) -> _Table:
        """Double the years, so that a long wait takes few steps."""
        if table.years[-1] == LAST_YEAR:
            raise self._ended()
        return self._replaced(table.years[0], min(table.years[-1] + len(table.years), LAST_YEAR))

    def _replaced(self, first_year: int, last_year: int) -> _Table:
        wider = self._built(range(first_year, last_year + 1))
        self._tables[:] = [wider]
        return wider

    def _ended(self) -> Refused:
        reason = f"Calendars reach from {FIRST_YEAR} to {LAST_YEAR}; check the date."
        return Refused("calendar-ends", reason, calendar=self.reference)

    def _built(self, years: range) -> _Table:
        zone = ZoneInfo(self.time_zone)
        first, end = date(years[0], 1, 1), date(years[-1] + 1, 1, 1)
        opens: list[int] = []
        closes: list[int] = []
        worked: list[int] = []
        for opened, closed in self._shifts_between(first, end, zone):
            before = worked[-1] if worked else 0
            if closes and closes[-1] == opened:  # midnight in a shift that goes on
                closes[-1], worked[-1] = closed, before + closed - opened
            elif closed > opened:
                opens.append(opened)
                closes.append(closed)
                worked.append(before + closed - opened)
        begins, ends = first_reading(first, 0, zone), first_reading(end, 0, zone)
        return _Table(years, begins, ends, opens, closes, worked)

    def _shifts_between(self, first: date, end: date, zone: ZoneInfo) -> Iterable[tuple[int, int]]:
        for ordinal in range(first.toordinal(), end.toordinal()):
            day = date.fromordinal(ordinal)
            for opens, closes in self.shifts_on(day):
                yield first_reading(day, opens, zone), first_reading(day, closes, zone)


def _year(instant: int) -> int:
    return instant_of(instant).year


def _waited(minutes: int) -> int:
    if minutes < 0:
        raise Refused(
            "negative-minutes", "Time runs forward: give 0 minutes or more.", given=minutes
        )
    return minutes * _MINUTE


def _worked(table: _Table, instant: int) -> int:
    shift = bisect_right(table.opens, instant) - 1
    if shift < 0:
        return 0
    return table.worked[shift] - max(table.closes[shift] - instant, 0)
