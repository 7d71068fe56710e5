"""Where the next page begins: a few words, written so that nobody is tempted to edit them."""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode

from domain.kernel.refusals import Refused

LONGEST = 400


def cursor(*words: str | int) -> str:
    """Write a cursor.

    >>> read_cursor(cursor("p-li-na", 3), words=2)
    ['p-li-na', '3']
    """
    return urlsafe_b64encode("|".join(map(str, words)).encode()).decode().rstrip("=")


def read_cursor(given: str, *, words: int) -> list[str]:
    """Read a cursor back; refuses ``bad-cursor``."""
    try:
        padded = given + "=" * (-len(given) % 4)
        found = urlsafe_b64decode(padded.encode("ascii")).decode().split("|")
    except (binascii.Error, ValueError):
        found = []
    if len(found) != words or len(given) > LONGEST or "\0" in "".join(found):
        raise bad_cursor(given)
    return found


def whole(given: str, cursor_given: str) -> int:
    """Read a number out of a cursor; refuses ``bad-cursor``."""
    if not (given.isascii() and given.isdigit() and len(given) <= len("999999999999999")):
        raise bad_cursor(cursor_given)
    return int(given)


def bad_cursor(given: str) -> Refused:
    """Make the refusal."""
    reason = "This page marker cannot be read. Begin again without 'after'."
    return Refused("bad-cursor", reason, after=given[:40])
