"""Topics by number: a small table that gives each topic two bytes in the log."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from domain.kernel.refusals import Refused
from ledger.tables import topics

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ledger.store import Store

_TRIES = 20


class Topics:
    """The numbers of the topics, remembered; a new topic gets the next number on first use."""

    def __init__(self, store: Store) -> None:
        """Begin empty; the table is read when a number or topic is not known yet."""
        self._store = store
        self._numbers: dict[str, int] = {}
        self._topics: dict[int, str] = {}
        self._adding = Lock()

    def number(self, topic: str) -> int:
        """Give the number of a topic, adding it in a transaction of its own if it is new."""
        known = self._numbers.get(topic)
        return self._added(topic) if known is None else known

    def topic(self, number: int) -> str:
        """Give the topic of a number; refuses ``history-broken`` for a number never given."""
        known = self._topics.get(number)
        if known is None:
            self._read()
            known = self._topics.get(number)
        if known is None:
            reason = "The log uses a topic number that the table of topics does not know."
            raise Refused("history-broken", reason, number=number)
        return known

    def known(self, wanted: Iterable[str]) -> list[int]:
        """Give the numbers of those topics that were ever recorded."""
        if any(topic not in self._numbers for topic in wanted):
            self._read()
        return [self._numbers[topic] for topic in wanted if topic in self._numbers]

    def _read(self) -> None:
        with self._store.reading() as conn:
            rows = conn.execute(sa.select(topics.c.number, topics.c.topic)).all()
        self._topics = {row.number: row.topic for row in rows}
        self._numbers = {row.topic: row.number for row in rows}

    def _added(self, topic: str) -> int:
        with self._adding:
            for _ in range(_TRIES):
                self._read()
                if topic in self._numbers:
                    return self._numbers[topic]
                self._add(topic)
        reason = "The table of topics could not be written; look at the state of the database."
        raise Refused("topic-not-added", reason, topic=topic)

    def _add(self, topic: str) -> None:
        """Try the next number; another process that takes it first makes this a no-op."""
        following = sa.select(
            sa.func.coalesce(sa.func.max(topics.c.number), 0) + 1, sa.literal(topic)
        ).where(sa.true())  # SQLite reads ON CONFLICT after a bare FROM as a join
        dialect = sqlite if self._store.is_sqlite else postgresql
        insert = dialect.insert(topics).from_select(["number", "topic"], following)
        with self._store.writing() as conn:
            conn.execute(insert.on_conflict_do_nothing())
