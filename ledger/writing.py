"""Writing: what one command changes, as rows, in one transaction on one part."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from eventsourcing.persistence import StoredEvent

from domain.kernel.record import Entrusted
from ledger import statements
from ledger.envelope import envelope
from ledger.errors import StaleRight
from ledger.mapper import canonical
from ledger.records import Claim, Due, Notice, Seen
from ledger.times import micros
from ledger.together import Together
from ledger.under import Rights
from ledger.vault import Sealed

if TYPE_CHECKING:
    from ledger.store import Store
    from ledger.topics import Topics

Row = tuple[object, ...]
_MANY = 16
_COPY = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One command's outcome for one stream."""

    part: int
    stream: UUID
    version: int
    claim: Claim
    told: Sequence[StoredEvent]
    due: Sequence[Due] | None
    notices: Sequence[Notice]
    entrusted: Sequence[Entrusted]
    sealed: Sequence[Sealed] = ()
    seen: Sequence[Seen] = ()
    grants: bool = False

    @property
    def answer(self) -> str:
        """The answer as the claim keeps it."""
        return f'{{"stream":"{self.stream}","version":{self.version}}}'


class Writer:
    """Turns changes into rows: PostgreSQL takes one as one statement, SQLite all that wait."""

    def __init__(self, store: Store, topics: Topics, *, parts: int) -> None:
        """Write to this store of so many parts, numbering topics by this table."""
        self._store = store
        self._topics = topics
        self._together = Together(store)
        self.rights = Rights(store)
        self._parts = parts

    def write(self, change: Change, now: datetime) -> None:
        """Commit one change."""
        rows = self.event_rows(change.told)
        beside = len(change.due or ()) + len(change.notices) + len(change.entrusted)
        if self._store.is_sqlite:
            self._together.commit(lambda driver: self._write(driver, [change], rows, micros(now)))
            return
        if len(rows) + beside <= _MANY:
            self._write_at_once(change, rows, micros(now))
            return
        with self._store.recording() as driver:
            self._write(driver, [change], rows, micros(now))

    def write_all(self, changes: Sequence[Change], now: datetime) -> None:
        """Commit many changes of one part together, in the order given."""
        rows = self.event_rows([told for change in changes for told in change.told])
        with self._store.recording() as driver:
            self._write(driver, changes, rows, micros(now))

    def event_rows(self, told: Sequence[StoredEvent]) -> list[Row]:
        """Give stream, version, kind, happened_at, area, actor, command_id, body of each."""
        number, key = self._topics.number, self._key
        return [
            (
                key(stored.originator_id),
                stored.originator_version,
                number(stored.topic),
                *envelope(stored.state),
                stored.state.decode(),
            )
            for stored in told
        ]

    def append(self, driver: Any, part: int, rows: Sequence[Row], now: int) -> int:
        """Append rows in an open transaction and give the position of the last."""
        moved = statements.head(is_sqlite=self._store.is_sqlite).run(
            driver, {"part": part, "count": len(rows), "now": now}
        )
        last, recorded_at = moved.fetchone()
        first = last - len(rows) + 1
        placed = (
            (part, first + nth, *row[:3], recorded_at, *row[3:]) for nth, row in enumerate(rows)
        )
        self._insert_events(driver.cursor(), placed, len(rows))
        return int(last)

    def _insert_events(self, cursor: Any, placed: Any, count: int) -> None:
        if self._store.is_sqlite or count < _COPY:
            self._insert(cursor, "events", placed)
            return
        columns = ", ".join(statements.EVENT_COLUMNS)
        with cursor.copy(f"COPY events ({columns}) FROM STDIN") as copy:
            for row in placed:
                copy.write_row(row)

    def _write(self, driver: Any, changes: Sequence[Change], rows: Sequence[Row], now: int) -> None:
        part = changes[0].part
        self._hold(driver, changes)
        if rows or not self._store.is_sqlite:  # on PostgreSQL the head row is the part's turn
            self.append(driver, part, rows, now)
        cursor = driver.cursor()
        self._insert(
            cursor,
            "claims",
            [(part, one.claim.key, one.claim.digest, one.answer) for one in changes],
        )
        self._replace_due(cursor, part, changes)
        self._insert(
            cursor,
            "outbox",
            [(part, *row, now) for change in changes for row in self._notice_rows(change)],
        )
        self._insert(
            cursor,
            "vault",
            [(part, *row) for change in changes for row in self._vault_rows(change)],
        )

    def _hold(self, driver: Any, changes: Sequence[Change]) -> None:
        """Let no right end between this look and the commit; raises ``StaleRight``."""
        seen = [one for change in changes for one in change.seen]
        granting = [one.stream for one in changes if one.grants]
        self.rights.keep_apart(driver, seen=seen, granting=granting, parts=self._parts)
        self.rights.must_stand(driver, seen, self._parts)

    def _insert(self, cursor: Any, table: str, rows: Any) -> None:
        if rows:
            statement = statements.plain_insert(table, is_sqlite=self._store.is_sqlite)
            statement.run_many(cursor, rows)

    def _replace_due(self, cursor: Any, part: int, changes: Sequence[Change]) -> None:
        """Of several changes to one stream only the last one's timers stand."""
        last = {one.stream: one.due for one in changes if one.due is not None}
        by_count: dict[int, list[dict[str, object]]] = defaultdict(list)
        for stream, due in last.items():
            values: dict[str, object] = {"part": part, "stream": self._key(stream)}
            _name_rows(values, "due", ("timer", "kind", "due_at"), _due_rows(due))
            by_count[len(due)].append(values)
        for count, rows in by_count.items():
            drop, put = statements.due_pair(count, is_sqlite=self._store.is_sqlite)
            drop.run_each(cursor, rows)
            if put is not None:
                put.run_each(cursor, rows)

    def _write_at_once(self, change: Change, rows: Sequence[Row], now: int) -> None:
        values: dict[str, object] = {
            "part": change.part,
            "stream": change.stream,
            "count": len(rows),
            "now": now,
            "claims_key_0": change.claim.key,
            "claims_digest_0": change.claim.digest,
            "claims_answer_0": change.answer,
        }
        _name_rows(values, "events", _TOLD, rows)
        _name_rows(values, "due", ("timer", "kind", "due_at"), _due_rows(change.due or ()))
        notices = [(row[0], *row[2:], now) for row in self._notice_rows(change)]
        _name_rows(values, "outbox", ("id", "version", "notice", "created_at"), notices)
        words = [row[1:] for row in self._vault_rows(change)]
        _name_rows(values, "vault", _SEALED, words)
        timers = None if change.due is None else len(change.due)
        values |= self.rights.named(change.seen, self._parts)
        shape = (len(rows), timers, len(notices), len(words), len(change.seen))
        statement = statements.whole(*shape)
        if not (change.seen or change.grants):
            with self._store.at_once() as driver:
                statement.run(driver, values)
            return
        with self._store.in_one_trip() as driver:
            granting = [change.stream] if change.grants else []
            self.rights.keep_apart(driver, seen=change.seen, granting=granting, parts=self._parts)
            written = statement.run(driver, values)
        if written.rowcount == 0:
            raise StaleRight(change.stream, change.version)

    def _notice_rows(self, change: Change) -> list[Row]:
        """Give id, stream, version, notice; the id is the same for the same command."""
        key = self._key(change.stream)
        return [
            (f"{change.claim.key}#{nth}", key, change.version, _notice_text(notice))
            for nth, notice in enumerate(change.notices)
        ]

    def _vault_rows(self, change: Change) -> list[Row]:
        key = self._key(change.stream)
        return [
            (key, one.place.version, one.place.field, one.person, one.key_version, one.sealed)
            for one in change.sealed
        ]

    def _key(self, stream: UUID | str) -> object:
        return self._store.stream_key(stream)


_SEALED = ("version", "field", "person", "key_version", "sealed")
_TOLD = tuple(
    name for name in statements.EVENT_COLUMNS if name not in {"part", "pos", "recorded_at"}
)


def _name_rows(
    values: dict[str, object], table: str, names: Sequence[str], rows: Sequence[Row]
) -> None:
    for nth, row in enumerate(rows):
        for name, value in zip(names, row, strict=True):
            values[f"{table}_{name}_{nth}"] = value


def _due_rows(due: Sequence[Due]) -> list[Row]:
    return [(one.timer, one.kind, micros(one.due_at)) for one in due]


def _notice_text(notice: Notice) -> str:
    told = {"about": notice.about, "facts": notice.facts, "to": notice.to}
    return canonical(told).decode()
