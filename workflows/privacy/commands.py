"""Orders about one person's data. ``subject`` is a handle or ``case:<id>``, ``basis`` the law."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as described
from typing import TypeAlias
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasePerson:
    """Destroy the key and every word kept of somebody; there is no way back."""

    subject: str
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadmitPerson:
    """Allow that something is kept of an erased person again."""

    subject: str
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RestrictPerson:
    """Allow nothing but storage; with ``hold`` not even erasure."""

    subject: str
    basis: str
    hold: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleasePerson:
    """End a restriction or a legal hold."""

    subject: str
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reveal:
    """Look at the words of one field, and say why."""

    stream: UUID
    version: int
    field: str
    reason: str = described(repr=False, metadata={"private": True})


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportPerson:
    """Note that all that is kept of somebody was handed out."""

    subject: str
    basis: str
    fields: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteSearch:
    """Note that somebody looked for a person, by which kind of term, and which cases were shown."""

    kind: str
    purpose: str
    found: tuple[UUID, ...] = ()


PrivacyOrder: TypeAlias = (
    ErasePerson | ReadmitPerson | RestrictPerson | ReleasePerson | ExportPerson
)
