"""What can happen to a whistle. A party is known by the code of its unit.

``stage`` is where the definition of the whistle leads a party; facts told before there was one
have none.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from domain.kernel.facts import Confided, Fact, fact
from domain.kernel.limits import Limit
from domain.kernel.places import Place
from domain.kernel.steps import Why


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyLimits:
    """How long each party has, as the kind of whistle says; None where it asks nothing."""

    sign_for: Limit | None = None
    contact: Limit | None = None
    check_in: Limit | None = None
    done: Limit | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """On what terms parties are summoned; limits, radius and rules (``name@version``) are stamped.

    ``area`` is the street that blows. Without ``radius_m`` nobody has to come on site.
    """

    incident: UUID
    kind: str
    cause: str
    rules: str
    calendar: str
    area: str
    parties: tuple[str, ...]
    limits: PartyLimits
    radius_m: int | None = None
    place: Place | None = None
    photo_needed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyWay:
    """The way of each party: a definition (``name@version``) and the stage it begins in.

    So many parties that are done are ``enough``; None where each must be out of it. Whistles that
    were blown before it was stamped go the way of the first version.
    """

    definition: str = "whistle@1"
    starts_in: str = "summoned"
    enough: int | None = None


@fact("whistle.asked-for")
@dataclass(frozen=True, slots=True, kw_only=True)
class AskedFor(Fact):
    """A whistle that a higher leader must approve was asked for; nobody is summoned yet."""

    terms: Terms
    words: Confided | None = None
    way: PartyWay | None = None


@fact("whistle.declined")
@dataclass(frozen=True, slots=True, kw_only=True)
class Declined(Fact):
    """The leader did not approve."""

    incident: UUID
    reason: Confided | None = None


@fact("whistle.blown")
@dataclass(frozen=True, slots=True, kw_only=True)
class Blown(Fact):
    """The parties are summoned; their clocks run from now."""

    terms: Terms
    words: Confided | None = None
    approved_by: str | None = None
    way: PartyWay | None = None


@fact("whistle.party-signed-for")
@dataclass(frozen=True, slots=True, kw_only=True)
class PartySignedFor(Fact):
    """A party has read the summons and answers for it."""

    party: str
    stage: str | None = None


@fact("whistle.party-contacted")
@dataclass(frozen=True, slots=True, kw_only=True)
class PartyContacted(Fact):
    """A party has spoken with the street about the matter."""

    party: str
    stage: str | None = None


@fact("whistle.party-checked-in")
@dataclass(frozen=True, slots=True, kw_only=True)
class PartyCheckedIn(Fact):
    """A party is on site: where it stood, how far from the matter, and the SHA-256 of a photo."""

    party: str
    place: Place | None = None
    distance_m: int | None = None
    photo: str | None = None
    stage: str | None = None


@fact("whistle.party-began-work")
@dataclass(frozen=True, slots=True, kw_only=True)
class PartyBeganWork(Fact):
    """A party on site began its part."""

    party: str
    stage: str | None = None


@fact("whistle.party-done")
@dataclass(frozen=True, slots=True, kw_only=True)
class PartyDone(Fact):
    """A party has done its part."""

    party: str
    result: Confided | None = None
    stage: str | None = None


@fact("whistle.party-substituted")
@dataclass(frozen=True, slots=True, kw_only=True)
class PartySubstituted(Fact):
    """Another unit stands in.

    It signs for and contacts anew; the time to check in goes on, unless it was missed already.
    """

    party: str
    by: str
    reason: Confided | None = None
    stage: str | None = None


@fact("whistle.party-withdrawn")
@dataclass(frozen=True, slots=True, kw_only=True)
class PartyWithdrawn(Fact):
    """The street let a party go."""

    party: str
    reason: Confided | None = None
    stage: str | None = None


@fact("whistle.party-overdue")
@dataclass(frozen=True, slots=True, kw_only=True)
class PartyOverdue(Fact):
    """A party let a limit pass; it may still answer, but that it was late stays.

    ``what`` is ``sign-for``, ``contact``, ``check-in``, ``done``, or a rung such as ``rung:1``.
    """

    party: str
    what: str
    timer: str
    due_at: datetime
    why: Why = field(default_factory=dict)


@fact("whistle.party-escalated")
@dataclass(frozen=True, slots=True, kw_only=True)
class PartyEscalated(Fact):
    """A late party was taken up a rung; ``grace`` runs from ``due_at`` until the next."""

    party: str
    what: str
    left: str
    level: str
    owner: str
    due_at: datetime
    grace: Limit | None = None
    why: Why = field(default_factory=dict)


@fact("whistle.party-rated")
@dataclass(frozen=True, slots=True, kw_only=True)
class PartyRated(Fact):
    """The street rated a party with one to five stars."""

    party: str
    stars: int
    remark: Confided | None = None


@fact("whistle.confirmed")
@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed(Fact):
    """The street confirmed that the whistle is over, and how the matter stands."""

    incident: UUID
    result: str


@fact("whistle.called-off")
@dataclass(frozen=True, slots=True, kw_only=True)
class CalledOff(Fact):
    """The whistle was called off for all parties; ``cause`` is a word, such as ``case-ended``."""

    incident: UUID
    cause: str
    reason: Confided | None = None
