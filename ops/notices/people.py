"""Who is meant by ``role@area``, ``role@unit`` or ``reporter@handle`` now, as handles."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from domain.kernel.codes import AreaCode
from domain.kernel.refusals import Refused
from projections.people.queries import unit_on
from workflows.people.answering import answering

if TYPE_CHECKING:
    from ops.bootstrap import Gridward

REPORTER = "reporter"
People = Callable[[str], Sequence[str]]
"""Gives the handles of those a notice is to; empty when nobody is known."""


def people_of(gridward: Gridward) -> People:
    """Ask the roster: those on duty, else the holders, and deputies of the absent."""
    staff, zone = gridward.desk.office.staff, ZoneInfo(gridward.settings.time_zone)

    def people(to: str) -> Sequence[str]:
        role, _, place = to.partition("@")
        if role == REPORTER:
            return (place,)
        area, unit = _place(gridward, place, zone)
        if area is None:
            return ()
        return answering(staff, role, area, gridward.now(), zone=zone, unit=unit)

    return people


def nobody(_to: str) -> Sequence[str]:
    """Know nobody: for those who only relay to addresses."""
    return ()


def _place(gridward: Gridward, place: str, zone: ZoneInfo) -> tuple[AreaCode | None, str | None]:
    try:
        return AreaCode(place), None
    except Refused:
        day = gridward.now().astimezone(zone).date()
        with gridward.store.reading() as conn:
            unit = unit_on(conn, place, day)
        return (unit.area, unit.code) if unit else (None, None)
