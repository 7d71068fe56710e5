"""Ids: ordered by time, and the same again for the same command."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from uuid import UUID, uuid5

GRIDWARD = UUID("6c1d2f0e-9a53-5b0e-8f5b-0c8a4d1e7b11")
_MILLISECONDS = 48
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def ordered_id(at: datetime, seed: str) -> UUID:
    """Make a version 7 id (RFC 9562): milliseconds of ``at``, then bits drawn from ``seed``.

    The tail depends on the seed alone, so a command sent again finds the part of its first try.
    """
    drawn = int.from_bytes(sha256(seed.encode()).digest()[:10])
    milliseconds = int(at.timestamp() * 1000) & ((1 << _MILLISECONDS) - 1)
    high = (milliseconds << 16) | (0x7 << 12) | (drawn >> 68)
    low = (0b10 << 62) | (drawn & ((1 << 62) - 1))
    return UUID(int=(high << 64) | low)


@lru_cache(maxsize=10_000)
def named_id(kind: str, name: str) -> UUID:
    """Give the id of a record that is known by a name, such as an area by its code (version 5)."""
    return uuid5(GRIDWARD, f"{kind}:{name}")


def incident_number(incident: UUID) -> str:
    """Give the number people say on the phone: the day of its id in UTC, and its tail.

    >>> incident_number(UUID("019aa6f3-8c00-7000-8000-0123456789ab"))
    '251121-4D2PF2DB'
    """
    began = datetime.fromtimestamp((incident.int >> 80) / 1000, tz=UTC)
    tail = incident.int & ((1 << 40) - 1)
    letters = "".join(_CROCKFORD[(tail >> shift) & 31] for shift in range(35, -1, -5))
    return f"{began:%y%m%d}-{letters}"
