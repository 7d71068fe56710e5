"""Following the log for a process: orders by position, each effect exactly once.

An order's id is made of process, part and position. A process killed after an order and before
its cursor moved gives the same order again, and the desk gives the first answer again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from eventsourcing.persistence import PersistenceError

from domain.kernel.act import process_act
from domain.kernel.refusals import Refused
from ledger.cursors import Cursors
from ledger.errors import is_trouble
from ledger.records import Answer
from ledger.snags import WAITS, ProcessSnag, ProcessSnags
from workflows.processes.process import Heard, Process

if TYPE_CHECKING:
    from ledger.feed import Feed, Row
    from ledger.store import Store
    from workflows.desk import Desk

BATCH = 200


class Follower:
    """Lets one process follow the log; several followers of one process may share the parts.

    ``prepare`` comes first. A fact that cannot be followed up gets a snag; later facts of the
    same record wait behind it, those of all others go on. With ``news_only`` it begins behind what
    was recorded before it was first prepared.
    """

    def __init__(
        self,
        process: Process,
        store: Store,
        feed: Feed,
        desk: Desk,
        *,
        now: Callable[[], datetime],
        news_only: bool = False,
    ) -> None:
        self.process = process
        self._news_only = news_only
        self.name = f"process.{process.name}"
        self.snags = ProcessSnags(store, process.name)
        self._cursors = Cursors(store, self.name)
        self._feed, self._desk, self._now = feed, desk, now

    def prepare(self) -> None:
        """Begin where nothing was begun; what is there stays."""
        self.snags.prepare()
        heads = self._feed.heads()
        self._cursors.begin(heads, after=heads if self._news_only else None)

    def catch_up(self, *, batch: int = BATCH) -> int:
        """Follow up everything recorded by now; give the number of events passed."""
        behind = self._cursors.behind()
        return sum(self._catch_up_part(part, behind[part][0], batch) for part in sorted(behind))

    def behind(self) -> dict[int, int]:
        """Count the events not passed yet, by part."""
        behind = self._cursors.behind().items()
        return {part: head - reached for part, (reached, head) in behind}

    def retry(self, stream: UUID) -> bool:
        """Follow up the facts of a record that have snags, in order; True when none is left."""
        return all(self._retried(snag) for snag in self.snags.all(stream=stream))

    def retry_all(self) -> int:
        """Retry every record that has a snag; give how many are free of them now."""
        streams = dict.fromkeys(snag.stream for snag in self.snags.all())
        return sum(self.retry(stream) for stream in streams)

    def _catch_up_part(self, part: int, position: int, batch: int) -> int:
        passed = self._passed_by(part, position, batch)
        if 0 < passed < batch:
            return passed
        more = True
        while more:
            moved, heard = self._follow_batch(part, batch)
            passed += moved
            # What was heard may have been followed by facts of this very part.
            more = moved > 0 and (heard or moved == batch)
        return passed

    def _passed_by(self, part: int, position: int, batch: int) -> int:
        """Pass events that the process does not hear; give how many, 0 where it hears one."""
        rows = self._feed.read(part, after=position, limit=batch)
        if not rows or any(row.topic in self.process.topics for row in rows):
            return 0
        last = rows[-1].pos
        return len(rows) if self._cursors.pass_by(part, after=position, to=last) else 0

    def _follow_batch(self, part: int, batch: int) -> tuple[int, bool]:
        """Give how many events were passed, and whether the process heard any of them."""
        with self._cursors.hold(part) as held:
            if held is None:
                return 0, False
            rows = self._feed.read(part, after=held.position, limit=batch)
            if not rows:
                return 0, False
            heard = self._follow(rows)
            return (len(rows) if self._cursors.move(held, rows[-1].pos) else 0), heard

    def _follow(self, rows: Sequence[Row]) -> bool:
        heard = [row for row in rows if row.topic in self.process.topics]
        if not heard:
            return False
        waiting = self.snags.held([row.stream for row in heard])
        for row in heard:
            if row.stream in waiting:
                self._mark(row, WAITS)
            elif not self._followed(row):
                waiting.add(row.stream)
        return True

    def _followed(self, row: Row) -> bool:
        try:
            heard = Heard(self._feed.fact(row), row.stream, row.part, row.pos)
            self.process.follow(heard, self._send_for(heard))
        except Refused as refusal:
            self._mark(row, refusal.code)
            return False
        except Exception as error:
            if is_trouble(error) or isinstance(error, PersistenceError):
                raise
            self._mark(row, type(error).__name__)
            return False
        return True

    def _retried(self, snag: ProcessSnag) -> bool:
        rows = self._feed.read(snag.part, after=snag.position - 1, limit=1)
        if not self._followed(rows[0]):
            return False
        self.snags.clear(snag.part, snag.position)
        return True

    def _mark(self, row: Row, code: str) -> None:
        self.snags.mark(row.part, row.pos, stream=row.stream, code=code, at=self._now())

    def _send_for(self, heard: Heard) -> Callable[..., Answer | None]:
        begins = f"{self.process.name}/{heard.part}/{heard.position}"

        def send(command: object, *, area: str) -> Answer | None:
            command_id = f"{begins}/{type(command).__name__}"
            at = max(self._now(), heard.fact.act.at)
            act = process_act(self.process.name, command_id=command_id, area=area, at=at)
            return self._desk.do(command, act)

        return send
