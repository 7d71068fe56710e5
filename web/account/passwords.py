"""Passwords: argon2id hashes (RFC 9106, second recommended option), and what is too weak."""

from __future__ import annotations

import secrets
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

from domain.kernel.refusals import Refused

SHORTEST = 12
LONGEST = 128
_hasher = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)
_COMMON = Path(__file__).parent / "common-passwords.txt"


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


def must_be_strong(password: str, *, handle: str) -> None:
    """Refuse ``password-too-weak``; length counts, kinds of characters do not (ASVS 5.0, 6.2)."""
    if not SHORTEST <= len(password) <= LONGEST:
        reason = f"A password has {SHORTEST} to {LONGEST} characters; four words are good ones."
        raise Refused("password-too-weak", reason)
    plain = password.casefold()
    if plain in _common() or handle.casefold() in plain or len(set(plain)) < SHORTEST // 3:
        reason = "This password is among those guessed first. Take another one."
        raise Refused("password-too-weak", reason)


@cache
def _decoy() -> str:
    return hashed(secrets.token_urlsafe())


@cache
def _common() -> frozenset[str]:
    return frozenset(_COMMON.read_text("utf-8").split())
