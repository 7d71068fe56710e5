"""Rebuilding a read model beside the live one, which goes on meanwhile, and swapping the two."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa

from ledger.tables import cursors
from projections.reading import Model, PoisonError, Reader, Tables, all_topics, reader_name
from projections.standing import STATES, Standings, prepared

if TYPE_CHECKING:
    from ledger.feed import Feed
    from ledger.store import Store

LARGE_BATCH = 20_000


class Rebuild:
    """One rebuild. After ``begin`` any number of processes may ``fill``; one then swaps.

    Give it a model of its own: the live one goes on being told by its reader. An event that the
    model cannot take in, or a topic that this code does not know, ends the rebuild.
    """

    def __init__(
        self, model: Model, store: Store, feed: Feed, *, now: Callable[[], datetime]
    ) -> None:
        """Find the next generation; nothing is written yet."""
        self._store, self._feed, self._now = store, feed, now
        self._model = model
        self._live = reader_name(model)
        prepared(store, (), reader=self._live, parts=feed.heads())
        self.generation = Standings(store).of(self._live).generation + 1
        self.name = f"{self._live}.g{self.generation}"
        self.tables, self._indexes = _beside(model, self.generation)

    def reader(self) -> Reader:
        """Give a reader that tells the tables beside."""
        return Reader(
            self._model,
            self._store,
            self._feed,
            now=self._now,
            tables=self.tables,
            name=self.name,
            known=all_topics(),
        )

    def begin(self) -> None:
        """Create empty tables beside, without indexes; what a broken rebuild left is dropped."""
        with self._store.writing() as conn:
            for table in self.tables.values():
                table.drop(conn, checkfirst=True)
            _forget(conn, self.name)
        self.reader().prepare()

    def fill(self, *, batch: int = LARGE_BATCH) -> int:
        """Tell everything recorded so far; give the number of events that this call told."""
        reader, told = self.reader(), 0
        with _uncollected():
            while passed := reader.catch_up(batch=batch):
                told += passed
        stopped = reader.status().stopped
        if stopped is not None:
            message = f"part {stopped.part}, position {stopped.position}: {stopped.error}"
            raise PoisonError(message)
        return told

    def swap(self) -> None:
        """Index the new tables and put them in place of the live ones, not a fact behind them."""
        with self._store.writing() as conn:
            for index in self._indexes:
                index.create(conn, checkfirst=True)
        reader = self.reader()
        with self._store.writing() as conn:
            live = self._locked(conn, self._live)
            beside = self._locked(conn, self.name)
            for part, position in live.items():
                if position > beside[part]:
                    reader.tell_up_to(conn, part, position)
            self._put_in_place(conn)

    def _locked(self, conn: sa.Connection, name: str) -> dict[int, int]:
        query = sa.select(cursors.c.part, cursors.c.pos).where(cursors.c.reader == name)
        rows = conn.execute(query.order_by(cursors.c.part).with_for_update())
        return {row.part: row.pos for row in rows}

    def _put_in_place(self, conn: sa.Connection) -> None:
        for live in self._model.tables(sa.MetaData()).values():
            live.drop(conn, checkfirst=True)
            conn.exec_driver_sql(
                f"ALTER TABLE {_beside_name(live.name, self.generation)} RENAME TO {live.name}"
            )
        conn.execute(sa.delete(cursors).where(cursors.c.reader == self._live))
        conn.execute(
            sa.update(cursors).where(cursors.c.reader == self.name).values(reader=self._live)
        )
        _forget(conn, self.name)
        conn.execute(
            sa.update(STATES)
            .where(STATES.c.reader == self._live)
            .values(generation=self.generation, part=None, position=None, error=None)
        )


def rebuild(
    model: Model,
    store: Store,
    feed: Feed,
    *,
    now: Callable[[], datetime],
    batch: int = LARGE_BATCH,
) -> int:
    """Rebuild a read model from the whole log and swap it in; give the number of events told."""
    rebuilding = Rebuild(model, store, feed, now=now)
    rebuilding.begin()
    told = rebuilding.fill(batch=batch)
    rebuilding.swap()
    return told


@contextmanager
def _uncollected() -> Iterator[None]:
    """A batch is large and has no cycles: looking for them costs a quarter of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _beside(model: Model, generation: int) -> tuple[Tables, list[sa.Index]]:
    """Name tables and indexes by their generation; index names are unique in a whole schema."""
    metadata = sa.MetaData()
    tables: Mapping[str, sa.Table] = {
        short: table.to_metadata(metadata, name=_beside_name(table.name, generation))
        for short, table in model.tables(sa.MetaData()).items()
    }
    indexes = [index for table in tables.values() for index in table.indexes]
    for index in indexes:
        index.name = sa.quoted_name(f"{index.name}_g{generation}", quote=None)
    _take_off(tables.values())
    return tables, indexes


def _take_off(tables: Iterable[sa.Table]) -> None:
    """Indexes are made when the tables are full: several times faster than row by row."""
    for table in tables:
        table.indexes.clear()


def _beside_name(table: str, generation: int) -> str:
    return f"{table}_g{generation}"


def _forget(conn: sa.Connection, name: str) -> None:
    conn.execute(sa.delete(cursors).where(cursors.c.reader == name))
    conn.execute(sa.delete(STATES).where(STATES.c.reader == name))
