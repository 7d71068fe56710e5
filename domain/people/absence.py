"""Absence: days on which a person is away and others answer; the roles stay."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.kernel.refusals import Refused
from domain.people.events import Absent, CameBack

if TYPE_CHECKING:
    from datetime import date

    from domain.kernel.act import Act
    from domain.people.person import Person


@dataclass(frozen=True, slots=True)
class Absence:
    """From the first day away until ``to_day``, the first day back."""

    from_day: date
    to_day: date

    def holds_on(self, day: date) -> bool:
        """Tell whether the person is away on a day."""
        return self.from_day <= day < self.to_day


def be_absent(person: Person, act: Act, *, from_day: date, to_day: date) -> None:
    """Say that a person is away; days on which that is known already record nothing.

    Refuses ``no-such-person``, ``person-left`` and ``days-out-of-order``.
    """
    person.must_serve(from_day)
    if to_day <= from_day:
        raise Refused("days-out-of-order", "An absence ends after the day it begins.")
    if any(one.from_day <= from_day and to_day <= one.to_day for one in person.absences):
        return
    absence = len(person.absences) + 1
    person.tell(
        Absent(act=act, handle=person.handle, absence=absence, from_day=from_day, to_day=to_day)
    )


def come_back(person: Person, act: Act, *, to_day: date) -> None:
    """End every absence that would last on that day; who is not away records nothing."""
    person.must_serve(to_day)
    for number, absence in enumerate(person.absences, start=1):
        if absence.holds_on(to_day):
            person.tell(CameBack(act=act, handle=person.handle, absence=number, to_day=to_day))


def ended_earlier(absences: tuple[Absence, ...], number: int, to_day: date) -> tuple[Absence, ...]:
    """Give the absences with one of them (counted from 1) ended on a day."""
    ended = Absence(absences[number - 1].from_day, to_day)
    return (*absences[: number - 1], ended, *absences[number:])
