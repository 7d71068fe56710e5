"""Telling a read model what happened: batches in order, rows and position in one transaction."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeAlias
from uuid import UUID

import sqlalchemy as sa

from domain.kernel.facts import FACTS, Fact
from ledger.cursors import Cursors
from ledger.errors import is_trouble
from projections.standing import Standing, Standings, Stopped, prepared

if TYPE_CHECKING:
    from ledger.feed import Feed, Row
    from ledger.store import Store

Tables: TypeAlias = Mapping[str, sa.Table]
"""A model's tables by their short name: ``{"areas": <Table areas_v1>}``."""

BATCH = 10_000
_LIVE_ON_SQLITE = 1_000  # a batch keeps the commands of one process waiting: about 20 ms
_POLL = 0.01
_LIVE: dict[tuple[type, str, int], Tables] = {}


class Told(NamedTuple):
    """A fact with its place in the log; ``recorded_at`` is in microseconds since the epoch."""

    fact: Fact
    stream: UUID
    version: int
    part: int
    position: int
    recorded_at: int


class Model(Protocol):
    """A read model: the topics it hears, its tables, and what a batch of facts does to them.

    It is told the facts of one part in order. Rows of one stream belong to one part; a row that
    several streams share has ``part`` in its key, so that no two readers write the same row.
    What it keeps in memory between batches must survive that a batch was rolled back.
    """

    @property
    def name(self) -> str: ...
    @property
    def version(self) -> int: ...
    @property
    def topics(self) -> frozenset[str]: ...
    def tables(self, metadata: sa.MetaData) -> Tables: ...
    def tell(self, conn: sa.Connection, tables: Tables, told: Sequence[Told]) -> None: ...


class UnknownTopicError(Exception):
    """A rebuild met a topic that this code does not know: it would leave something out."""


class Lag(NamedTuple):
    """How far a reader is behind: events not told yet, and when the oldest was recorded."""

    events: int
    oldest_at: int | None


class _Batch(NamedTuple):
    after: int
    last: int
    size: int
    told: list[Told]


class PoisonError(Exception):
    """A fact could not be decoded, or the model could not take it in."""


class _OvertakenError(Exception):
    """Another reader moved the cursor; nothing of ours may stay."""


class Reader:
    """Tells one model, part after part; any number of readers may share the parts.

    ``prepare`` comes first. Give each reader a model of its own: a model is for one thread.
    ``tables`` and ``name`` are the live ones unless a rebuild gives others.
    """

    def __init__(
        self,
        model: Model,
        store: Store,
        feed: Feed,
        *,
        now: Callable[[], datetime],
        tables: Tables | None = None,
        name: str | None = None,
        known: Collection[str] | None = None,
    ) -> None:
        """Give ``known`` (topics) to stop at any other topic, as a rebuild does."""
        self.model = model
        self.name = name or reader_name(model)
        self.tables = tables or _live_tables(model)
        self._store, self._feed = store, feed
        self._now = now
        self._known = known
        self._standings = Standings(store)
        self._cursors = Cursors(store, self.name)

    def prepare(self) -> None:
        """Create what is absent: tables, cursors, standing. Existing rows stay."""
        prepared(self._store, self.tables.values(), reader=self.name, parts=self._feed.heads())

    def catch_up(self, *, batch: int | None = None) -> int:
        """Tell everything recorded up to now; give the number of events passed.

        Parts that another reader holds are left to it. A stopped reader passes nothing.
        """
        if self._standings.of(self.name).stopped is not None:
            return 0
        size = batch or (_LIVE_ON_SQLITE if self._store.is_sqlite else BATCH)
        behind = self.behind()
        return sum(
            self._catch_up_part(part, position, to=head, size=size)
            for part, (position, head) in sorted(behind.items(), key=_most_behind)
        )

    def behind(self) -> dict[int, tuple[int, int]]:
        """Give position and head of each part that has something new."""
        return self._cursors.behind()

    def positions(self) -> dict[int, int]:
        """Give the position reached in each part."""
        return self._cursors.positions()

    def lag(self) -> Lag:
        """Tell how far the reader is behind."""
        behind = self.behind()
        waiting = [
            row.recorded_at
            for part, (position, _) in behind.items()
            for row in self._feed.read(part, after=position, limit=1)
        ]
        events = sum(head - position for position, head in behind.values())
        return Lag(events=events, oldest_at=min(waiting, default=None))

    def status(self) -> Standing:
        """Tell whether the reader runs, and at which event it stopped if it does not."""
        return self._standings.of(self.name)

    def resume(self) -> None:
        """Let a stopped reader try again from the event it stopped at."""
        self._standings.clear(self.name, at=self._now())

    def wait_until(self, part: int, position: int | None = None, *, timeout: float = 1.0) -> bool:
        """Wait for a page's own write; without a position for all that is recorded by now.

        Gives False when the time is over: the page then says that it may be behind.
        """
        reached, head = self._cursors.reach(part)
        wanted = head if position is None else position
        ends = time.monotonic() + timeout
        while reached < wanted:
            if time.monotonic() >= ends:
                return False
            time.sleep(_POLL)
            reached, _ = self._cursors.reach(part)
        return True

    def _catch_up_part(self, part: int, position: int, *, to: int, size: int) -> int:
        """Halve the batch when it fails, so that all before the poison event is told."""
        passed = 0
        while position < to:
            try:
                told = self._tell_batch(part, position, size)
            except PoisonError as error:
                if size == 1:
                    self._stop(part, error)
                    return passed
                size = max(1, size // 2)
                continue
            if told is None:
                return passed
            position, passed = told.last, passed + told.size
        return passed

    def _tell_batch(self, part: int, position: int, size: int) -> _Batch | None:
        """Read and decode before the cursor is taken, which on SQLite is the write lock for all."""
        ahead = self._read(part, position, size)
        if ahead.size and not ahead.told:
            passed = self._cursors.pass_by(part, after=position, to=ahead.last)
            return ahead if passed else None
        try:
            with self._store.writing() as conn:
                return self._tell(conn, part, size=size, ahead=ahead)
        except _OvertakenError:
            return None

    def _tell(
        self, conn: sa.Connection, part: int, *, size: int, ahead: _Batch | None
    ) -> _Batch | None:
        """Give what was told; None when there was nothing to tell, or another reader holds it."""
        position = self.claim(conn, part)
        if position is None:
            return None
        batch = ahead if ahead and ahead.after == position else self._read(part, position, size)
        if not batch.size:
            return None
        if batch.told:
            with _poison_named():
                self.model.tell(conn, self.tables, batch.told)
        self._move(conn, part, batch)
        return batch

    def tell_up_to(self, conn: sa.Connection, part: int, position: int) -> None:
        """Tell what lies between the cursor and a position, in the caller's transaction."""
        after = self.claim(conn, part)
        if after is not None and after < position:
            self._tell(conn, part, size=position - after, ahead=None)

    def claim(self, conn: sa.Connection, part: int) -> int | None:
        """Lock the cursor of a part until the transaction ends; None when another holds it."""
        return self._cursors.held_in(conn, part)

    def _read(self, part: int, after: int, size: int) -> _Batch:
        rows = self._feed.read(part, after=after, limit=size)
        if not rows:
            return _Batch(after, after, 0, [])
        if self._known is not None:
            _must_be_known(rows, self._known)
        heard, fact = self.model.topics, self._feed.fact
        with _poison_named():
            told = [
                Told(fact(row), row.stream, row.version, part, row.pos, row.recorded_at)
                for row in rows
                if row.topic in heard
            ]
        return _Batch(after, rows[-1].pos, len(rows), told)

    def _move(self, conn: sa.Connection, part: int, batch: _Batch) -> None:
        if not self._cursors.moved_in(conn, part, after=batch.after, to=batch.last):
            raise _OvertakenError

    def _stop(self, part: int, error: PoisonError) -> None:
        position = self.positions().get(part, 0) + 1
        stopped = Stopped(part=part, position=position, error=str(error)[:500])
        self._standings.stop(self.name, stopped, at=self._now())


@contextmanager
def _poison_named() -> Iterator[None]:
    """The database's trouble is no fault of the event; anything else a model trips over is."""
    try:
        yield
    except Exception as error:
        if is_trouble(error):
            raise
        raise PoisonError(f"{type(error).__name__}: {error}") from error


def reader_name(model: Model) -> str:
    """Name a model's live reader, as its cursors and its standing are found."""
    return f"{model.name}.v{model.version}"


def _live_tables(model: Model) -> Tables:
    """Lay out the tables of a model once: a kind in one version has the same in every reader."""
    kind = type(model), model.name, model.version
    if kind not in _LIVE:
        _LIVE[kind] = model.tables(sa.MetaData())
    return _LIVE[kind]


def all_topics() -> frozenset[str]:
    """Every topic this code knows: what a rebuild may meet."""
    return frozenset(FACTS)


def _most_behind(part: tuple[int, tuple[int, int]]) -> int:
    position, head = part[1]
    return position - head


def _must_be_known(rows: Sequence[Row], known: Collection[str]) -> None:
    for row in rows:
        if row.topic not in known:
            message = f"unknown topic {row.topic} at part {row.part}, position {row.pos}"
            raise UnknownTopicError(message)
