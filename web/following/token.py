"""The link a resident follows a case by: its id and a secret; the log keeps the secret's hash."""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from hashlib import sha256
from uuid import UUID

from domain.incident.events import Reported
from domain.kernel.refusals import Refused
from web.city import the_city

_HEX = 32


def secret_for(key: str, command_id: str) -> str:
    """Draw the secret of a report from the sender's key: sent twice, it gets the same link.

    Nobody without the key can compute it, and the key itself does not follow from it.
    """
    drawn = hmac.new(key.encode(), b"follow:" + command_id.encode(), sha256).digest()
    return urlsafe_b64encode(drawn).decode().rstrip("=")


def digest_of(secret: str) -> str:
    """Give what the log keeps: the SHA-256, of 256 bits that nobody guesses."""
    return sha256(secret.encode()).hexdigest()


def token_of(incident: UUID, secret: str) -> str:
    """Give the last part of the address."""
    return f"{incident.hex}.{secret}"


def followed(token: str) -> UUID:
    """Give the case of a link; refuses ``no-such-link``, whatever it is that does not fit."""
    name, _, secret = token.partition(".")
    try:
        incident = UUID(hex=name) if len(name) == _HEX else None
    except ValueError:
        incident = None
    history = the_city().ledger.history(incident) if incident else []
    first = history[0].fact if history else None
    kept = (first.follow if isinstance(first, Reported) else None) or ""
    if incident is None or not kept or not hmac.compare_digest(kept, digest_of(secret)):
        reason = "This link opens nothing. Open it exactly as it was given to you."
        raise Refused("no-such-link", reason)
    return incident
