"""Saving under a right: what a command was allowed by still stands when it is recorded.

The records that grant a right (a person of the roster, an account) are looked at once more in the
transaction that records the command. On SQLite one writer at a time makes that exact. On
PostgreSQL the first fact of such a record is locked: shared by those who record under it, alone
by whoever changes it. So a change waits for what is being recorded under the right it takes away,
and what waited for the change finds it made.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa

from ledger.errors import StaleRight
from ledger.looking import Look
from ledger.records import Answer, Claim, Due, Notice, R, Seen, part_of
from ledger.statements import Statement
from ledger.tables import events

if TYPE_CHECKING:
    from domain.kernel.record import Record
    from ledger.ledger import Ledger
    from ledger.store import Store

_SHARED, _ALONE = "FOR SHARE", "FOR UPDATE"
_LOCK = "SELECT 1 FROM events WHERE part = %s AND stream = ANY(%s) AND version = 1 ORDER BY stream"


class Under:
    """The records of a ledger for one command; it is saved only while what was seen stands."""

    def __init__(self, ledger: Ledger, seen: Sequence[Seen], look: Look | None = None) -> None:
        """Save to this ledger under what was seen; raises ``StaleRight`` when it moved on.

        ``look`` is what was looked at already, and let go of when the command is decided anew.
        """
        self._ledger = ledger
        self._seen = seen
        self._look = look or Look(ledger)
        self._claimed: UUID | None = None

    def load(self, kind: type[R], record_id: UUID) -> R:
        """Rebuild a record; of those that are compared when it is saved, as it was looked at."""
        if record_id == self._claimed or any(one.stream == record_id for one in self._seen):
            return self._look.load(kind, record_id)
        return self._ledger.load(kind, record_id)

    def answered(self, stream: UUID, claim: Claim) -> Answer | None:
        """Give the first answer to this claim."""
        self._claimed = stream
        return self._look.answered(stream, claim)

    def look_again(self) -> None:
        """Let go of what was looked at."""
        self._look.forget()

    def save(
        self,
        record: Record,
        *,
        claim: Claim,
        due: Sequence[Due] | None = None,
        notices: Sequence[Notice] = (),
    ) -> Answer:
        """Record what was told, as the ledger does."""
        told = record.collect_events()
        seen = self._seen
        if not told:  # a record whose next version is taken by nobody is compared like a right
            seen = (*seen, Seen(stream=record.id, version=record.version))
        change = self._ledger.change(record, told, claim=claim, due=due, notices=notices, seen=seen)
        return self._ledger.write(change)


class Rights:
    """Looks at rights inside a transaction, and keeps those who change them apart from it."""

    def __init__(self, store: Store) -> None:
        """Prepare the question for this kind of database."""
        self._store = store
        query = sa.select(sa.literal(1)).where(
            events.c.part == sa.bindparam("part", type_=sa.Integer),
            events.c.stream == sa.bindparam("stream", type_=sa.Uuid),
            events.c.version == sa.bindparam("version", type_=sa.Integer),
        )
        self._moved = Statement(query, is_sqlite=store.is_sqlite)

    def named(self, seen: Sequence[Seen], parts: int) -> dict[str, object]:
        """Give the values by which a statement asks whether what was seen moved on."""
        values: dict[str, object] = {}
        for nth, one in enumerate(seen):
            values |= {f"seen_part_{nth}": part_of(one.stream, parts)}
            values |= {f"seen_stream_{nth}": one.stream, f"seen_version_{nth}": one.version + 1}
        return values

    def must_stand(self, driver: Any, seen: Iterable[Seen], parts: int) -> None:
        """Raise ``StaleRight`` when a record that was seen moved on."""
        for one in seen:
            values = {
                "part": part_of(one.stream, parts),
                "stream": self._store.stream_key(one.stream),
                "version": one.version + 1,
            }
            if self._moved.run(driver, values).fetchone() is not None:
                raise StaleRight(one.stream, one.version)

    def keep_apart(
        self, driver: Any, *, seen: Iterable[Seen], granting: Iterable[UUID], parts: int
    ) -> None:
        """Wait for whoever changes what was seen, or records under what is changed here.

        All wait in one order, so that nobody waits in a circle. On SQLite there is one writer.
        """
        if self._store.is_sqlite:
            return
        wanted = {one.stream: _SHARED for one in seen} | dict.fromkeys(granting, _ALONE)
        placed = sorted((part_of(stream, parts), stream) for stream in wanted)
        for (part, how), streams in groupby(placed, lambda one: (one[0], wanted[one[1]])):
            driver.execute(f"{_LOCK} {how}", (part, [stream for _, stream in streams]))
