"""Sign-in providers (OpenID Connect Core 1.0): what is known of each, and how it is asked.

Only the hosts of the entry are ever called, without redirects, within seconds and a megabyte.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session

from domain.kernel.refusals import Refused

PROVIDERS = "gridward-providers"
WELL_KNOWN = "/.well-known/openid-configuration"
SECONDS = 5.0
MOST_BYTES = 1024 * 1024
_PIECE = 64 * 1024
_OK = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """One entry of the file; ``hosts`` are those called besides the issuer's own.

    With ``trusted_handles`` its claim ``handle_claim`` names the person of the roster. An ``amr``
    or ``acr`` of the lists counts as a second factor.
    """

    name: str
    title: dict[str, str]
    issuer: str
    client_id: str
    client_secret: str
    scopes: tuple[str, ...] = ("openid",)
    hosts: tuple[str, ...] = ()
    trusted_handles: bool = False
    handle_claim: str = "preferred_username"
    second_factor_by_amr: tuple[str, ...] = ()
    second_factor_by_acr: tuple[str, ...] = ()

    def may_call(self, url: str) -> bool:
        """Tell whether an address is one of this provider's, and as safe as the issuer's own."""
        issuer, parts = urlsplit(self.issuer), urlsplit(url)
        same_way = parts.scheme == issuer.scheme and "@" not in parts.netloc
        return same_way and parts.netloc in {issuer.netloc, *self.hosts}


class Client(OAuth2Session):
    """Authlib's client, kept within what the entry allows; one for each exchange."""

    def __init__(self, provider: Provider, redirect_uri: str = "") -> None:
        """Speak for this installation."""
        super().__init__(
            provider.client_id,
            provider.client_secret,
            scope=" ".join(provider.scopes),
            redirect_uri=redirect_uri or None,
            code_challenge_method="S256",
            token_endpoint_auth_method="client_secret_basic",  # noqa: S106  # a method's name
        )
        self.provider = provider
        self.trust_env = False  # no proxy and no password file of the machine

    def request(self, method: str, url: str, **given: Any) -> requests.Response:
        """Call a host of the provider; refuses ``provider-trouble`` for any other."""
        if not self.provider.may_call(url):
            raise trouble(self.provider, "it names an address outside its own hosts")
        given |= {"timeout": SECONDS, "allow_redirects": False, "stream": True}
        try:
            answer: requests.Response = super().request(method, url, **given)
            _read_within(answer, self.provider)
        except requests.RequestException as error:
            raise trouble(self.provider, "it does not answer") from error
        return answer


def ask(provider: Provider, url: str) -> dict[str, Any]:
    """Get a JSON object; refuses ``provider-trouble``."""
    with Client(provider) as client:
        answer = client.request("GET", url, withhold_token=True)
    try:
        told = answer.json() if answer.status_code == _OK else None
    except requests.JSONDecodeError:
        told = None
    if not isinstance(told, dict):
        raise trouble(provider, f"it answered {answer.status_code} without what was asked")
    return told


def id_token_for(
    provider: Provider, token_endpoint: str, *, code: str, verifier: str, redirect_uri: str
) -> str:
    """Change a code into an ID token; refuses ``provider-answer-not-good``."""
    with Client(provider, redirect_uri) as client:
        try:
            told = client.fetch_token(
                token_endpoint, grant_type="authorization_code", code=code, code_verifier=verifier
            )
        except (AuthlibBaseError, requests.RequestException, ValueError) as error:
            reason = "The provider did not take the code (any more). Sign in once more."
            raise Refused("provider-answer-not-good", reason, provider=provider.name) from error
    token = told.get("id_token")
    if not isinstance(token, str):
        raise trouble(provider, "it gave no ID token")
    return token


def trouble(provider: Provider, what: str) -> Refused:
    """Say what is wrong with a provider."""
    reason = f"Signing in with {provider.name} does not work now: {what}. Tell your operator."
    return Refused("provider-trouble", reason, provider=provider.name)


def _read_within(answer: requests.Response, provider: Provider) -> None:
    """Read the body into the answer, up to the limit."""
    read = bytearray()
    for piece in answer.iter_content(_PIECE):
        read += piece
        if len(read) > MOST_BYTES:
            answer.close()
            raise trouble(provider, "its answer is too long")
    answer._content = bytes(read)  # noqa: SLF001  # what .content gives, which was read above
