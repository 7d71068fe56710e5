"""Breached passwords, looked up in a file that lies beside the city: nobody outside is asked.

The file is the one that Have I Been Pwned offers for download: SHA-1 hashes in capital letters,
each with how often it was seen, one a line and ordered by hash (``0000…A2:4``). It has 40 GB and
more, so it is searched where it lies: some 40 reads of 256 bytes for a password.
"""

from __future__ import annotations

import os
import re
from hashlib import sha1
from itertools import pairwise
from pathlib import Path

from flask import Flask, current_app

from domain.kernel.refusals import Refused

_LINE = re.compile(rb"([0-9A-F]{40}):[0-9]{1,12}\r?")
_LONGEST_LINE = 64
_SAMPLES = 512
_KEY = "gridward-breached"


class BreachedPasswords:
    """A file of hashes; it may be replaced by a newer one (by renaming) while the city runs."""

    def __init__(self, path: Path) -> None:
        """Look at 512 lines all over it; refuses ``breached-list-not-good``."""
        self._path = path
        try:
            with path.open("rb", buffering=0) as file:
                _must_be_ordered(file.fileno())
        except OSError as error:
            raise _not_good(f"{path} cannot be read: {error.strerror}") from error

    def holds(self, password: str) -> bool:
        """Tell whether a password was breached; refuses ``breached-list-not-good``."""
        # The order of the list is SHA-1; nothing of ours is kept under such a hash.
        wanted = sha1(password.encode(), usedforsecurity=False).hexdigest().upper().encode()
        try:
            with self._path.open("rb", buffering=0) as file:
                return _stands_in(file.fileno(), wanted)
        except OSError as error:
            raise _not_good(f"{self._path} cannot be read: {error.strerror}") from error


def lay_breached(app: Flask, breached: BreachedPasswords | None) -> None:
    """Lay the list where the choice of a password finds it."""
    app.extensions[_KEY] = breached


def must_not_be_breached(password: str) -> None:
    """Refuse ``password-breached``; without a list nothing is known of any."""
    breached: BreachedPasswords | None = current_app.extensions.get(_KEY)
    if breached and breached.holds(password):
        reason = "This password was stolen somewhere and is tried by strangers. Take another one."
        raise Refused("password-breached", reason)


def _stands_in(file: int, wanted: bytes) -> bool:
    low, high = 0, os.fstat(file).st_size
    while low < high:
        start, line = _line_at(file, (low + high) // 2)
        found = _hash_of(line)
        if found == wanted:
            return True
        if found < wanted:
            low = start + len(line) + 1
        else:
            high = start
    return False


def _must_be_ordered(file: int) -> None:
    """Lists ordered by count, or of other hashes, would seem to hold nothing."""
    size = os.fstat(file).st_size
    places = [size * nth // _SAMPLES for nth in range(_SAMPLES)] if size else []
    lines = dict(_line_at(file, place) for place in places)
    hashes = [_hash_of(line) for line in lines.values()]
    if not hashes or any(second <= first for first, second in pairwise(hashes)):
        raise _not_good("Its lines are not ordered by hash")


def _line_at(file: int, place: int) -> tuple[int, bytes]:
    """Give the line in which a byte stands, with where it begins, without its end."""
    begin = max(0, place - _LONGEST_LINE)
    read = os.pread(file, 4 * _LONGEST_LINE, begin)
    start = read.rfind(b"\n", 0, place - begin) + 1
    end = read.find(b"\n", place - begin)
    return begin + start, read[start:] if end < 0 else read[start:end]


def _hash_of(line: bytes) -> bytes:
    match = _LINE.fullmatch(line)
    if match is None:
        raise _not_good("A line is no SHA-1 hash in capitals with a count")
    return match[1]


def _not_good(why: str) -> Refused:
    reason = (
        f"{why}. GRIDWARD_BREACHED_PASSWORDS names the list of Have I Been Pwned, SHA-1,"
        " ordered by hash, in one file. Download it anew, or leave the setting out."
    )
    return Refused("breached-list-not-good", reason)
