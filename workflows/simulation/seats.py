"""Seats: who held which post when and who was away, small enough to hand to another process."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from domain.kernel.codes import AreaCode
from domain.kernel.refusals import Refused
from domain.people.absence import Absence
from workflows.people.sheet import read_posts


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """Somebody at a post of an area, from the first day until the first day without it."""

    handle: str
    role: str
    area: AreaCode
    from_day: date
    to_day: date | None = None

    def holds_on(self, day: date) -> bool:
        """Tell whether the post is held on a day."""
        return self.from_day <= day and (self.to_day is None or day < self.to_day)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seats:
    """A whole roster, as far as the ladder asks for it."""

    held: Mapping[tuple[str, AreaCode], tuple[Seat, ...]]
    absences: Mapping[str, tuple[Absence, ...]] = field(default_factory=dict)

    def sits(self, role: str, area: AreaCode, day: date) -> bool:
        """Tell whether anybody who is not away holds the role at the area itself."""
        return any(
            one.holds_on(day) and not self._is_away(one.handle, day)
            for one in self.held.get((role, area), ())
        )

    def _is_away(self, handle: str, day: date) -> bool:
        return any(absence.holds_on(day) for absence in self.absences.get(handle, ()))


def seats_of(seats: Iterable[Seat], absences: Iterable[tuple[str, Absence]] = ()) -> Seats:
    """Lay seats and absences out, each handle with its own."""
    held: dict[tuple[str, AreaCode], list[Seat]] = defaultdict(list)
    away: dict[str, list[Absence]] = defaultdict(list)
    for seat in seats:
        held[seat.role, seat.area].append(seat)
    for handle, absence in absences:
        away[handle].append(absence)
    return Seats(
        held={post: tuple(found) for post, found in held.items()},
        absences={handle: tuple(found) for handle, found in away.items()},
    )


def seats_from(data: bytes, absences: Iterable[tuple[str, Absence]] = ()) -> Seats:
    """Read the seats of a roster sheet to try; refuses ``roster-not-understood``.

    People are away as they are known to be; posts held at a unit answer no rung and are left out.
    """
    posts, bad = read_posts(data)
    if bad:
        reason = f"The roster has {len(bad)} rows that cannot be read: {bad[0]}"
        raise Refused("roster-not-understood", reason, findings=[str(one) for one in bad])
    return seats_of(
        (
            Seat(
                handle=one.handle,
                role=one.role,
                area=one.area,
                from_day=one.from_day,
                to_day=one.to_day,
            )
            for one in posts
            if one.area is not None and one.unit is None
        ),
        absences,
    )
