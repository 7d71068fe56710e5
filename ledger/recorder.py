"""The recorder: the library's contract for storing events, kept on our tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from threading import Event
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

import sqlalchemy as sa
from eventsourcing.persistence import (
    IntegrityError,
    Notification,
    NotSupportedError,
    ProcessRecorder,
    StoredEvent,
    Subscription,
    Tracking,
)
from sqlalchemy.dialects import postgresql, sqlite

from ledger.records import part_of
from ledger.tables import cursors, events, heads
from ledger.times import micros
from ledger.topics import Topics
from ledger.writing import Writer

if TYPE_CHECKING:
    from ledger.store import Store

_POLL_SECONDS = 0.03
_AT_ONCE = 500


class Recorder(ProcessRecorder):
    """Stores and selects events; positions are the library's notification ids on one part."""

    def __init__(self, store: Store, *, now: Callable[[], datetime]) -> None:
        """Record on a migrated store, at the times that ``now`` gives."""
        self._store = store
        self._now = now
        self._topics = Topics(store)
        with store.reading() as conn:
            self._parts = conn.scalar(sa.select(sa.func.count()).select_from(heads)) or 0
        self._writer = Writer(store, self._topics, parts=self._parts)

    def insert_events(
        self, stored_events: Sequence[StoredEvent], **kwargs: Any
    ) -> Sequence[int] | None:
        """Append, with the position of an upstream reader (``tracking``) if given."""
        tracking: Tracking | None = kwargs.get("tracking")
        rows = self._writer.event_rows(stored_events)
        part = self._common_part(stored_events)
        with self._store.writing() as conn:
            driver: Any = conn.connection.driver_connection
            last = self._writer.append(driver, part, rows, micros(self._now())) if rows else 0
            if tracking is not None:
                self._track(conn, tracking)
        return list(range(last - len(rows) + 1, last + 1)) if rows else []

    def insert_tracking(self, tracking: Tracking) -> None:
        with self._store.writing() as conn:
            self._track(conn, tracking)

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        stream = cast("UUID", originator_id)
        query = sa.select(events.c.version, events.c.kind, events.c.body).where(
            events.c.part == part_of(stream, self._parts), events.c.stream == stream
        )
        query = query if gt is None else query.where(events.c.version > gt)
        query = query if lte is None else query.where(events.c.version <= lte)
        query = query.order_by(events.c.version.desc() if desc else events.c.version).limit(limit)
        with self._store.reading() as conn:
            rows = conn.execute(query).all()
        topic = self._topics.topic
        return [StoredEvent(stream, row[0], topic(row[1]), row[2].encode()) for row in rows]

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        first = (start or 0) + (not inclusive_of_start)
        query = sa.select(
            events.c.stream, events.c.version, events.c.kind, events.c.body, events.c.pos
        ).where(events.c.part == self._only_part(), events.c.pos >= first)
        if stop is not None:
            query = query.where(events.c.pos <= stop)
        if topics:
            query = query.where(events.c.kind.in_(self._topics.known(topics)))
        with self._store.reading() as conn:
            rows = conn.execute(query.order_by(events.c.pos).limit(limit)).all()
        return [
            Notification(
                originator_id=row.stream,
                originator_version=row.version,
                topic=self._topics.topic(row.kind),
                state=row.body.encode(),
                id=row.pos,
            )
            for row in rows
        ]

    def max_notification_id(self) -> int | None:
        query = sa.select(heads.c.pos).where(heads.c.part == self._only_part())
        with self._store.reading() as conn:
            return conn.scalar(query) or None

    def max_tracking_id(self, application_name: str) -> int | None:
        query = sa.select(cursors.c.pos).where(
            cursors.c.reader == application_name, cursors.c.part == 0
        )
        with self._store.reading() as conn:
            return conn.scalar(query)

    def subscribe(
        self, gt: int | None = None, topics: Sequence[str] = ()
    ) -> Subscription[Recorder]:
        """Follow the log by asking every few hundredths of a second."""
        return Following(recorder=self, gt=gt, topics=topics)

    def _track(self, conn: sa.Connection, tracking: Tracking) -> None:
        dialect = sqlite if self._store.is_sqlite else postgresql
        insert = dialect.insert(cursors).values(
            reader=tracking.application_name, part=0, pos=tracking.notification_id
        )
        forward = insert.on_conflict_do_update(
            index_elements=[cursors.c.reader, cursors.c.part],
            set_={"pos": insert.excluded.pos},
            where=cursors.c.pos < insert.excluded.pos,
        )
        if conn.execute(forward.returning(cursors.c.pos)).first() is None:
            message = f"{tracking} was processed already"
            raise IntegrityError(message)

    def _common_part(self, stored_events: Sequence[StoredEvent]) -> int:
        if self._parts == 1:
            return 0
        streams = {cast("UUID", stored.originator_id) for stored in stored_events}
        found = {part_of(stream, self._parts) for stream in streams}
        if len(found) > 1:
            message = "what commits together lies on one part; save these streams one by one"
            raise NotSupportedError(message)
        return found.pop() if found else 0

    def _only_part(self) -> int:
        if self._parts != 1:
            message = "a ledger of several parts has no single sequence; read it by ledger.feed"
            raise NotSupportedError(message)
        return 0


class Following(Subscription[Recorder]):
    """A subscription that polls; it ends when it is stopped."""

    def __init__(
        self, recorder: Recorder, gt: int | None = None, topics: Sequence[str] = ()
    ) -> None:
        """Begin after the position ``gt``."""
        super().__init__(recorder=recorder, gt=gt, topics=topics)
        self._waiting: list[Notification] = []
        self._stopped = Event()

    def stop(self) -> None:
        super().stop()
        self._stopped.set()

    def __next__(self) -> Notification:
        """Give the next notification, waiting for it."""
        while not self._stopped.is_set():
            if self._waiting or self._fetch():
                following = self._waiting.pop(0)
                self._last_notification_id = following.id
                return following
            self._stopped.wait(_POLL_SECONDS)
        raise StopIteration

    def _fetch(self) -> bool:
        self._waiting = list(
            self._recorder.select_notifications(
                self._last_notification_id or 0,
                _AT_ONCE,
                topics=self._topics,
                inclusive_of_start=False,
            )
        )
        return bool(self._waiting)
