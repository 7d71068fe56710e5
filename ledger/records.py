"""What goes into the ledger with a record, and what comes back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Protocol, TypeVar
from uuid import UUID

import msgspec

from domain.kernel.facts import Fact
from domain.kernel.record import Record
from domain.kernel.refusals import Refused

R = TypeVar("R", bound=Record)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A command's claim to be carried out once: its key, and the digest of what it asks."""

    key: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A record that grants a right, at the version by which a command was allowed."""

    stream: UUID
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a command is told: the record and its version; ``repeated`` when it was told before."""

    stream: UUID
    version: int
    repeated: bool = False


class _Told(msgspec.Struct):
    stream: UUID
    version: int


_read_answer = msgspec.json.Decoder(_Told).decode


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A deadline of a record; ``timer`` is its id for life, such as ``<incident>:handling:1``."""

    timer: str
    kind: str
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Timer:
    """A deadline that came due, leased to the one who claimed it."""

    stream: UUID
    timer: str
    kind: str
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Word for somebody: ``facts`` are JSON kinds and hold no personal data."""

    to: str
    about: str
    facts: dict[str, Any]  # JSON kinds


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """A fact with its place in the log and the time it was recorded."""

    fact: Fact
    position: int
    part: int
    recorded_at: datetime


class Records(Protocol):
    """What workflows depend on; a ledger and a batch both keep it."""

    def load(self, kind: type[R], record_id: UUID) -> R:
        """Rebuild a record; empty, with ``exists`` False, when nothing was recorded."""
        ...

    def answered(self, stream: UUID, claim: Claim) -> Answer | None:
        """Give the first answer to this claim; refuses ``command-id-reused``."""
        ...

    def save(
        self,
        record: Record,
        *,
        claim: Claim,
        due: Sequence[Due] | None = None,
        notices: Sequence[Notice] = (),
    ) -> Answer:
        """Record what was told together with claim, timers, notices and words; all or nothing."""
        ...


def repeated_answer(claim: Claim, digest: str, answer: str) -> Answer:
    """Give the answer kept with a claim; refuses ``command-id-reused`` for another request."""
    if digest != claim.digest:
        reason = "This command id was used for another command. Send it again under a new id."
        raise Refused("command-id-reused", reason)
    told = _read_answer(answer)
    return Answer(stream=told.stream, version=told.version, repeated=True)


def part_of(stream: UUID, parts: int) -> int:
    """Give the part of a stream: it depends on the id's tail only, which a repeat draws again.

    >>> part_of(UUID("0192d3a8-0000-7000-8000-00000000002a"), 64)
    4
    """
    if parts == 1:
        return 0
    return int.from_bytes(sha256(stream.bytes[8:]).digest()[:4]) % parts
