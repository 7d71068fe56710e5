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
class ApproveWhistle:
    """Let a whistle that was asked for be blown."""

    whistle: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclineWhistle:
    """Let it not be blown."""

    whistle: UUID
    reason: str | None = _private()


@dataclass(frozen=True, slots=True, kw_only=True)
class SignFor:
    """Answer for a summons."""

    whistle: UUID
    party: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeContact:
    """Say that the party spoke with the street."""

    whistle: UUID
    party: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckIn:
    """Say that the party is on site; ``photo`` is the SHA-256 of a photo taken there."""

    whistle: UUID
    party: str
    place: Place | None = None
    photo: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BeginWork:
    """Begin the party's part."""

    whistle: UUID
    party: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishWork:
    """Say that the party's part is done."""

    whistle: UUID
    party: str
    result: str | None = _private()


@dataclass(frozen=True, slots=True, kw_only=True)
class SubstituteParty:
    """Let the unit ``by`` stand in for a party; the party or the street says so."""

    whistle: UUID
    party: str
    by: str
    reason: str | None = _private()


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawParty:
    """Let a party go."""

    whistle: UUID
    party: str
    reason: str | None = _private()


@dataclass(frozen=True, slots=True, kw_only=True)
class RateParty:
    """Rate a party that is done, with one to five stars."""

    whistle: UUID
    party: str
    stars: int
    remark: str | None = _private()


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmWhistle:
    """Say that the whistle is over: ``solved``, ``partly-solved`` or ``not-solved``."""

    whistle: UUID
    result: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallOffWhistle:
    """Let every party go; a process calls it off when the case has ended meanwhile."""

    whistle: UUID
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
