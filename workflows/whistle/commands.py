"""Orders to one whistle. ``party`` is the code of the unit; free text goes to the vault."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias
from uuid import UUID

from domain.kernel.places import Place


def _private() -> str | None:
    return field(default=None, metadata={"private": True})


@dataclass(frozen=True, slots=True, kw_only=True)
class BlowWhistle:
    """Summon units to a case; where the kind needs approval, ask for it.

    Without ``place`` they come to the place of the case.
    """

    incident: UUID
    kind: str
    cause: str
    parties: tuple[str, ...]
    place: Place | None = None
    words: str | None = _private()


@dataclass(frozen=True, slots=True, kw_only=True)
class OfWhistle:
    """Which whistle an order is for, and the version its giver saw; None for what stands now."""

    whistle: UUID
    expected_version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproveWhistle(OfWhistle):
    """Let a whistle that was asked for be blown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclineWhistle(OfWhistle):
    """Let it not be blown."""

    reason: str | None = _private()


@dataclass(frozen=True, slots=True, kw_only=True)
class SignFor(OfWhistle):
    """Answer for a summons."""

    party: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeContact(OfWhistle):
    """Say that the party spoke with the street."""

    party: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckIn(OfWhistle):
    """Say that the party is on site; ``photo`` is the SHA-256 of a photo taken there."""

    party: str
    place: Place | None = None
    photo: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BeginWork(OfWhistle):
    """Begin the party's part."""

    party: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishWork(OfWhistle):
    """Say that the party's part is done."""

    party: str
    result: str | None = _private()


@dataclass(frozen=True, slots=True, kw_only=True)
class SubstituteParty(OfWhistle):
    """Let the unit ``by`` stand in for a party; the party or the street says so."""

    party: str
    by: str
    reason: str | None = _private()


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawParty(OfWhistle):
    """Let a party go."""

    party: str
    reason: str | None = _private()


@dataclass(frozen=True, slots=True, kw_only=True)
class RateParty(OfWhistle):
    """Rate a party that is done, with one to five stars."""

    party: str
    stars: int
    remark: str | None = _private()


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmWhistle(OfWhistle):
    """Say that the whistle is over: ``solved``, ``partly-solved`` or ``not-solved``."""

    result: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallOffWhistle(OfWhistle):
    """Let every party go; a process calls it off when the case has ended meanwhile."""

    reason: str | None = _private()


@dataclass(frozen=True, slots=True, kw_only=True)
class FirePartyDeadline:
    """Let a party's deadline that came due take it up a rung; the timer's id is the command's."""

    whistle: UUID
    timer: str


LeaderOrder: TypeAlias = ApproveWhistle | DeclineWhistle
PartyOrder: TypeAlias = SignFor | MakeContact | CheckIn | BeginWork | FinishWork
StreetOrder: TypeAlias = WithdrawParty | RateParty
EndOrder: TypeAlias = ConfirmWhistle | CallOffWhistle
StepOrder: TypeAlias = PartyOrder | StreetOrder | SubstituteParty
WhistleOrder: TypeAlias = LeaderOrder | StepOrder | EndOrder
