"""What can happen to somebody's personal data. ``subject`` is a handle or ``case:<id>``."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from domain.kernel.facts import Confided, Fact, fact


@fact("person.erased")
@dataclass(frozen=True, slots=True, kw_only=True)
class PersonErased(Fact):
    """Everything kept of somebody was erased; ``fingerprint`` is of the key that was destroyed.

    ``basis`` names the law or the retention rule, ``life`` which life of the person it was.
    """

    subject: str
    basis: str
    life: int
    fingerprint: str


@fact("person.readmitted")
@dataclass(frozen=True, slots=True, kw_only=True)
class PersonReadmitted(Fact):
    """Something may be kept of an erased person again, under a new key; the old stays destroyed."""

    subject: str
    basis: str
    life: int


@fact("person.restricted")
@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRestricted(Fact):
    """Nothing but storage is allowed; with ``hold`` it may not be erased either."""

    subject: str
    basis: str
    hold: bool


@fact("person.released")
@dataclass(frozen=True, slots=True, kw_only=True)
class PersonReleased(Fact):
    """A restriction or legal hold is over."""

    subject: str
    basis: str


@fact("person.revealed")
@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRevealed(Fact):
    """Somebody looked at words of a person or case, and said why.

    ``stream``, ``version`` and ``field`` say which words; the vault keeps the reason.
    """

    subject: str
    stream: UUID
    version: int
    field: str
    reason: Confided


@fact("person.exported")
@dataclass(frozen=True, slots=True, kw_only=True)
class PersonExported(Fact):
    """All that is kept of somebody was handed out as one export."""

    subject: str
    basis: str
    fields: int
