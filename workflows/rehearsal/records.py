"""Records in memory: the same promises as the ledger, without a database."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Self, cast
from uuid import UUID

from domain.kernel.facts import Fact
from domain.kernel.record import Record
from domain.kernel.refusals import Refused
from ledger.errors import StaleRecord
from ledger.mapper import FactMapper
from ledger.records import Answer, Claim, Due, Notice, R
from workflows.rehearsal.following import MemoryFollowing

if TYPE_CHECKING:
    from eventsourcing.persistence import StoredEvent

    from workflows.desk import Desk


class MemoryRecords:
    """Keeps bodies, claims and timers.

    Facts go through the real mapper, so whatever cannot be stored and read back fails here too.
    """

    def __init__(self) -> None:
        """Begin with nothing recorded."""
        self.mapper = FactMapper()
        self.stored: dict[UUID, list[StoredEvent]] = {}
        self.claims: dict[str, tuple[str, Answer]] = {}
        self.due: dict[UUID, list[Due]] = {}
        self.notices: list[Notice] = []
        self.log: list[Fact] = []
        self.words: dict[tuple[UUID, int, str], str] = {}

    def copy(self) -> Self:
        """Give records that begin with the same past and go their own way."""
        copied = type(self)()
        copied.stored = {stream: list(events) for stream, events in self.stored.items()}
        copied.claims = dict(self.claims)
        copied.due = {stream: list(due) for stream, due in self.due.items()}
        copied.notices = list(self.notices)
        copied.log = list(self.log)
        copied.words = dict(self.words)
        return copied

    def load(self, kind: type[R], record_id: UUID) -> R:
        """Rebuild a record; it is empty when nothing was recorded."""
        return kind.rebuilt(record_id, self.facts(record_id))

    def facts(self, record_id: UUID) -> list[Fact]:
        """Give the facts of a record in order."""
        return [
            cast("Fact", self.mapper.to_domain_event(event))
            for event in self.stored.get(record_id, [])
        ]

    def begun(self, topic: str) -> list[UUID]:
        """Give the records that began with a fact of this topic."""
        return [one for one, events in self.stored.items() if events and events[0].topic == topic]

    def stop_clocks(self, record_id: UUID) -> None:
        """Forget the timers of a record."""
        self.due.pop(record_id)

    def following(self, desk: Desk) -> MemoryFollowing:
        """Let processes follow from now on."""
        return MemoryFollowing(self, desk)

    def answered(self, stream: UUID, claim: Claim) -> Answer | None:  # noqa: ARG002  # as the ledger
        """Give the first answer to a command sent again; refuses ``command-id-reused``."""
        if claim.key not in self.claims:
            return None
        digest, answer = self.claims[claim.key]
        if digest != claim.digest:
            reason = "Another order had this id. Send this one under an id of its own."
            raise Refused("command-id-reused", reason)
        return Answer(stream=answer.stream, version=answer.version, repeated=True)

    def save(
        self,
        record: Record,
        *,
        claim: Claim,
        due: Sequence[Due] | None = None,
        notices: Sequence[Notice] = (),
    ) -> Answer:
        """Keep what a record told, with its claim, timers, notices and words."""
        told = record.collect_events()
        stream = self.stored.setdefault(record.id, [])
        if len(stream) + len(told) != record.version:
            raise StaleRecord(record.id, record.version - len(told))
        stream.extend(self.mapper.to_stored_event(fact) for fact in told)
        self.log.extend(told)
        for entrusted in record.collect_entrusted():
            self.words[record.id, entrusted.version, entrusted.field] = entrusted.words
        if due is not None:
            self.due[record.id] = list(due)
        self.notices.extend(notices)
        answer = Answer(stream=record.id, version=record.version)
        self.claims[claim.key] = (claim.digest, answer)
        return answer
