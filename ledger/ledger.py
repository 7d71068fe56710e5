"""The ledger: records come out of it and go back, each command once and as a whole."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

import sqlalchemy as sa
from eventsourcing.persistence import IntegrityError

from domain.kernel.facts import Fact
from domain.kernel.record import Record
from domain.kernel.refusals import Refused
from ledger.batch import Batch
from ledger.errors import ConnectionLost, StaleRecord
from ledger.keydatabase import missing
from ledger.mapper import FactMapper
from ledger.records import (
    Answer,
    Claim,
    Due,
    Notice,
    R,
    Recorded,
    Records,
    Seen,
    Timer,
    part_of,
    repeated_answer,
)
from ledger.remembering import Known, Remembered
from ledger.statements import OF_CLAIM, compiled, several
from ledger.tables import claims, events, heads, vault
from ledger.timers import claim_due, next_due, set_aside
from ledger.times import instant
from ledger.topics import Topics
from ledger.vault import Opened, Place, Sealed, Vault
from ledger.writing import Change, Writer

if TYPE_CHECKING:
    from ledger.store import Store

__all__ = [
    "Answer",
    "Claim",
    "Due",
    "Ledger",
    "Notice",
    "Recorded",
    "Records",
    "Seen",
    "StaleRecord",
    "Timer",
    "part_of",
]


class Ledger:
    """The records of a city on one store; ``now`` gives the time of recording."""

    def __init__(
        self, store: Store, *, now: Callable[[], datetime], vault: Vault | None = None
    ) -> None:
        """Open a migrated store; refuses ``not-migrated``.

        Without a vault it keeps and gives no words: both are refused with ``keys-missing``.
        """
        self.store = store
        self.vault = vault
        self.now = now
        self.parts = _count_parts(store)
        self.topics = Topics(store)
        self.mapper = FactMapper()
        self.writer = Writer(store, self.topics, parts=self.parts)
        self._remembered = Remembered()
        self._of_stream = compiled(_select_stream, is_sqlite=store.is_sqlite)
        self._of_claim = compiled(_select_claim, is_sqlite=store.is_sqlite)

    def load(self, kind: type[R], record_id: UUID) -> R:
        """Rebuild a record from its facts; empty, with ``exists`` False, when there are none."""
        return kind.rebuilt(record_id, self.facts(record_id))

    def facts(self, stream: UUID) -> list[Fact]:
        """Give the facts of a stream in order; only those new to this process are decoded."""
        known = self._remembered.of(stream)
        return self._continued(stream, known, self._rows(stream, _first(known)))

    def look(
        self, streams: Sequence[UUID], claim: tuple[UUID, str] | None
    ) -> tuple[dict[UUID, list[Fact]], tuple[str, str] | None]:
        """Give the facts of several records, and what is kept with a claim, by one question.

        The claim is given by its record and key; of one that nobody made None is given.
        """
        if not streams and claim is None:
            return {}, None
        known = {stream: self._remembered.of(stream) for stream in streams}
        values: dict[str, object] = {}
        if claim is not None:
            values |= {"part": self.part_of(claim[0]), "key": claim[1]}
        for nth, stream in enumerate(streams):
            values[f"part_{nth}"] = self.part_of(stream)
            values[f"stream_{nth}"] = self.store.stream_key(stream)
            values[f"first_{nth}"] = _first(known[stream])
        statement = several(len(streams), claim=claim is not None, is_sqlite=self.store.is_sqlite)
        with self.store.asking() as driver:
            rows = sorted(statement.run(driver, values).fetchall())
        found = [str(row[3]).partition(" ") for row in rows if row[0] == OF_CLAIM]
        facts = {
            stream: self._continued(
                stream, known[stream], [row[1:] for row in rows if row[0] == nth]
            )
            for nth, stream in enumerate(streams)
        }
        return facts, (found[0][0], found[0][2]) if found else None

    def _continued(
        self, stream: UUID, known: Known | None, rows: list[tuple[Any, ...]]
    ) -> list[Fact]:
        """Give all facts of a stream: those known to this process, and those read behind them."""
        if known is not None and not known.continues_in(rows):
            known, rows = None, self._rows(stream)
        facts = list(known.facts) if known else []
        facts += [self.fact(stream, row) for row in (rows[1:] if known else rows)]
        if len(facts) > (len(known.facts) if known else 0):
            self._remembered.keep(stream, Known(tuple(facts), rows[-1]))
        return facts

    def answered(self, stream: UUID, claim: Claim) -> Answer | None:
        """Give the first answer to this claim; refuses ``command-id-reused``."""
        found = self.claimed(self.part_of(stream), claim.key)
        return None if found is None else repeated_answer(claim, *found)

    def claimed(self, part: int, key: str) -> tuple[str, str] | None:
        """Give digest and answer kept with a claim; None when nobody made it."""
        with self.store.asking() as driver:
            found = self._of_claim.run(driver, {"part": part, "key": key}).fetchone()
        return cast("tuple[str, str] | None", found)

    def save(
        self,
        record: Record,
        *,
        claim: Claim,
        due: Sequence[Due] | None = None,
        notices: Sequence[Notice] = (),
    ) -> Answer:
        """Record what was told with claim, timers, notices and words: all of it, or nothing.

        ``due`` replaces the open timers of the record; None leaves them. Raises ``StaleRecord``
        when another command was first. A claim that was carried out already, also by a try whose
        connection was lost, gives its first answer.
        """
        told = record.collect_events()
        return self.write(self.change(record, told, claim=claim, due=due, notices=notices))

    def batch(self) -> Batch:
        """Begin a batch: the same verbs in memory, recorded by its ``flush``."""
        return Batch(self)

    def claim_due(
        self, *, now: datetime, limit: int, lease: timedelta, due_by: datetime | None = None
    ) -> list[Timer]:
        """Lease up to ``limit`` timers due by now, or before, the first of each record.

        They come the longest due first; no other claimer gets them.
        """
        return claim_due(self.store, now=now, limit=limit, lease=lease, due_by=due_by)

    def set_aside(self, timer: Timer, *, until: datetime, holds_back: bool) -> None:
        """Leave a timer that failed alone until then; later ones of its record wait or not."""
        part = self.part_of(timer.stream)
        set_aside(self.store, part, timer, until=until, holds_back=holds_back)

    def next_due(self) -> datetime | None:
        """Tell when the next timer comes due or its lease runs out; None when there is none."""
        return next_due(self.store)

    def history(self, stream: UUID) -> list[Recorded]:
        """Give the facts of a stream in order, with their places in the log."""
        part = self.part_of(stream)
        return [
            Recorded(
                fact=self.fact(stream, row),
                position=row[3],
                part=part,
                recorded_at=instant(row[4]),
            )
            for row in self._rows(stream)
        ]

    def words(self, stream: UUID, version: int, field: str) -> str | None:
        """Give the words that the vault keeps for a field of one fact; None if there are none."""
        return self.words_of([stream]).get((stream, version, field))

    def words_of(self, streams: Iterable[UUID]) -> dict[tuple[UUID, int, str], str]:
        """Give all words of these streams by stream, version and field.

        Those of erased persons are gone. Refuses ``keys-missing`` and ``vault-damaged``.
        """
        opened = self._opened(streams)
        return {
            (place.stream, place.version, place.field): one.words for place, one in opened.items()
        }

    def disclose(self, stream: UUID, version: int, field: str) -> Opened | None:
        """Give words with the key that proves them against the commitment in the log."""
        return self._opened([stream]).get(Place(stream, version, field))

    def _opened(self, streams: Iterable[UUID]) -> dict[Place, Opened]:
        by_part: dict[int, list[UUID]] = {}
        for stream in streams:
            by_part.setdefault(self.part_of(stream), []).append(stream)
        rows: list[Sealed] = []
        with self.store.reading() as conn:
            for part, wanted in by_part.items():
                found = conn.execute(_SEALED, {"part": part, "streams": wanted})
                rows += [Sealed(Place(*row[:3]), *row[3:]) for row in found]
        return self._keys().opened(rows) if rows else {}

    def _keys(self) -> Vault:
        if self.vault is None:
            raise missing("this ledger")
        return self.vault

    def part_of(self, stream: UUID) -> int:
        """Give the part that keeps this stream."""
        return part_of(stream, self.parts)

    def _rows(self, stream: UUID, first: int = 1) -> list[tuple[Any, ...]]:
        """Give version, topic number, body, position and recorded time, from a version on."""
        key = self.store.stream_key(stream)
        values = {"part": self.part_of(stream), "stream": key, "first": first}
        with self.store.asking() as driver:
            return cast("list[tuple[Any, ...]]", self._of_stream.run(driver, values).fetchall())

    def change(
        self,
        record: Record,
        told: Sequence[Fact],
        *,
        claim: Claim,
        due: Sequence[Due] | None,
        notices: Sequence[Notice],
        seen: Sequence[Seen] = (),
    ) -> Change:
        """Put together what a command is to write, and the rights it was allowed by."""
        entrusted = record.collect_entrusted()
        if entrusted and entrusted[-1].version > record.version:
            message = "words were entrusted without the fact that carries their commitment"
            raise ValueError(message)
        return Change(
            part=self.part_of(record.id),
            stream=record.id,
            version=record.version,
            claim=claim,
            told=[self.mapper.to_stored_event(cast("Any", fact)) for fact in told],
            due=due,
            notices=notices,
            entrusted=entrusted,
            seen=seen,
            grants=record.GRANTS,
        )

    def fact(self, stream: UUID, row: Sequence[Any]) -> Fact:
        """Decode a row of version, topic number and body."""
        return self.mapper.fact(self.topics.topic(row[1]), row[2], stream, row[0])

    def write(self, change: Change) -> Answer:
        """Commit one change; a claim that was made before gives its first answer."""
        if change.entrusted:
            [change] = self._keys().sealed([change])
        try:
            self._surely(lambda: self.writer.write(change, self.now()))
        except IntegrityError as error:
            return self._answer_after(change, error)
        return Answer(stream=change.stream, version=change.version)

    def write_all(self, changes: Sequence[Change]) -> None:
        """Commit changes of one part together; raises the library's ``IntegrityError``."""
        if any(change.entrusted for change in changes):
            changes = self._keys().sealed(changes)
        self._surely(lambda: self.writer.write_all(changes, self.now()))

    def _surely(self, write: Callable[[], None]) -> None:
        """Try again when the connection breaks: nobody knows the outcome, the claims decide it."""
        try:
            write()
        except ConnectionLost:
            write()

    def _answer_after(self, change: Change, error: IntegrityError) -> Answer:
        """Tell a repeat from a record that moved on; anything else is an error of ours."""
        found = self.answered(change.stream, change.claim)
        if found is not None:
            return found
        begun_at = change.version - len(change.told)
        if change.told and len(self._rows(change.stream)) > begun_at:
            raise StaleRecord(change.stream, begun_at)
        raise error


_SEALED = sa.select(
    vault.c.stream,
    vault.c.version,
    vault.c.field,
    vault.c.person,
    vault.c.key_version,
    vault.c.sealed,
).where(
    vault.c.part == sa.bindparam("part"),
    vault.c.stream.in_(sa.bindparam("streams", expanding=True)),
)


def _first(known: Known | None) -> int:
    return known.first_wanted if known else 1


def _count_parts(store: Store) -> int:
    with store.reading() as conn:
        if not sa.inspect(conn).has_table("heads"):
            reason = "The store has no tables yet. Run `gridward migrate` first."
            raise Refused("not-migrated", reason)
        return conn.scalar(sa.select(sa.func.count()).select_from(heads)) or 0


def _select_stream() -> sa.Select[Any]:
    return (
        sa.select(
            events.c.version, events.c.kind, events.c.body, events.c.pos, events.c.recorded_at
        )
        .where(
            events.c.part == sa.bindparam("part", type_=sa.Integer),
            events.c.stream == sa.bindparam("stream", type_=sa.Uuid),
            events.c.version >= sa.bindparam("first", type_=sa.Integer),
        )
        .order_by(events.c.version)
    )


def _select_claim() -> sa.Select[Any]:
    return sa.select(claims.c.digest, claims.c.answer).where(
        claims.c.part == sa.bindparam("part", type_=sa.Integer),
        claims.c.key == sa.bindparam("key", type_=sa.Text),
    )
