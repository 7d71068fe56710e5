"""Keys of machines: ``Authorization: Bearer gw.<person>.<key>.<secret>``."""

from __future__ import annotations

import hmac
import secrets
from hashlib import sha256
from typing import NamedTuple

from flask import g, request

from domain.account.account import Account, account_id
from domain.account.credentials import Key
from domain.kernel.refusals import Refused
from domain.kernel.shifts import micros
from web.account.proving import Tries
from web.city import the_city
from web.looking import look_at_sender

PREFIX = "gw"
SECRET_BYTES = 32
_NOTED_EVERY = 60 * 1_000_000


class Presented(NamedTuple):
    """A good key, and whose it is."""

    handle: str
    key: Key


def new_secret() -> tuple[str, str]:
    """Draw a secret; give it with its digest."""
    secret = secrets.token_urlsafe(SECRET_BYTES)
    return secret, digest_of(secret)


def digest_of(secret: str) -> str:
    """Give the SHA-256 of a secret; it has 256 random bits, so nobody guesses it."""
    return sha256(secret.encode()).hexdigest()


def written(handle: str, key: str, secret: str) -> str:
    """Write a key as a machine sends it."""
    return f"{PREFIX}.{handle}.{key}.{secret}"


def presented() -> Presented | None:
    """Give the key of this request; None where none is sent; refuses ``key-not-good``."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    return good_key(token) if kind.casefold() == "bearer" else None


def good_key(token: str) -> Presented:
    """Give the key that was sent, in whichever way; refuses ``key-not-good``."""
    prefix, _, rest = token.strip().partition(".")
    handle, name, secret = (*rest.split(".", 2), "", "", "")[:3]
    if prefix != PREFIX or not secret:
        raise _not_good()
    tries = Tries(handle=handle)
    key = _good(handle, name, secret)
    if key is None:
        tries.must_not_wait()
        tries.failed()
        raise _not_good()
    _note_use(handle, name)
    found = g.presented = Presented(handle=handle, key=key)
    return found


def _good(handle: str, name: str, secret: str) -> Key | None:
    account = look_at_sender(handle).load(Account, account_id(handle))
    key = account.key(name) if account.usable else None
    if key is None or not hmac.compare_digest(key.digest, digest_of(secret)):
        return None
    return None if key.revoked or key.expires_at <= the_city().now() else key


def _note_use(handle: str, name: str) -> None:
    city = the_city()
    city.factors.note(handle, f"key:{name}", micros(city.now()), every=_NOTED_EVERY)


def _not_good() -> Refused:
    reason = "This key is unknown, revoked or has expired. Ask its owner for a new one."
    return Refused("key-not-good", reason)
