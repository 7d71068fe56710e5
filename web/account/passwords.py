"""Passwords are kept as argon2id hashes (RFC 9106, second recommended option)."""

from __future__ import annotations

import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

_hasher = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)


def hashed(password: str) -> str:
    """Hash a password; about 64 MiB and a tenth of a second."""
    return _hasher.hash(password)


def fits(password: str, kept: str) -> bool:
    """Tell whether a password is the one of a hash."""
    try:
        return _hasher.verify(kept, password)
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(kept: str) -> bool:
    """Tell whether a hash was made with weaker parameters than today's."""
    return _hasher.check_needs_rehash(kept)


def take_as_long(password: str) -> None:
    """Spend what a real check costs, so that nobody learns by the clock who has an account."""
    fits(password, _decoy())


@cache
def _decoy() -> str:
    return hashed(secrets.token_urlsafe())
