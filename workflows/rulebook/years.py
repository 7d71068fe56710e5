"""Years for which nobody announced the holidays: working time is counted by plain weeks in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from domain.kernel.calendar import WorkingCalendar
from domain.kernel.codes import AreaCode
from ledger.shelf import Shelf
from workflows.definition import Definition

_DECEMBER = 12


class Unannounced(NamedTuple):
    """A calendar without some years; ``area`` is None where it is that of all other areas."""

    calendar: str
    area: AreaCode | None
    years: tuple[int, ...]


def missing_years(calendar: WorkingCalendar, now: datetime) -> tuple[int, ...]:
    """Name this year, and in December the next, if nobody announced its holidays."""
    here = now.astimezone(ZoneInfo(calendar.time_zone))
    until = here.replace(year=here.year + 1, day=1) if here.month == _DECEMBER else here
    return calendar.unpublished(here, until)


def unannounced(
    shelf: Shelf, definitions: Iterable[Definition], area: AreaCode | None, now: datetime
) -> list[Unannounced]:
    """Give the calendars by which an area and those below it count, and which years they lack."""
    named = dict.fromkeys(one for each in definitions for one in _calendars(each, area))
    found = []
    for name, place in named:
        calendar = shelf.calendar(shelf.latest("calendar", name))
        if years := missing_years(calendar, now):
            found.append(Unannounced(name, place, years))
    return found


def _calendars(
    definition: Definition, area: AreaCode | None
) -> Iterator[tuple[str, AreaCode | None]]:
    """Name the calendar of the area itself, then those that areas inside have for themselves."""
    own = definition.calendar_in(area) if area else definition.calendar
    yield own, area
    for place, name in definition.calendar_areas:
        if name != own and (area is None or area.covers(place)):
            yield name, place
