"""Which cases are open, and which reports and whistles there were: the log itself tells."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from domain.incident.events import Reported, Settled
from domain.whistle.events import Blown
from ledger.feed import Feed, Row

_AT_ONCE = 5_000
_FINAL = '"final":'  # stands in the body of the stage that ends a case, and only there
_REPORTED, _SETTLED, _BLOWN = Reported.TOPIC, Settled.TOPIC, Blown.TOPIC


class OpenCases:
    """Follows the log; it knows the command ids of all reports and whistles."""

    def __init__(self, feed: Feed) -> None:
        """Begin at the log's first event."""
        self._feed = feed
        self._positions: dict[int, int] = {}
        self.reports: set[str] = set()
        self.blown: set[str] = set()
        self._touched: dict[UUID, None] = {}

    def follow(self) -> None:
        """Read on to the end."""
        for part, head in self._feed.heads().items():
            for row in self._rows(part, head):
                self._hear(row)

    def take(self) -> list[UUID]:
        """Give the open cases touched since the last time, in the order of the log."""
        taken, self._touched = list(self._touched), {}
        return taken

    def _rows(self, part: int, head: int) -> Iterator[Row]:
        while (after := self._positions.get(part, 0)) < head:
            rows = self._feed.read(part, after=after, limit=_AT_ONCE)
            if not rows:
                return
            yield from rows
            self._positions[part] = rows[-1].pos

    def _hear(self, row: Row) -> None:
        if row.topic == _BLOWN and row.command_id is not None:
            self.blown.add(row.command_id)
        if not row.topic.startswith("incident."):
            return
        if row.topic == _SETTLED or _FINAL in row.body:
            self._touched.pop(row.stream, None)
            return
        if row.topic == _REPORTED and row.command_id is not None:
            self.reports.add(row.command_id)
        self._touched[row.stream] = None
