"""Facts: what happened, in the past tense, under a topic for life."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ClassVar, TypeVar
from uuid import UUID

from eventsourcing.utils import register_topic

from domain.kernel.act import Act

NOWHERE = UUID(int=0)

FACTS: dict[str, type[Fact]] = {}
"""Every fact of the engine by its topic; ``docs/reference/topics.lock`` holds the same list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """The base of all facts; a subclass adds fields of JSON kinds (no floats) and its topic.

    ``originator_id`` and ``originator_version`` are given by the record that tells the fact and
    do not count when two facts are compared.
    """

    TOPIC: ClassVar[str] = ""
    class_version: ClassVar[int] = 1

    act: Act
    originator_id: UUID = field(default=NOWHERE, compare=False)
    originator_version: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Confided:
    """A text that is not for the log: the vault keeps the words, the fact keeps this commitment.

    ``commitment`` is the hex HMAC-SHA-256 of the words under a random key that lies in the vault.
    """

    commitment: str


F = TypeVar("F", bound=Fact)


def fact(topic: str, *, version: int = 1) -> Callable[[type[F]], type[F]]:
    """Name a fact for life; an older version is lifted by ``upcast_v1_v2(state)`` on the class."""

    def name(cls: type[F]) -> type[F]:
        if topic in FACTS:
            message = f"two facts claim the topic {topic}"
            raise ValueError(message)
        cls.TOPIC = topic
        cls.class_version = version
        register_topic(topic, cls)
        FACTS[topic] = cls
        return cls

    return name
