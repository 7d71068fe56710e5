"""Shifts: the working hours of a local day, and the instants at which they open and close."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from domain.kernel.refusals import Refused

if TYPE_CHECKING:
    from collections.abc import Sequence
    from zoneinfo import ZoneInfo

Shift = tuple[int, int]
"""First minute of the local day and the minute after the last: 08:00-12:00 is (480, 720)."""

OFFICE_SHIFTS: tuple[Shift, ...] = ((480, 720), (840, 1080))
DAY = 1440
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = 1_000_000
_READINGS = 16_384  # eleven years of four a day: calendars share them, and so do wider tables


@dataclass(frozen=True, slots=True, kw_only=True)
class Season:
    """Other working hours from the first to the last date, both included, such as summer hours."""

    first: date
    last: date
    shifts: tuple[Shift, ...]


def must_be_in_order(shifts: Sequence[Shift]) -> None:
    """Refuse shifts that overlap, are empty, or leave the day (00:00 to 24:00)."""
    bounds = [minute for shift in shifts for minute in shift]
    whole = all(opens < closes for opens, closes in shifts)
    if not whole or any(a > b for a, b in pairwise([0, *bounds, DAY])):
        reason = "Shifts lie between 00:00 and 24:00, in order, without overlap; split at midnight."
        raise Refused("shifts-out-of-order", reason, minutes=bounds)


@lru_cache(maxsize=_READINGS)
def first_reading(day: date, minute: int, zone: ZoneInfo) -> int:
    """Find the first instant at which the local clock reads that minute of the day, or later."""
    wall = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(minutes=minute)
    local = wall.replace(tzinfo=zone)
    offset, other = local.utcoffset(), local.replace(fold=1).utcoffset()
    assert offset is not None  # noqa: S101  # a ZoneInfo always knows
    assert other is not None  # noqa: S101
    if offset >= other:
        return micros(wall - offset)
    # The reading is skipped in spring: the instant of the jump lies between the two answers.
    early, late = micros(wall - other), micros(wall - offset)
    while late - early > _SECOND:
        middle = (early + late) // 2 // _SECOND * _SECOND
        jumped = instant_of(middle).astimezone(zone).utcoffset() == other
        early, late = (early, middle) if jumped else (middle, late)
    return late


def micros(at: datetime) -> int:
    """Give an instant as microseconds since the epoch; refuses ``time-not-utc`` if naive."""
    if at.tzinfo is None:
        reason = "Times are aware UTC instants; give the offset and convert at the edge."
        raise Refused("time-not-utc", reason, at=at.isoformat())
    since = at - _EPOCH
    return (since.days * 86_400 + since.seconds) * _SECOND + since.microseconds


def instant_of(microseconds: int) -> datetime:
    """Give the UTC instant back."""
    return _EPOCH + timedelta(microseconds=microseconds)
