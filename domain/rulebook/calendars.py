"""Calendars as they are published: weekdays, shifts, and the days each year's notice moved."""

from __future__ import annotations

import re
from datetime import date, timedelta
from itertools import chain
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from domain.kernel.calendar import WorkingCalendar
from domain.kernel.shifts import DAY, Season, Shift
from domain.rulebook.content import (
    Content,
    iso_date,
    malformed,
    tables,
    text,
    texts,
    whole_number,
)

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SHIFT = re.compile(r"([0-2][0-9]):([0-5][0-9])-([0-2][0-9]):([0-5][0-9])", re.ASCII)


def calendar_from(reference: str, content: Content) -> WorkingCalendar:
    """Build the calendar; without any ``year`` it depends on no yearly notice and never warns."""
    years = tables(content, "year")
    return WorkingCalendar(
        reference=reference,
        time_zone=_time_zone(content),
        week=frozenset(_weekday(day) for day in texts(content, "week")),
        shifts=_shifts(content),
        seasons=tuple(_season(season) for season in tables(content, "season")),
        off=frozenset(chain.from_iterable(_days_off(year) for year in years)),
        on=frozenset(chain.from_iterable(_days_on(year) for year in years)),
        special={
            iso_date(text(day, "date"), "date"): _shifts(day) for day in tables(content, "special")
        },
        published=frozenset(whole_number(year, "year") for year in years) or None,
    )


def _days_off(year: Content) -> list[date]:
    days: list[date] = []
    for holiday in tables(year, "off"):
        first = iso_date(text(holiday, "first"), "first")
        last = iso_date(text(holiday, "last"), "last")
        _must_be_near(whole_number(year, "year"), first, last, key="off")
        days += [first + timedelta(days=passed) for passed in range((last - first).days + 1)]
    return days


def _days_on(year: Content) -> list[date]:
    days = [iso_date(day, "on") for day in texts(year, "on")]
    for day in days:
        _must_be_near(whole_number(year, "year"), day, day, key="on")
    return days


def _must_be_near(year: int, first: date, last: date, *, key: str) -> None:
    """Refuse slips of the pen: what one notice moves lies in its year or the December before."""
    if first > last or last.year > year or first < date(year - 1, 12, 1):
        raise malformed(key, f"days of {year}, the first before the last", first.isoformat())


def _season(season: Content) -> Season:
    first = iso_date(text(season, "first"), "first")
    last = iso_date(text(season, "last"), "last")
    if first > last:
        raise malformed("first", "before 'last'", first.isoformat())
    return Season(first=first, last=last, shifts=_shifts(season))


def _shifts(content: Content) -> tuple[Shift, ...]:
    return tuple(_shift(written) for written in texts(content, "shifts"))


def _shift(written: str) -> Shift:
    parts = _SHIFT.fullmatch(written)
    numbers = [int(part) for part in parts.groups()] if parts else [DAY] * 4
    opens, closes = numbers[0] * 60 + numbers[1], numbers[2] * 60 + numbers[3]
    if max(opens, closes) > DAY:
        raise malformed("shifts", "a list of shifts like 08:00-12:00, up to 24:00", written)
    return opens, closes


def _weekday(word: str) -> int:
    if word not in WEEKDAYS:
        raise malformed("week", f"a list of {', '.join(WEEKDAYS)}", word)
    return WEEKDAYS.index(word)


def _time_zone(content: Content) -> str:
    name = text(content, "time_zone")
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise malformed("time_zone", "a time zone like Asia/Shanghai", name) from None
    return name
