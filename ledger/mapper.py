"""Facts as canonical JSON and back: sorted keys, UTF-8, no floats, nothing that is not given."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

import msgspec
from eventsourcing.persistence import JSONTranscoder, Mapper, StoredEvent

from domain.kernel.facts import FACTS, Fact
from domain.kernel.refusals import Refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from eventsourcing.domain import DomainEventProtocol

_COLUMNS = ("originator_id", "originator_version")
_set = object.__setattr__


class _Version(msgspec.Struct):
    v: int = 1


class FactMapper(Mapper[UUID]):
    """Between facts and stored events; a body of an older version is lifted step by step."""

    def __init__(self) -> None:
        """Begin with no decoder; one is made for each topic on first use."""
        super().__init__(JSONTranscoder())
        self._decoders: dict[str, Callable[[bytes | str], Fact]] = {}

    def to_stored_event(self, domain_event: DomainEventProtocol[UUID]) -> StoredEvent:
        """Encode a fact; refuses ``unknown-topic`` for a class without one."""
        fact = cast("Fact", domain_event)
        if FACTS.get(fact.TOPIC) is not type(fact):
            raise _unknown(fact.TOPIC or type(fact).__name__)
        return StoredEvent(
            fact.originator_id, fact.originator_version, fact.TOPIC, canonical_body(fact)
        )

    def to_domain_event(self, stored_event: StoredEvent) -> DomainEventProtocol[UUID]:
        """Decode a stored event; refuses ``unknown-topic``."""
        stream = cast("UUID", stored_event.originator_id)
        return self.fact(
            stored_event.topic, stored_event.state, stream, stored_event.originator_version
        )

    def fact(self, topic: str, body: bytes | str, stream: UUID, version: int) -> Fact:
        """Decode a body, with upcasts; the fast way for readers."""
        decoder = self._decoders.get(topic)
        if decoder is None:
            decoder = self._decoders[topic] = _decoder(topic)
        fact = decoder(body)
        _set(fact, "originator_id", stream)
        _set(fact, "originator_version", version)
        return fact


def canonical_body(fact: Fact) -> bytes:
    """Give the bytes of the body: the same for the same fact, on every machine."""
    state = msgspec.to_builtins(fact, enc_hook=_plain)
    for column in _COLUMNS:
        del state[column]
    if fact.class_version > 1:
        state["v"] = fact.class_version
    return canonical(state)


def canonical(value: object) -> bytes:
    """Encode JSON with sorted keys, without keys of None; floats are refused as a mistake."""
    return msgspec.json.encode(_given(value), order="sorted")


def _given(value: object) -> object:
    # Most values are leaves: they are told apart here, without a call for each.
    if isinstance(value, dict):
        return {
            key: kept if type(kept) in _LEAVES else _given(kept)
            for key, kept in value.items()
            if kept is not None
        }
    if isinstance(value, (list, tuple)):
        return [kept if type(kept) in _LEAVES else _given(kept) for kept in value]
    if isinstance(value, float):
        message = f"a body holds no float: {value!r}; use an integer of a smaller unit"
        raise TypeError(message)
    return value


_LEAVES = {str, int, bool}
_versions = msgspec.json.Decoder(_Version)


def _version_of(body: bytes | str) -> int:
    return _versions.decode(body).v


def _decoder(topic: str) -> Callable[[bytes | str], Fact]:
    cls = FACTS.get(topic)
    if cls is None:
        raise _unknown(topic)
    fast = msgspec.json.Decoder(cls, dec_hook=_rich).decode

    def decode(body: bytes | str) -> Fact:
        written = _version_of(body)
        if written == cls.class_version:
            return fast(body)
        return msgspec.convert(_lifted(cls, topic, body, written), cls, dec_hook=_rich)

    return decode


def _lifted(cls: type[Fact], topic: str, body: bytes | str, written: int) -> dict[str, Any]:
    if written > cls.class_version:
        reason = "A newer release wrote this fact; run the newest release that ever ran here."
        raise Refused("fact-too-new", reason, topic=topic, version=written)
    state: dict[str, Any] = msgspec.json.decode(body)
    for version in range(written, cls.class_version):
        getattr(cls, f"upcast_v{version}_v{version + 1}")(state)
    return state


def _plain(value: object) -> object:
    """Encode the small types of the kernel, which are strings with a check."""
    if isinstance(value, str):
        return str(value)
    message = f"a fact cannot hold {type(value).__name__}; use JSON kinds"
    raise NotImplementedError(message)


def _rich(kind: type[Any], value: object) -> object:
    return value if kind is object else kind(value)


def _unknown(topic: str) -> Refused:
    reason = "This topic is not known to this release; start the release that recorded it."
    return Refused("unknown-topic", reason, topic=topic)
