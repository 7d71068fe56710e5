"""A party of a whistle: what it has answered, when, and what it missed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime  # read at run time where a roll is kept

from domain.kernel.limits import Limit

SIGN_FOR, CONTACT, CHECK_IN, DONE = "sign-for", "contact", "check-in", "done"
DUTIES = (SIGN_FOR, CONTACT, CHECK_IN, DONE)
"""What a party owes, in order; each may have a limit."""

RUNG = "rung"
SUMMONED, SIGNED_FOR, CONTACTED, CHECKED_IN, WORKING = (
    "summoned",
    "signed-for",
    "contacted",
    "checked-in",
    "working",
)
WITHDRAWN, SUBSTITUTED = "withdrawn", "substituted"
RATED = "rated"
STATES = (SUMMONED, SIGNED_FOR, CONTACTED, CHECKED_IN, WORKING, DONE, WITHDRAWN, SUBSTITUTED)

PARTY_MARKS = frozenset({*STATES, RATED} - {SUMMONED})
"""What a step of a party means to the city, whatever a definition calls it."""

PARTY_ENDINGS = frozenset({DONE, WITHDRAWN, SUBSTITUTED})
"""How a whistle can be over for a party."""


@dataclass(slots=True, kw_only=True)
class Party:
    """One summoned unit; ``counted_from`` is when its time to check in and be done began.

    ``stage`` is where its definition says it stands, ``state`` what its facts add up to.
    """

    unit: str
    stage: str = SUMMONED
    summoned_at: datetime
    counted_from: datetime
    stands_for: str | None = None
    signed_at: datetime | None = None
    contacted_at: datetime | None = None
    arrived_at: datetime | None = None
    began_at: datetime | None = None
    done_at: datetime | None = None
    left_at: datetime | None = None
    left_as: str | None = None
    distance_m: int | None = None
    photo: str | None = None
    missed: list[str] = field(default_factory=list)
    level: str | None = None
    rungs: int = 0
    rung_from: datetime | None = None
    grace: Limit | None = None
    stars: int | None = None

    @property
    def state(self) -> str:
        """Where it stands; being overdue is no state, as a late party may still come."""
        reached = (
            (self.left_at, self.left_as or ""),
            (self.done_at, DONE),
            (self.began_at, WORKING),
            (self.arrived_at, CHECKED_IN),
            (self.contacted_at, CONTACTED),
            (self.signed_at, SIGNED_FOR),
        )
        return next((state for at, state in reached if at is not None), SUMMONED)

    def took(self, mark: str) -> bool:
        """Whether it took a step of this meaning already."""
        at = {
            SIGNED_FOR: self.signed_at,
            CONTACTED: self.contacted_at,
            CHECKED_IN: self.arrived_at,
            WORKING: self.began_at,
        }
        return at.get(mark) is not None

    @property
    def over(self) -> bool:
        """Whether nothing more is expected of it."""
        return self.done_at is not None or self.left_at is not None

    @property
    def overdue(self) -> bool:
        """Whether something it missed is still owed."""
        return not self.over and any(self.answered_at(duty) is None for duty in self.missed_duties)

    @property
    def missed_duties(self) -> list[str]:
        """What it missed, without the rungs."""
        return [what for what in self.missed if what in DUTIES]

    def answered_at(self, duty: str) -> datetime | None:
        """When a duty was met; who checks in has thereby signed for it and made contact."""
        met = {
            SIGN_FOR: (self.signed_at, self.contacted_at, self.arrived_at),
            CONTACT: (self.contacted_at, self.arrived_at),
            CHECK_IN: (self.arrived_at,),
            DONE: (self.done_at,),
        }[duty]
        return min((at for at in met if at is not None), default=None)

    def since(self, duty: str) -> datetime:
        """When the time for a duty began."""
        return self.summoned_at if duty in (SIGN_FOR, CONTACT) else self.counted_from
