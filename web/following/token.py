"""The link a resident follows a case by: its id and a secret; the log keeps the secret's hash."""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from hashlib import sha256
from typing import NamedTuple
from uuid import UUID

from domain.incident.calls import CallJoined
from domain.incident.events import Reported
from domain.kernel.record import caller_subject, case_subject
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


class Link(NamedTuple):
    """What a link opens: a case to who reported it, or to whom the fact ``call`` names."""

    incident: UUID
    call: int | None = None

    @property
    def subject(self) -> str:
        """Whose data may be asked for by it."""
        if self.call is None:
            return case_subject(self.incident)
        return caller_subject(self.incident, self.call)


def followed(token: str) -> Link:
    """Give what a link opens; refuses ``no-such-link``, whatever it is that does not fit."""
    name, _, secret = token.partition(".")
    try:
        incident = UUID(hex=name) if len(name) == _HEX else None
    except ValueError:
        incident = None
    digest = digest_of(secret)
    found = [one for one in _links(incident) if hmac.compare_digest(one[1], digest)]
    if incident is None or not found:
        reason = "This link opens nothing. Open it exactly as it was given to you."
        raise Refused("no-such-link", reason)
    return Link(incident, found[0][0])


def _links(incident: UUID | None) -> Iterator[tuple[int | None, str]]:
    """Give what each link of a case is known by: the reporter's, then those of its callers."""
    for recorded in the_city().ledger.history(incident) if incident else []:
        fact = recorded.fact
        if isinstance(fact, Reported) and fact.follow:
            yield None, fact.follow
        if isinstance(fact, CallJoined) and fact.follow:
            yield fact.originator_version, fact.follow
