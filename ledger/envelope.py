"""The typed columns beside a body, read from the body itself so that they cannot disagree."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

import msgspec

from domain.kernel.codes import AreaCode
from domain.kernel.refusals import Refused
from ledger.times import micros


class Envelope(NamedTuple):
    """When it happened, in which area, who did it and by which command; None if not told."""

    happened_at: int | None = None
    area: int | None = None
    actor: str | None = None
    command_id: str | None = None


class _Act(msgspec.Struct):
    at: datetime
    area: str
    person: str
    command_id: str


class _Body(msgspec.Struct):
    act: _Act


_decode = msgspec.json.Decoder(_Body).decode
NOTHING = Envelope()


def envelope(body: bytes | str) -> Envelope:
    """Read the columns of a body; all None when the body is not one of ours."""
    try:
        act = _decode(body).act
        return Envelope(micros(act.at), area_number(act.area), act.person, act.command_id)
    except (msgspec.DecodeError, TypeError):
        return NOTHING


@lru_cache(maxsize=50_000)
def area_number(code: str) -> int | None:
    """Give the number of an area code; None when it is not one."""
    try:
        return AreaCode(code).number
    except Refused:
        return None
