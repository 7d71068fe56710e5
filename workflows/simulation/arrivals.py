"""Arrivals: when matters are reported, by the rates of hours and weekdays, from a seed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from workflows.simulation.assumptions import Assumptions, Mixed


def arrivals(
    assumptions: Assumptions, chance: Random, *, cases: int, begins: date, zone: ZoneInfo
) -> list[datetime]:
    """Give so many instants in order, from the first day on."""
    hours = Mixed.of({str(hour): weight for hour, weight in enumerate(assumptions.hours)})
    found: list[datetime] = []
    for day, expected in _days(assumptions, begins):
        count = min(int(expected + chance.random()), cases - len(found))
        found += sorted(_instant(day, hours, chance, zone) for _ in range(count))
        if len(found) == cases:
            return sorted(found)
    raise AssertionError  # days do not end


def _days(assumptions: Assumptions, begins: date) -> Iterator[tuple[date, float]]:
    """Give days and the number to expect on each."""
    week = assumptions.weekdays
    day = begins
    while True:
        yield day, assumptions.per_day * 7 * week[day.weekday()] / sum(week)
        day += timedelta(days=1)


def _instant(day: date, hours: Mixed, chance: Random, zone: ZoneInfo) -> datetime:
    midnight = datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)
    hour = int(hours.drawn(chance.random()))
    return midnight + timedelta(hours=hour, seconds=int(3600 * chance.random()))
