"""Signatures by the Standard Webhooks scheme: HMAC-SHA-256 over ``id.timestamp.body``."""

from __future__ import annotations

import binascii
import hmac
import re
import secrets
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from werkzeug.datastructures import Headers

from domain.kernel.refusals import Refused

TOLERANCE = timedelta(minutes=5)
"""How far the clock of a sender may be off, either way."""
PREFIX, VERSION = "whsec_", "v1,"
_SECRET_BYTES = 32
_MOST_SIGNATURES = 10
_ID = re.compile(r"[A-Za-z0-9_.:-]{1,100}", re.ASCII)
_SECONDS = re.compile(r"[0-9]{1,12}", re.ASCII)
_NOBODY = f"{PREFIX}{b64encode(bytes(_SECRET_BYTES)).decode()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What was sent: its id, the second it was signed at, its signatures, its body."""

    id: str
    timestamp: str
    signatures: str
    body: bytes


def new_signing_key() -> str:
    """Draw a key of 256 bits, written as the scheme has it."""
    return f"{PREFIX}{b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()}"


def signature(secret: str, message_id: str, timestamp: str, body: bytes) -> str:
    """Sign a message.

    >>> signature("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek",
    ...           "1614265330", b'{"test": 2432232314}')
    'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='
    """
    signed = f"{message_id}.{timestamp}.".encode() + body
    drawn = hmac.new(_key_of(secret), signed, sha256).digest()
    return f"{VERSION}{b64encode(drawn).decode()}"


def message_of(headers: Headers, body: bytes) -> Message:
    """Read the three headers; what is missing is empty, and fits no signature."""
    names = ("webhook-id", "webhook-timestamp", "webhook-signature")
    message_id, timestamp, signatures = (headers.get(name, "") for name in names)
    return Message(id=message_id, timestamp=timestamp, signatures=signatures, body=body)


def must_be_signed(message: Message, keys: Sequence[str], *, at: datetime) -> None:
    """Refuse ``signature-not-good``, whatever does not fit, and ``timestamp-not-now``.

    Where there is no key the same work is done with one that nobody has, so that neither the
    answer nor its time tells whether a sender is registered. Only who signed well is told that
    the time is off.
    """
    is_shaped = _ID.fullmatch(message.id) and _SECONDS.fullmatch(message.timestamp)
    given = message.signatures.encode().split()[:_MOST_SIGNATURES]
    fits = [_is_among(given, key, message) for key in (*keys, _NOBODY)[:2]]
    if not is_shaped or not any(fits[: len(keys)]):
        reason = "The message is not signed by a key of this sender. Check sender, key and body."
        raise Refused("signature-not-good", reason)
    if abs(at.timestamp() - int(message.timestamp)) > TOLERANCE.total_seconds():
        reason = "This was signed more than 5 minutes ago, or ahead. Set the clock; sign it anew."
        raise Refused("timestamp-not-now", reason, now=int(at.timestamp()))


def _is_among(given: Sequence[bytes], key: str, message: Message) -> bool:
    expected = signature(key, message.id, message.timestamp, message.body).encode()
    return any(hmac.compare_digest(expected, one) for one in given)


def _key_of(secret: str) -> bytes:
    try:
        return b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error:
        reason = "A signing key is whsec_ and base64. Rotate the key of this sender."
        raise Refused("vault-damaged", reason) from None
