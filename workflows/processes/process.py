"""A process: which facts it hears, and what it orders because of each."""

from __future__ import annotations

from typing import NamedTuple, Protocol
from uuid import UUID

from domain.kernel.facts import Fact
from ledger.records import Answer


class Heard(NamedTuple):
    """A fact with its place in the log."""

    fact: Fact
    stream: UUID
    part: int
    position: int


class Send(Protocol):
    """Give an order to the desk; its id follows from process, position and kind of order."""

    def __call__(self, command: object, *, area: str) -> Answer | None: ...


class Process(Protocol):
    """It keeps nothing in memory: what it ordered is known by the ids of its orders."""

    @property
    def name(self) -> str: ...
    @property
    def topics(self) -> frozenset[str]: ...
    def follow(self, heard: Heard, send: Send) -> None:
        """Order what follows from a fact; a refusal that it does not expect makes a snag."""
        ...
