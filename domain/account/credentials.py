"""What an account holds: a link not used yet, second factors, keys of machines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.kernel.codes import AreaCode
from domain.kernel.refusals import Refused

TOTP, PASSKEY = "totp", "passkey"
INVITATION, RESET = "invitation", "reset"
LONGEST_KEY_LIFE = timedelta(days=366)
LONGEST_LABEL = 60
SCOPES: dict[str, str] = {
    "read": "look at what the role may see",
    "report": "report matters and follow them",
    "act": "take steps and give any other order of the role",
}
"""What a key may open; the role and the area bound it as they bound a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A one-time link that was not used yet."""

    purpose: str
    digest: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Factor:
    """A second factor; ``version`` is that of the fact whose secret lies in the vault."""

    name: str
    kind: str
    version: int
    public_key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A key of a machine."""

    name: str
    label: str
    role: str
    area: AreaCode
    scopes: tuple[str, ...]
    digest: str
    expires_at: datetime
    revoked: bool = False


def must_fit(label: str, at: datetime, expires_at: datetime) -> None:
    """Refuse ``invalid-label`` and ``expiry-out-of-range``."""
    if not 0 < len(label.strip()) <= LONGEST_LABEL or not label.isprintable():
        raise Refused("invalid-label", f"Name the key in 1 to {LONGEST_LABEL} characters.")
    if not at < expires_at <= at + LONGEST_KEY_LIFE:
        reason = f"A key lasts up to {LONGEST_KEY_LIFE.days} days from now."
        raise Refused("expiry-out-of-range", reason)


def must_be_scopes(scopes: tuple[str, ...]) -> None:
    """Refuse ``unknown-scope``."""
    unknown = sorted(set(scopes) - set(SCOPES))
    if unknown or not scopes:
        reason = f"A key has some of these scopes: {', '.join(SCOPES)}."
        raise Refused("unknown-scope", reason, unknown=unknown)
