"""The local times of a file, read as instants.

A file says what the clock on the wall said. Where that clock is put back, an hour is read twice:
the first pass is taken, unless only the second leaves the order of the record intact. A time in
the hour that is skipped in spring is read by the offset before it, so 02:30 stands for 03:30.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from domain.kernel.calendar import FIRST_YEAR, LAST_YEAR

ISO = "iso"
DAY = "day"


class BadTime(ValueError):
    """A sentence that says why a time cannot be used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalTimes:
    """How a file writes its times: the zone, the ways of writing, and to the second or the day.

    A day is stamped at its first instant, openings and closings alike: so the days between them
    stay whole, and no hour is invented.
    """

    zone: ZoneInfo
    formats: tuple[str, ...] = (ISO,)
    precision: str = "second"

    def read(self, text: str, *, not_before: datetime | None = None) -> datetime:
        """Give the instant; raises ``BadTime`` with the reason."""
        wall = self._parsed(text)
        if not FIRST_YEAR <= wall.year <= LAST_YEAR:
            raise BadTime(f"'{text}' lies outside the years {FIRST_YEAR} to {LAST_YEAR}.")
        if wall.tzinfo is not None:
            return wall.astimezone(UTC)
        local = wall.replace(tzinfo=self.zone)
        instant = local.astimezone(UTC)
        if not_before is not None and instant < not_before:
            second_pass = local.replace(fold=1).astimezone(UTC)
            return max(instant, second_pass) if second_pass >= not_before else instant
        return instant

    def _parsed(self, text: str) -> datetime:
        for written in self.formats:
            try:
                wall = datetime.fromisoformat(text) if written == ISO else _as(written, text)
            except ValueError:
                continue
            return self._precise(wall, text)
        raise BadTime(f"'{text[:40]}' is no time as this mapping writes it.")

    def _precise(self, wall: datetime, text: str) -> datetime:
        if self.precision != DAY:
            if ":" not in text:
                raise BadTime(
                    f"'{text}' has no time of day; a mapping by the day reads such files."
                )
            return wall
        if (wall.hour, wall.minute, wall.second, wall.microsecond) != (0, 0, 0, 0):
            raise BadTime(f"'{text}' has a time of day, but this mapping reads days.")
        return wall


def _as(written: str, text: str) -> datetime:
    return datetime.strptime(text, written)  # noqa: DTZ007  # the zone is the mapping's
