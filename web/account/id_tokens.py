"""What a provider publishes, and whether its ID token is good (OpenID Connect Core, 3.1.3.7)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from domain.kernel.refusals import Refused
from web.account.providers import PROVIDERS, WELL_KNOWN, Provider, ask, trouble
from web.languages import language

ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA")
"""Signatures by a key of the provider; ``none`` and shared secrets are not among them."""
LEEWAY_SECONDS = 60
KEPT = timedelta(hours=1)
ASKED_AGAIN = timedelta(minutes=1)


@dataclass(slots=True, kw_only=True)
class Published:
    """Metadata and keys of a provider, asked anew each hour, or for a key not seen before."""

    provider: Provider
    now: Callable[[], datetime]
    asked_at: datetime | None = None
    metadata: dict[str, Any] = field(default_factory=dict)
    keys: KeySet | None = None

    def refresh(self, after: timedelta = KEPT) -> None:
        """Ask again when the last answer is older; refuses ``provider-trouble``."""
        if self.asked_at is not None and self.now() < self.asked_at + after:
            return
        told = ask(self.provider, self.provider.issuer.rstrip("/") + WELL_KNOWN)
        if told.get("issuer") != self.provider.issuer:
            raise trouble(self.provider, "it calls itself by another name than its entry")
        try:
            keys: Any = ask(self.provider, str(told.get("jwks_uri")))
            self.keys = KeySet.import_key_set(keys)
        except (JoseError, KeyError, TypeError, ValueError) as error:
            raise trouble(self.provider, "its keys cannot be read") from error
        self.metadata, self.asked_at = told, self.now()

    def address(self, what: str) -> str:
        """Give an address it publishes, which must be its own; refuses ``provider-trouble``."""
        found = str(self.metadata.get(what, ""))
        if not self.provider.may_call(found):
            raise trouble(self.provider, "it names an address outside its own hosts")
        return found

    def claims(self, token: str, *, nonce: str) -> dict[str, Any]:
        """Give what a good ID token says; refuses ``provider-answer-not-good``."""
        provider = self.provider
        try:
            read = self._decoded(token)
            rules = jwt.JWTClaimsRegistry(
                now=int(self.now().timestamp()),
                leeway=LEEWAY_SECONDS,
                iss={"essential": True, "value": provider.issuer},
                aud={"essential": True, "value": provider.client_id},
                exp={"essential": True},
                iat={"essential": True},
                sub={"essential": True},
                nonce={"essential": True, "value": nonce},
            )
            rules.validate(read)
        except (JoseError, ValueError, TypeError) as error:
            raise _not_good(provider) from error
        if read.get("azp", provider.client_id) != provider.client_id:
            raise _not_good(provider)
        return read

    def _decoded(self, token: str) -> dict[str, Any]:
        """Check the signature; a key nobody knows yet is asked for once a minute at most."""
        try:
            return self._decode(token)
        except (JoseError, ValueError):
            self.refresh(ASKED_AGAIN)
            return self._decode(token)

    def _decode(self, token: str) -> dict[str, Any]:
        assert self.keys is not None  # noqa: S101  # refreshed before any token is read
        return jwt.decode(token, self.keys, algorithms=ALGORITHMS).claims


def _not_good(provider: Provider) -> Refused:
    reason = "The answer of the provider is not good (any more). Sign in once more."
    return Refused("provider-answer-not-good", reason, provider=provider.name)


def provider_titles() -> list[tuple[str, str]]:
    """Give name and title of every provider, in the language of the page."""
    known: dict[str, Published] = current_app.extensions[PROVIDERS]
    return [(name, one.provider.title[language()]) for name, one in known.items()]
