"""The roll of a whistle: what its facts add up to, and the deadlines that follow from them.

The record and the read models fold the same roll, so they cannot disagree.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from domain.kernel.limits import Limit
from domain.kernel.places import Place
from domain.whistle.events import PartyLimits, PartyWay
from domain.whistle.folding import FOLDS
from domain.whistle.party import CHECK_IN, CONTACT, DONE, DUTIES, RUNG, SIGN_FOR, Party
from domain.whistle.states import BLOWN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from domain.kernel.calendar import Clock
    from domain.kernel.facts import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """An open deadline of a party: computed from facts and the stamped limits and calendar."""

    party: str
    what: str
    timer: str
    began_at: datetime
    limit: Limit
    due_at: datetime
    warn_at: datetime


@dataclass(slots=True, kw_only=True)
class Roll:
    """Where a whistle stands; ``rules`` and ``calendar`` are ``name@version``."""

    incident: UUID | None = None
    kind: str = ""
    cause: str = ""
    rules: str = ""
    calendar: str = ""
    area: str = ""
    place: Place | None = None
    radius_m: int | None = None
    photo_needed: bool = False
    way: PartyWay = field(default_factory=PartyWay)
    limits: PartyLimits = field(default_factory=PartyLimits)
    state: str = ""
    parties: dict[str, Party] = field(default_factory=dict)
    asked_at: datetime | None = None
    blown_at: datetime | None = None
    over_at: datetime | None = None
    last_at: datetime | None = None
    result: str | None = None

    @property
    def open(self) -> bool:
        """Whether it was blown and is not over."""
        return self.state == BLOWN

    @property
    def open_parties(self) -> list[Party]:
        """The parties of which something is expected."""
        return [party for party in self.parties.values() if not party.over]

    @property
    def awaited(self) -> list[Party]:
        """The parties without which the street cannot confirm: none once enough are done."""
        done = sum(party.done_at is not None for party in self.parties.values())
        enough = self.way.enough
        return [] if enough is not None and done >= enough else self.open_parties

    def fold(self, fact: Fact) -> None:
        """Move on by one fact; facts of other kinds change nothing."""
        folding = FOLDS.get(type(fact))
        if folding is not None:
            folding(self, fact)
            self.last_at = fact.act.at

    def limit(self, duty: str) -> Limit | None:
        """Give the limit of a duty; None where this kind of whistle asks nothing."""
        limits = self.limits
        return {
            SIGN_FOR: limits.sign_for,
            CONTACT: limits.contact,
            CHECK_IN: limits.check_in,
            DONE: limits.done,
        }[duty]

    def due_at(self, party: Party, duty: str, calendar: Clock) -> datetime | None:
        """When a duty of a party is due."""
        limit = self.limit(duty)
        return None if limit is None else limit.due_at(party.since(duty), calendar)

    def on_time(self, party: Party, duty: str, calendar: Clock) -> bool | None:
        """Judge a duty; None while it is open, where nothing was owed, or it left before."""
        due_at, answered_at = self.due_at(party, duty, calendar), party.answered_at(duty)
        if due_at is None:
            return None
        if answered_at is not None:
            return answered_at <= due_at
        return False if duty in party.missed else None

    def deadlines(self, whistle: UUID, calendar: Clock) -> list[Deadline]:
        """Give every open deadline, party by party."""
        if not self.open:
            return []
        return [
            deadline
            for party in self.open_parties
            for deadline in self._deadlines_of(party, whistle, calendar)
        ]

    def _deadlines_of(self, party: Party, whistle: UUID, calendar: Clock) -> Iterator[Deadline]:
        for duty in DUTIES:
            limit = self.limit(duty)
            if limit and party.answered_at(duty) is None and duty not in party.missed:
                timer = f"{whistle}/{party.unit}/{duty}"
                yield _deadline(party, duty, timer, party.since(duty), limit, calendar)
        rung = f"{RUNG}:{party.rungs}"
        if party.grace and party.rung_from and party.overdue and rung not in party.missed:
            timer = f"{whistle}/{party.unit}/{rung}"
            yield _deadline(party, rung, timer, party.rung_from, party.grace, calendar)


def _deadline(  # noqa: PLR0917  # all of them are of one deadline, in its own order
    party: Party, what: str, timer: str, began_at: datetime, limit: Limit, calendar: Clock
) -> Deadline:
    return Deadline(
        party=party.unit,
        what=what,
        timer=timer,
        began_at=began_at,
        limit=limit,
        due_at=limit.due_at(began_at, calendar),
        warn_at=limit.warn_at(began_at, calendar),
    )
