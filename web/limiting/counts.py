"""Counting requests by the minute, in memory that all web processes of a machine share.

A place is found by the hash of the sender, so the table holds no key and no address, and it never
grows. Two processes that count at the same instant may lose one of the two: the limits are coarse.
"""

from __future__ import annotations

import struct
from hashlib import blake2b
from mmap import mmap
from typing import NamedTuple

MINUTE = 60
PLACES = 1 << 15
_PLACE = struct.Struct("<QII")  # who, which minute, how many
_TRIES = 8
_MOST = 2**32 - 1


class Limits(NamedTuple):
    """How many requests a minute; 0 sets no limit."""

    sender: int = 0
    address: int = 0


UNLIMITED = Limits()


class Counts:
    """A table of fixed size; whoever is forked after it was made shares it."""

    def __init__(self, places: int = PLACES) -> None:
        self._places = places
        self._table = mmap(-1, places * _PLACE.size)

    def one_more(self, who: str, *, now: int) -> int:
        """Count a request in this minute; give how many there are now.

        >>> counts = Counts(places=64)
        >>> [counts.one_more("a", now=now) for now in (60, 119, 120)]
        [1, 2, 1]
        """
        name = int.from_bytes(blake2b(who.encode(), digest_size=8).digest(), "little")
        minute = now // MINUTE
        place = self._place_of(name, minute)
        kept, at, count = _PLACE.unpack_from(self._table, place)
        count = count + 1 if (kept, at) == (name, minute) else 1
        _PLACE.pack_into(self._table, place, name, minute, min(count, _MOST))
        return count

    def _place_of(self, name: int, minute: int) -> int:
        """Give the sender's place, else one of another minute, else that of whoever asked least."""
        places = [(name + step) % self._places * _PLACE.size for step in range(_TRIES)]
        found = [_PLACE.unpack_from(self._table, place) for place in places]
        for place, (kept, at, _) in zip(places, found, strict=True):
            if kept == name and at == minute:
                return place
        for place, (_, at, _) in zip(places, found, strict=True):
            if at != minute:
                return place
        return min(zip((one[2] for one in found), places, strict=True))[1]
