"""Keeping records at hand while a history is played: open cases are read once, not every hour."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar, cast
from uuid import UUID

from domain.incident.incident import Incident
from domain.kernel.record import Record
from ledger.ledger import Answer, Claim, Due, Ledger, Notice
from ledger.writing import Change
from ops.sample.case import Case

R = TypeVar("R", bound=Record)


class Kept:
    """The records of a ledger for one player alone; nothing is recorded before ``flush``.

    It looks no claim up: a player asks only for what the record itself says is still to be done,
    and the database refuses the rest.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._records: dict[UUID, Record] = {}
        self._waiting: dict[int, list[Change]] = {}
        self.due: dict[UUID, Sequence[Due]] = {}

    def load(self, kind: type[R], record_id: UUID) -> R:
        """Give the record at hand, or read it."""
        record = self._records.get(record_id)
        if record is None:
            wanted = Case if kind is Incident else kind
            record = self._records[record_id] = self._ledger.load(wanted, record_id)
        return cast("R", record)

    def answered(self, stream: UUID, claim: Claim) -> Answer | None:  # noqa: ARG002
        """Nothing was asked before."""
        return None

    def save(
        self,
        record: Record,
        *,
        claim: Claim,
        due: Sequence[Due] | None = None,
        notices: Sequence[Notice] = (),
    ) -> Answer:
        """Keep what was told for the flush."""
        told = record.collect_events()
        change = self._ledger.change(record, told, claim=claim, due=due, notices=notices)
        self._waiting.setdefault(change.part, []).append(change)
        if due is not None:
            self.due[record.id] = due
        return Answer(stream=record.id, version=record.version)

    def open_cases(self) -> list[Case]:
        """Give the cases at hand that have not ended."""
        cases = [one for one in self._records.values() if isinstance(one, Case)]
        return [case for case in cases if not case.course.ended]

    def forget(self, record_id: UUID) -> None:
        """Let go of a record that has ended, or that a refused order left half told."""
        self._records.pop(record_id, None)
        self.due.pop(record_id, None)

    def flush(self) -> int:
        """Record what waits, one transaction a part, and give the number of commands."""
        waiting, self._waiting = sorted(self._waiting.items()), {}
        for _, changes in waiting:
            self._ledger.write_all(changes)
        return sum(len(changes) for _, changes in waiting)
