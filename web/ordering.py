"""Giving an order to the desk for a request: its id, its moment, and what is answered."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from flask import request

from domain.kernel.act import COMMAND_ID_LENGTH
from domain.kernel.refusals import Refused
from web.city import the_city
from web.rights import rights_of

if TYPE_CHECKING:
    from domain.kernel.act import Act

KEY = "Idempotency-Key"
OLDEST = timedelta(days=30)
CLOCK_DIFFERENCE = timedelta(seconds=30)
LONGEST_WAIT = 1.0
SEEN_IN = ("incidents", "whistles")
"""The read models that show what was ordered; their versions have names of their own."""
_KEY_SHAPE = re.compile(rf"[!-~]{{1,{COMMAND_ID_LENGTH}}}", re.ASCII)
_ETAG = re.compile(r'(?:W/)?"([0-9]{1,9})"', re.ASCII)
_WAIT = re.compile(r"(?:^|[,;\s])wait=([0-9]{1,3})(?:$|[,;\s])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What an order came to; ``behind`` when the read models do not show it yet."""

    stream: UUID
    version: int
    repeated: bool
    behind: bool

    @property
    def headers(self) -> dict[str, str]:
        """The headers of the answer."""
        headers = {"ETag": etag(self.version)}
        if self.repeated:
            headers["Idempotency-Replayed"] = "true"
        if self.behind:
            headers["Gridward-Behind"] = "true"
        return headers


def carry_out(
    command: object,
    act: Act,
    *,
    wait: float = LONGEST_WAIT,
    seen_in: tuple[str, ...] = SEEN_IN,
) -> Done:
    """Do what is asked, then wait a moment so that the next read sees it."""
    city = the_city()
    answer = city.desk.do(command, act, rights=rights_of(act))
    assert answer is not None  # noqa: S101  # only deadlines may find nothing to do
    part = city.ledger.part_of(answer.stream)
    seen = [
        reader.wait_until(part, timeout=wait)
        for reader in city.readers
        if reader.name.startswith(seen_in)
    ]
    return Done(
        stream=answer.stream,
        version=answer.version,
        repeated=answer.repeated,
        behind=not all(seen),
    )


def command_id() -> str:
    """Give the id that the client gave its command; refuses ``idempotency-key-missing``."""
    key = request.headers.get(KEY)
    if key is None:
        reason = f"Send {KEY} with an id you choose once per wish, such as a UUID: a repeat of it"
        raise Refused("idempotency-key-missing", f"{reason} is then carried out only once.")
    return usable_command_id(key)


def usable_command_id(key: str) -> str:
    """Take 1 to 200 visible ASCII characters; refuses ``invalid-command-id``."""
    if not _KEY_SHAPE.fullmatch(key):
        reason = f"{KEY} has 1 to {COMMAND_ID_LENGTH} visible ASCII characters, such as a UUID."
        raise Refused("invalid-command-id", reason)
    return key


def expected_version() -> int | None:
    """Give the version of ``If-Match``; refuses ``if-match-unreadable``."""
    given = request.headers.get("If-Match")
    if given is None or given.strip() == "*":
        return None
    match = _ETAG.fullmatch(given.strip())
    if match is None:
        reason = 'Send the ETag of the case you saw, such as If-Match: "5", or leave it out.'
        raise Refused("if-match-unreadable", reason)
    return int(match[1])


def seen_version(given: str) -> int | None:
    """Give the version that a form was made from; None where the form does not say."""
    is_number = given.isascii() and given.isdigit() and len(given) <= len("999999999")
    return int(given) if is_number else None


def wait_wished() -> float:
    """Give how long the client lets us wait, by ``Prefer: wait=0``; a second at most."""
    match = _WAIT.search(request.headers.get("Prefer", ""))
    return min(float(match[1]), LONGEST_WAIT) if match else LONGEST_WAIT


def moment(happened_at: datetime | None) -> datetime:
    """Give when it happened: now, or when the device says; refuses the future and the past."""
    now = the_city().now()
    if happened_at is None:
        return now
    if happened_at > now + CLOCK_DIFFERENCE:
        reason = "This time lies in the future. Correct the clock of the device and send it again."
        raise Refused(
            "time-in-the-future", reason, happened_at=str(happened_at), now=now.isoformat()
        )
    if happened_at < now - OLDEST:
        reason = f"This happened more than {OLDEST.days} days ago. Report it as found today."
        raise Refused("time-too-old", reason, happened_at=str(happened_at))
    return min(happened_at, now)


def etag(version: int) -> str:
    """Give a version as the header carries it."""
    return f'"{version}"'
