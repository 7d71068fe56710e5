"""A batch: many commands decided in memory, then committed together, one transaction per part."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeVar
from uuid import UUID

import sqlalchemy as sa
from eventsourcing.persistence import IntegrityError

from domain.kernel.facts import Fact
from domain.kernel.record import Record
from domain.kernel.refusals import Refused
from ledger.errors import StaleRecord
from ledger.records import Answer, Claim, Due, Notice, R, repeated_answer
from ledger.tables import claims, events

if TYPE_CHECKING:
    from ledger.ledger import Ledger
    from ledger.writing import Change

_ASKED_AT_ONCE = 500


class Batch:
    """Keeps what a ledger keeps, but nothing is recorded before ``flush``.

    A batch is for one thread. Commands see the outcome of those before them in the batch.
    ``foresee`` looks records and claims up in bulk; what was not foreseen is looked up singly.
    """

    def __init__(self, ledger: Ledger) -> None:
        """Begin an empty batch on a ledger."""
        self._ledger = ledger
        self._facts: dict[UUID, list[Fact]] = {}
        self._records: dict[UUID, Record] = {}
        self._claims: dict[tuple[int, str], tuple[str, str] | None] = {}
        self._changes: dict[int, list[Change]] = {}

    def __len__(self) -> int:
        """Count the commands that wait for the flush."""
        return sum(len(changes) for changes in self._changes.values())

    def foresee(self, wanted: Iterable[tuple[UUID, str]]) -> None:
        """Look up many streams, each with the key of a claim, before their commands are given."""
        streams: dict[int, set[UUID]] = {}
        keys: dict[int, set[str]] = {}
        for stream, key in wanted:
            part = self._ledger.part_of(stream)
            if stream not in self._facts:
                streams.setdefault(part, set()).add(stream)
            if (part, key) not in self._claims:
                keys.setdefault(part, set()).add(key)
        with self._ledger.store.reading() as conn:
            for part, asked in keys.items():
                self._foresee_claims(conn, part, sorted(asked))
            for part, sought in streams.items():
                self._foresee_streams(conn, part, sorted(sought))

    def load(self, kind: type[R], record_id: UUID) -> R:
        """Give the record as this batch has made it; one that a refused command left is rebuilt."""
        facts = self._facts.get(record_id)
        if facts is None:
            facts = self._facts[record_id] = self._ledger.facts(record_id)
        record = self._records.get(record_id)
        if not isinstance(record, kind) or record.version != len(facts):
            record = kind.rebuilt(record_id, facts)
        record.collect_entrusted()
        self._records[record_id] = record
        return record

    def answered(self, stream: UUID, claim: Claim) -> Answer | None:
        """Give the first answer to this claim, in the batch or before it."""
        place = (self._ledger.part_of(stream), claim.key)
        if place not in self._claims:
            self._claims[place] = self._ledger.claimed(*place)
        found = self._claims[place]
        return None if found is None else repeated_answer(claim, *found)

    def save(
        self,
        record: Record,
        *,
        claim: Claim,
        due: Sequence[Due] | None = None,
        notices: Sequence[Notice] = (),
    ) -> Answer:
        """Keep a command's outcome for the flush; raises ``StaleRecord`` if the batch moved on."""
        found = self.answered(record.id, claim)
        if found is not None:
            record.collect_events()
            record.collect_entrusted()
            return found
        told = record.collect_events()
        facts = self._facts.get(record.id)
        if facts is None:
            facts = self._facts[record.id] = self._ledger.facts(record.id)
        if told and told[0].originator_version != len(facts) + 1:
            raise StaleRecord(record.id, told[0].originator_version - 1)
        change = self._ledger.change(record, told, claim=claim, due=due, notices=notices)
        facts += told
        self._records[record.id] = record
        self._claims[change.part, claim.key] = (claim.digest, change.answer)
        self._changes.setdefault(change.part, []).append(change)
        return Answer(stream=record.id, version=record.version)

    def flush(self) -> int:
        """Commit, part by part, and give the number of commands recorded.

        Where another writer was first on a part, its commands are tried singly, so that one does
        not fail the others; the first that failed raises its ``StaleRecord`` in the end.
        """
        waiting, recorded = sorted(self._changes.items()), 0
        self._forget()
        failures: list[Exception] = []
        for _, changes in waiting:
            try:
                self._ledger.write_all(changes)
                recorded += len(changes)
            except IntegrityError:
                recorded += self._singly(changes, failures)
        if failures:
            raise failures[0]
        return recorded

    def _singly(self, changes: Sequence[Change], failures: list[Exception]) -> int:
        recorded = 0
        for change in changes:
            try:
                recorded += not self._ledger.write(change).repeated
            except (StaleRecord, Refused) as failure:
                failures.append(failure)
        return recorded

    def _forget(self) -> None:
        self._facts, self._records, self._claims, self._changes = {}, {}, {}, {}

    def _foresee_claims(self, conn: sa.Connection, part: int, keys: Sequence[str]) -> None:
        for some in _slices(keys):
            query = sa.select(claims.c.key, claims.c.digest, claims.c.answer)
            query = query.where(claims.c.part == part, claims.c.key.in_(some))
            found = {row.key: (row.digest, row.answer) for row in conn.execute(query)}
            self._claims |= {(part, key): found.get(key) for key in some}

    def _foresee_streams(self, conn: sa.Connection, part: int, streams: Sequence[UUID]) -> None:
        for some in _slices(streams):
            facts: dict[UUID, list[Fact]] = {stream: [] for stream in some}
            query = sa.select(events.c.stream, events.c.version, events.c.kind, events.c.body)
            query = query.where(events.c.part == part, events.c.stream.in_(some))
            for row in conn.execute(query.order_by(events.c.stream, events.c.version)):
                facts[row.stream].append(self._ledger.fact(row.stream, row[1:]))
            self._facts |= facts


T = TypeVar("T")


def _slices(wanted: Sequence[T]) -> Iterator[Sequence[T]]:
    for first in range(0, len(wanted), _ASKED_AT_ONCE):
        yield wanted[first : first + _ASKED_AT_ONCE]
