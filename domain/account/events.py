"""What can happen to an account. Digests are SHA-256 of secrets of 256 random bits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # field types are read at run time by the decoder

from domain.kernel.facts import Confided, Fact, fact


@fact("account.opened")
@dataclass(frozen=True, slots=True, kw_only=True)
class AccountOpened(Fact):
    """A person of the roster may sign in from now on, once a password or passkey is set."""

    handle: str


@fact("account.disabled")
@dataclass(frozen=True, slots=True, kw_only=True)
class AccountDisabled(Fact):
    """Nobody signs in with it, and every open session is over."""

    handle: str


@fact("account.enabled")
@dataclass(frozen=True, slots=True, kw_only=True)
class AccountEnabled(Fact):
    """It may be used again; old sessions stay over."""

    handle: str


@fact("account.link-made")
@dataclass(frozen=True, slots=True, kw_only=True)
class LinkMade(Fact):
    """A one-time link was made (``invitation`` or ``reset``); it replaces any earlier one."""

    handle: str
    purpose: str
    digest: str
    expires_at: datetime


@fact("account.password-set")
@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordSet(Fact):
    """A password was set, ``how``: by a ``link``, by ``hand`` or anew with the same (``rehash``).

    The vault keeps its argon2id hash; every session of before is over.
    """

    handle: str
    how: str
    password: Confided


@fact("account.factor-added")
@dataclass(frozen=True, slots=True, kw_only=True)
class FactorAdded(Fact):
    """A second factor: ``totp`` with its secret in the vault, or ``passkey`` with its public key.

    ``factor`` is the credential id of a passkey (base64url) or ``totp``.
    """

    handle: str
    factor: str
    kind: str
    public_key: str | None = None
    secret: Confided | None = None


@fact("account.factor-removed")
@dataclass(frozen=True, slots=True, kw_only=True)
class FactorRemoved(Fact):
    """A second factor no longer counts."""

    handle: str
    factor: str


@fact("account.key-issued")
@dataclass(frozen=True, slots=True, kw_only=True)
class KeyIssued(Fact):
    """A machine may act as this person: in one role, for one area and below, for some scopes."""

    handle: str
    key: str
    label: str
    role: str
    area: str
    scopes: tuple[str, ...]
    digest: str
    expires_at: datetime


@fact("account.key-revoked")
@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRevoked(Fact):
    """The key opens nothing any more."""

    handle: str
    key: str


@fact("account.link-used")
@dataclass(frozen=True, slots=True, kw_only=True)
class LinkUsed(Fact):
    """A one-time link was used to bind an identity: no password was set by it."""

    handle: str


@fact("account.identity-bound")
@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityBound(Fact):
    """Whoever this identity of a sign-in provider is signs in as this person from now on.

    The record's id is made of the SHA-256 of issuer and subject; neither stands here.
    """

    handle: str
    provider: str


@fact("account.identity-unbound")
@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityUnbound(Fact):
    """This identity signs nobody in any more."""

    handle: str
    provider: str
