"""A look: what one request asks of the log, asked together and asked once.

It may be old by the time something is recorded by it. So only that is recorded by a look which the
transaction that records compares with the log: the record itself, whose next version must still be
free, and the rights it was allowed by (``ledger/under.py``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, TypeAlias
from uuid import UUID

from ledger.records import Answer, Claim, R, repeated_answer

if TYPE_CHECKING:
    from domain.kernel.facts import Fact
    from ledger.ledger import Ledger

Asked: TypeAlias = tuple[UUID, str]
"""The record of a claim, and the claim's key."""


class Look:
    """What was looked at, for one request and one thread; ``forget`` begins anew."""

    def __init__(self, ledger: Ledger) -> None:
        """Look at nothing yet."""
        self._ledger = ledger
        self._facts: dict[UUID, Sequence[Fact]] = {}
        self._claims: dict[Asked, tuple[str, str] | None] = {}

    def ahead(self, streams: Iterable[UUID], claim: Asked | None = None) -> None:
        """Look at records, and for an answer given before, in one round trip."""
        wanted = [stream for stream in dict.fromkeys(streams) if stream not in self._facts]
        facts, found = self._ledger.look(wanted, claim)
        self._facts |= facts
        if claim is not None:
            self._claims[claim] = found

    def load(self, kind: type[R], record_id: UUID) -> R:
        """Rebuild a record as it was looked at first."""
        if record_id not in self._facts:
            self._facts[record_id] = self._ledger.facts(record_id)
        return kind.rebuilt(record_id, self._facts[record_id])

    def answered(self, stream: UUID, claim: Claim) -> Answer | None:
        """Give the first answer to a claim, and look at its record too: it will be asked for.

        Refuses ``command-id-reused``.
        """
        asked = (stream, claim.key)
        if asked not in self._claims:
            self.ahead((stream,), asked)
        found = self._claims[asked]
        return None if found is None else repeated_answer(claim, *found)

    def forget(self) -> None:
        """Let go of all that was looked at: something was recorded since."""
        self._facts.clear()
        self._claims.clear()
