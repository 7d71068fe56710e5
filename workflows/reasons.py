"""Orders with a reason: whatever the order changes, why it was given is recorded with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeAlias
from uuid import UUID

from domain.kernel.confiding import Words
from domain.kernel.record import Record
from ledger.ledger import Answer, Claim, Due, Notice, Records
from ledger.records import R

if TYPE_CHECKING:
    from workflows.office import Office

LONGEST_REASON = 500
Explains: TypeAlias = Callable[[Records], Records]
"""Gives records that are told why, each time with words of their own."""


def unexplained(records: Records) -> Records:
    """Give records as they are: nobody said why."""
    return records


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """An order of administration, and why it is given; sent again, the first reason stays."""

    order: object
    reason: Words = field(metadata={"private": True})


@dataclass(frozen=True, slots=True)
class Explaining:
    """Records as they are, but each that is saved with new facts is told why."""

    records: Records
    reason: Words

    def load(self, kind: type[R], record_id: UUID) -> R:
        """Give the record."""
        return self.records.load(kind, record_id)

    def answered(self, stream: UUID, claim: Claim) -> Answer | None:
        """Give the first answer to this claim."""
        return self.records.answered(stream, claim)

    def save(
        self,
        record: Record,
        *,
        claim: Claim,
        due: Sequence[Due] | None = None,
        notices: Sequence[Notice] = (),
    ) -> Answer:
        """Record what was told, and why."""
        record.explain(self.reason)
        return self.records.save(record, claim=claim, due=due, notices=notices)


def explaining(office: Office, reason: Words) -> Office:
    """Give the office as it is for an order with this reason."""
    return replace(office, records=Explaining(office.records, reason))
