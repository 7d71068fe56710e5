"""Confiding words: the log gets a commitment, the vault the words and the key."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from hashlib import sha256

from domain.kernel.facts import Confided

KEY_BYTES = 32


def confided(words: str, key: bytes) -> Confided:
    """Commit to words under a random key of 32 bytes (HMAC-SHA-256, hex).

    An unsalted hash of a phone number could be guessed; without the key this one cannot.
    """
    if len(key) != KEY_BYTES:
        message = f"a key has {KEY_BYTES} random bytes"
        raise ValueError(message)
    return Confided(commitment=hmac.new(key, words.encode(), sha256).hexdigest())


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Free text on its way to a fact, with the random key that will commit to it."""

    text: str = field(repr=False)
    key: bytes = field(repr=False)

    @property
    def confided(self) -> Confided:
        """What the fact may carry."""
        return confided(self.text, self.key)
