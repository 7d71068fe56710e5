"""Orders to one account; secrets travel in them only as hashes or on their way to the vault."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeAlias
from uuid import UUID

from domain.kernel.codes import AreaCode
from domain.kernel.confiding import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenAccount:
    """Let a person of the roster have an account."""

    handle: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DisableAccount:
    """End all its sessions and let nobody sign in."""

    handle: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EnableAccount:
    """Let the person sign in again."""

    handle: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeLink:
    """Make a one-time link by which the person sets a password; ``digest`` is its SHA-256."""

    handle: str
    purpose: str
    digest: str
    lasts: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class SetPassword:
    """Set the argon2id hash of a password; with ``link`` that link is asked for and used up."""

    handle: str
    how: str
    hashed: Words = field(metadata={"private": True})
    link: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AddFactor:
    """Add a second factor that the person has just proved to have."""

    handle: str
    name: str
    kind: str
    secret: Words | None = field(default=None, metadata={"private": True})
    public_key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveFactor:
    """Take a second factor away."""

    handle: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueKey:
    """Issue a key to a machine that acts as this person."""

    handle: str
    label: str
    role: str
    area: AreaCode
    scopes: tuple[str, ...]
    digest: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeKey:
    """Take a key back."""

    handle: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UseLink:
    """Use a one-time link up without setting a password: an identity is bound by it."""

    handle: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BindIdentity:
    """Let an identity of a sign-in provider sign a person in; ``identity`` is its record's id."""

    handle: str
    provider: str
    identity: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class UnbindIdentity:
    """Take an identity from a person."""

    handle: str
    identity: UUID


AdminOrder: TypeAlias = OpenAccount | DisableAccount | EnableAccount | MakeLink
PersonalOrder: TypeAlias = SetPassword | AddFactor | UseLink
OwnOrder: TypeAlias = SetPassword | AddFactor | UseLink | RemoveFactor | IssueKey | RevokeKey
AccountOrder: TypeAlias = AdminOrder | OwnOrder
IdentityOrder: TypeAlias = BindIdentity | UnbindIdentity
