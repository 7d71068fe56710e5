"""A visit to a sign-in provider: what has to come back is kept by the server, for ten minutes.

It lies in a row of the sessions, in nobody's name, found by a cookie of its own: so it counts once,
in whichever process, needs no key to sign with, and is deleted with the sessions that ran out.
"""

from __future__ import annotations

import hmac
import json
import secrets
from dataclasses import asdict, dataclass
from datetime import timedelta

from werkzeug import Response

from domain.kernel.refusals import Refused
from web.account.entering import NO_ROLE
from web.city import the_city
from web.cookies import forget_cookie, given_cookie, keep_cookie

COOKIE = "gridward-visit"
PATH = "/sign-in/with"
LASTS = timedelta(minutes=10)
_BYTES = 32
_NOBODY = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """``link`` is person and secret's digest of the one-time link that binds the identity."""

    provider: str
    state: str
    nonce: str
    verifier: str
    target: str
    link: tuple[str, str] | None = None


def new_visit(provider: str, target: str, link: tuple[str, str] | None) -> Visit:
    """Draw what the provider has to send back."""
    state, nonce, verifier = (secrets.token_urlsafe(_BYTES) for _ in range(3))
    return Visit(
        provider=provider, state=state, nonce=nonce, verifier=verifier, target=target, link=link
    )


def remember(answer: Response, visit: Visit) -> None:
    """Keep a visit for the browser that begins it."""
    city = the_city()
    token = city.sessions.begin(handle=_NOBODY, role=NO_ROLE, epoch=0, factor=False, at=city.now())
    session = city.sessions.find(token, city.now())
    assert session is not None  # noqa: S101  # begun a line above
    city.sessions.challenge(session, json.dumps(asdict(visit)).encode())
    keep_cookie(answer, COOKIE, token, seconds=int(LASTS.total_seconds()), path=PATH)


def returned(provider: str, state: str) -> Visit:
    """Give the visit that ends here, once; refuses ``visit-not-known``."""
    city = the_city()
    session = city.sessions.find(given_cookie(COOKIE, PATH), city.now())
    if session is None or session.handle != _NOBODY or city.now() >= session.begun_at + LASTS:
        raise _not_known()
    kept = city.sessions.take_challenge(session)
    city.sessions.end(session)
    visit = _read(kept) if kept else None
    if visit is None or visit.provider != provider:
        raise _not_known()
    if not hmac.compare_digest(visit.state.encode(), state.encode()):
        raise _not_known()
    return visit


def forget(answer: Response) -> None:
    """Take the cookie back."""
    forget_cookie(answer, COOKIE, PATH)


def _read(kept: bytes) -> Visit:
    told = json.loads(kept)
    link = told.pop("link")
    return Visit(**told, link=(link[0], link[1]) if link else None)


def _not_known() -> Refused:
    reason = "This sign-in was not begun here, or took too long. Begin it once more."
    return Refused("visit-not-known", reason)
