"""A duty rota: who is on duty for a post, on which days of the week and at which hours."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from domain.kernel.codes import AreaCode
from domain.kernel.ids import named_id
from domain.kernel.record import Record
from domain.kernel.refusals import Refused
from domain.kernel.shifts import DAY
from domain.people.events import DutyEnded, DutyGiven
from domain.people.roles import Post, must_be_holdable

if TYPE_CHECKING:
    from domain.kernel.act import Act
    from domain.kernel.facts import Fact

EVERY_DAY = tuple(range(7))
_A_DAY = timedelta(days=1)


def rota_id(post: Post) -> UUID:
    """Give the id of the rota of a post."""
    return named_id("rota", f"{post.role}@{post.area or ''}/{post.unit or ''}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """Hours of the local day, over midnight where ``ends`` is not the later minute.

    ``to_day`` is the first day without it; ``weekdays`` count from Monday 0.
    """

    handle: str
    from_day: date
    begins: int
    ends: int
    weekdays: tuple[int, ...] = EVERY_DAY
    to_day: date | None = None

    def holds_at(self, local: datetime) -> bool:
        """Tell whether somebody is on duty at a local time; a night belongs to its evening."""
        minute = local.hour * 60 + local.minute
        if self.begins < self.ends:
            return self.begins <= minute < self.ends and self._begins_on(local.date())
        if minute >= self.begins:
            return self._begins_on(local.date())
        return minute < self.ends and self._begins_on(local.date() - _A_DAY)

    def _begins_on(self, day: date) -> bool:
        lasts = self.to_day is None or day < self.to_day
        return self.from_day <= day and lasts and day.weekday() in self.weekdays


class Rota(Record):
    """The duties of one post: a role at an area, at a unit, or at a unit's work in an area."""

    KIND = "rota"

    def __init__(self, record_id: UUID) -> None:
        """Begin without a duty."""
        super().__init__(record_id)
        self.duties: tuple[Duty, ...] = ()

    def give_duty(self, act: Act, *, post: Post, duty: Duty) -> int:
        """Put somebody on duty and give the duty's number; the same duty again records nothing.

        Refuses ``invalid-duty`` and ``days-out-of-order``.
        """
        must_be_holdable(post.role, area=post.area, unit=post.unit)
        _must_be_sound(duty)
        if duty in self.duties:
            return self.duties.index(duty) + 1
        number = len(self.duties) + 1
        self.tell(
            DutyGiven(
                act=act,
                role=post.role,
                area=str(post.area) if post.area else None,
                unit=post.unit,
                duty=number,
                handle=duty.handle,
                from_day=duty.from_day,
                to_day=duty.to_day,
                begins=duty.begins,
                ends=duty.ends,
                weekdays=duty.weekdays,
            )
        )
        return number

    def end_duty(self, act: Act, *, post: Post, number: int, to_day: date) -> None:
        """End a duty on a day; refuses ``no-such-duty``."""
        if not 0 < number <= len(self.duties):
            reason = "The rota has no duty of this number; look at the rota and choose one."
            raise Refused("no-such-duty", reason, duty=number)
        if self.duties[number - 1].to_day == to_day:
            return
        area = str(post.area) if post.area else None
        self.tell(
            DutyEnded(
                act=act, role=post.role, area=area, unit=post.unit, duty=number, to_day=to_day
            )
        )

    def when(self, fact: Fact) -> None:
        """Assign what the fact says."""
        match fact:
            case DutyGiven():
                self.duties = (*self.duties, duty_of(fact))
            case DutyEnded(duty=number):
                ended = replace(self.duties[number - 1], to_day=fact.to_day)
                self.duties = (*self.duties[: number - 1], ended, *self.duties[number:])


def duty_of(fact: DutyGiven) -> Duty:
    """Give the duty that a fact tells of."""
    return Duty(
        handle=fact.handle,
        from_day=fact.from_day,
        to_day=fact.to_day,
        begins=fact.begins,
        ends=fact.ends,
        weekdays=fact.weekdays,
    )


def post_of(fact: DutyGiven | DutyEnded) -> Post:
    """Give the post whose rota a fact belongs to."""
    area = AreaCode(fact.area) if fact.area else None
    return Post(role=fact.role, area=area, unit=fact.unit)


def _must_be_sound(duty: Duty) -> None:
    hours = 0 <= duty.begins < DAY and 0 <= duty.ends <= DAY and duty.begins != duty.ends
    if not hours or not duty.weekdays or not set(duty.weekdays) <= set(EVERY_DAY):
        reason = "A duty has hours such as 22:00-06:00 and at least one day of the week."
        raise Refused("invalid-duty", reason, begins=duty.begins, ends=duty.ends)
    if duty.to_day is not None and duty.to_day <= duty.from_day:
        raise Refused("days-out-of-order", "A duty ends after the day it begins.")
