"""Rows of the incident tables, in the order of their columns."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.kernel.calendar import ELAPSED
from domain.kernel.codes import AreaCode
from domain.kernel.ids import incident_number
from domain.kernel.shifts import micros
from projections.incident.case import Case, Ending, Span, standing_deadlines
from projections.incident.keeping import written
from projections.incident.tables import NEVER

if TYPE_CHECKING:
    from domain.incident.course import Course
    from domain.kernel.calendar import Clock
    from domain.kernel.limits import Limit
    from projections.rows import Row

Stored: TypeAlias = Callable[[UUID], Any]
_EPOCH_DAY = date(1970, 1, 1).toordinal()
_GRIDS = 1000
_CITY, _DISTRICT, _STREET = 10**11, 10**9, 10**6


def case_row(stored: Stored, incident: UUID, case: Case, calendar: Clock) -> Row:
    """Give a case as the board shows it; ``stored`` turns an id into what a column keeps."""
    course = case.course
    due_at, warn_at = _next(course, incident, calendar)
    ended_at = _micros(course.closed_at)
    area, district, street = area_numbers(course.area)
    place = case.place
    return (
        stored(incident),
        incident_number(incident),
        not course.ended,
        _rank(due_at, ended_at),
        area,
        district,
        street,
        course.level,
        course.category,
        course.source,
        course.reference,
        course.stage,
        course.unit,
        course.handler,
        course.workflow,
        place.lon_e6 if place else None,
        place.lat_e6 if place else None,
        stored(course.leading) if course.leading else None,
        _micros(course.reported_at),
        _micros(course.entered_at),
        due_at,
        warn_at,
        _micros(course.bundled_due_at(calendar)),
        _micros(course.paused_at),
        course.backlog_at is not None,
        ended_at,
        course.final,
        course.outcome,
        course.on_time,
        course.escalations,
        case.version,
        written(case),
    )


def span_row(stored: Any, span: Span, calendar: Clock, zone: ZoneInfo) -> Row:
    """Give a finished stage."""
    left_at = span.act.at
    minutes, clock = _limit(span.limit)
    return (
        stored,
        span.seq,
        day_number(left_at, zone),
        span.stage,
        area_numbers(span.area)[0],
        span.level,
        span.category,
        span.unit,
        span.act.person,
        span.act.role,
        micros(span.entered_at),
        micros(left_at),
        ELAPSED.minutes_between(span.entered_at, left_at),
        calendar.minutes_between(span.entered_at, left_at),
        minutes,
        clock,
        span.on_time,
        span.round,
        span.rework,
        span.reopened,
        span.paused,
    )


def ending_row(stored: Any, case: Case, ending: Ending, zone: ZoneInfo) -> Row:
    """Give an ended case."""
    course = case.course
    minutes, clock = _limit(course.bundled)
    ended_at = case.closed_at or course.closed_at
    assert ended_at is not None  # noqa: S101  # it has an ending
    return (
        stored,
        day_number(ended_at, zone),
        course.final,
        course.outcome,
        area_numbers(course.area)[0],
        course.level,
        course.category,
        course.unit,
        _micros(course.reported_at),
        micros(ended_at),
        ending.clock_minutes,
        ending.working_minutes,
        ending.handling_minutes,
        ending.paused_minutes,
        minutes + course.added_minutes if minutes is not None else None,
        clock,
        course.on_time,
        course.reworks,
        case.rounds,
    )


def count_key(course: Course, zone: ZoneInfo) -> tuple[int, int, str, str]:
    """Give where a case counts: the day of its report, its community, category and unit."""
    assert course.reported_at is not None  # noqa: S101  # every case begins with a report
    area = area_numbers(course.area)[0] // _GRIDS * _GRIDS
    return day_number(course.reported_at, zone), area, course.category, course.unit or ""


def day_number(at: datetime, zone: ZoneInfo) -> int:
    """Count the days from 1970-01-01 to the city's date at that instant."""
    return at.astimezone(zone).toordinal() - _EPOCH_DAY


def day_of(day: date) -> int:
    """Count the days from 1970-01-01 to a date."""
    return day.toordinal() - _EPOCH_DAY


def date_of(number: int) -> date:
    """Give the date of a day number."""
    return date.fromordinal(number + _EPOCH_DAY)


@lru_cache(maxsize=1 << 16)
def area_numbers(area: str) -> tuple[int, int, int]:
    """Give the numbers of an area, its district and its street; 0 where it stands above them."""
    number = AreaCode(area).number
    district, street = number - number % _DISTRICT, number - number % _STREET
    return number, district if district % _CITY else 0, street if street % _DISTRICT else 0


def _next(course: Course, incident: UUID, calendar: Clock) -> tuple[int | None, int | None]:
    deadlines = standing_deadlines(course, incident, calendar)
    if not deadlines:
        return None, None
    due_at = min(deadline.due_at for deadline in deadlines)
    warn_at = min(deadline.warn_at for deadline in deadlines)
    return micros(due_at), micros(warn_at)


def _rank(due_at: int | None, ended_at: int | None) -> int:
    if ended_at is not None:
        return NEVER - ended_at
    return NEVER if due_at is None else due_at


def _limit(limit: Limit | None) -> tuple[int | None, str | None]:
    return (None, None) if limit is None else (limit.minutes, limit.clock)


def _micros(at: datetime | None) -> int | None:
    return None if at is None else micros(at)
