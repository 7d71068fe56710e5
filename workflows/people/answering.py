"""Who answers now for a role in an area: who is on duty, who holds it, and who stands in for whom.

A step never waits for an absent person. Whoever holds a role may act in it at any time; this says
only whom to tell and whether there is anybody at all.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, Protocol
from zoneinfo import ZoneInfo

from domain.kernel.codes import AreaCode
from domain.people.roles import Held, Post
from domain.people.rota import Duty

How = Literal["on-duty", "holder", "deputy"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answerer:
    """Somebody who answers now, at which post, and why he does."""

    handle: str
    post: Post
    how: How


class Staff(Protocol):
    """The roster as it stands; an answer may be some seconds old."""

    def is_known(self) -> bool:
        """Tell whether the roster was read to its end; one half read misses people."""
        ...

    def holding(
        self, role: str, area: AreaCode, day: date, *, unit: str | None = None
    ) -> Sequence[Held]:
        """Give who holds a role for an area (and a unit) on a day, the nearest post first."""
        ...

    def away(self, handles: Collection[str], day: date) -> Collection[str]:
        """Give those of the people who are absent on a day."""
        ...

    def duties(self, posts: Collection[Post]) -> Sequence[tuple[Post, Duty]]:
        """Give the rotas of posts, past and coming duties too."""
        ...


class FullStaff:
    """A staff nobody asked about: somebody sits at every level and nobody is away."""

    def is_known(self) -> bool:
        return True

    def holding(
        self, role: str, area: AreaCode, day: date, *, unit: str | None = None
    ) -> Sequence[Held]:
        del day
        posts = [Post(role=role, area=above, unit=unit) for above in reversed(area.path)]
        return [Held(handle=f"p-{role.replace('_', '-')}", post=post) for post in posts]

    def away(self, handles: Collection[str], day: date) -> Collection[str]:
        del handles, day
        return ()

    def duties(self, posts: Collection[Post]) -> Sequence[tuple[Post, Duty]]:
        del posts
        return ()


def answering(  # role, area and instant are what is asked; the rest is the city's
    staff: Staff,
    role: str,
    area: AreaCode,
    at: datetime,
    *,
    zone: ZoneInfo,
    unit: str | None = None,
) -> list[str]:
    """Give the handles of who answers now, those to be told first in front; empty when nobody is.

    ``at`` is an aware UTC instant, ``zone`` the city's, in which days and shifts are meant.
    """
    found = answerers(staff, role, area, at, zone=zone, unit=unit)
    return list(dict.fromkeys(one.handle for one in found))


def answerers(  # as above
    staff: Staff,
    role: str,
    area: AreaCode,
    at: datetime,
    *,
    zone: ZoneInfo,
    unit: str | None = None,
) -> list[Answerer]:
    """Give who answers now at the nearest place at which anybody does.

    At one place those on duty by its rota answer alone; without a rota everybody who holds the
    post. For whoever is away, his deputies answer. A place at which all are away and have no
    deputy is passed over for the next above it.
    """
    local = at.astimezone(zone)
    held = staff.holding(role, area, local.date(), unit=unit)
    away = staff.away({one.handle for one in held}, local.date())
    rota = staff.duties({one.post for one in held})
    for place in dict.fromkeys(one.post.area for one in held):
        here = [one for one in held if one.post.area == place]
        on_duty = {
            duty.handle for post, duty in rota if post.area == place and duty.holds_at(local)
        }
        if found := list(_here(here, on_duty, away)):
            return found
    return []


def _here(
    here: Sequence[Held], on_duty: Collection[str], away: Collection[str]
) -> Iterator[Answerer]:
    """Give who answers at one place: those on duty if anybody is, and the deputies of the away."""
    called = [one for one in here if one.handle in on_duty] or [
        one for one in here if one.deputy_for is None
    ]
    for one in called:
        if one.handle not in away:
            how: How = "on-duty" if one.handle in on_duty else "holder"
            yield Answerer(handle=one.handle, post=one.post, how=how)
    missing = {one.handle for one in called if one.handle in away}
    orphaned = not any(one.handle not in away for one in called)
    for one in here:
        stands_in = one.deputy_for in missing or (orphaned and one.deputy_for is not None)
        if stands_in and one.handle not in away and one.handle not in on_duty:
            yield Answerer(handle=one.handle, post=one.post, how="deputy")


def somebody_sits(staff: Staff, role: str, area: AreaCode, day: date) -> bool:
    """Tell whether anybody who is not away holds a role at the area itself, as a deputy or not.

    While the roster is not read to its end, somebody is taken to: no case may jump to the top
    by that.
    """
    if not staff.is_known():
        return True
    sitting = {one.handle for one in staff.holding(role, area, day) if one.post.area == area}
    return bool(sitting - set(staff.away(sitting, day)))
