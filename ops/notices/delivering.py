"""Delivering: notices leave the outbox over their channels, each channel at its own pace.

A notice is sent at least once: what a killed process had claimed is sent again, under the same
id, when its lease runs out. A receiver that is slow or away holds up its own channel alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import cache
from threading import Event, Thread
from time import monotonic
from typing import TYPE_CHECKING

import structlog
from eventsourcing.persistence import PersistenceError

from ledger import posting
from ledger.posting import Letter, Outcome
from ops.notices.channel import Channel, Undelivered
from ops.notices.people import People, nobody

if TYPE_CHECKING:
    from ledger.store import Store
    from ops.notices.reading import Lines

log = structlog.get_logger("gridward.notices")

LEASE = timedelta(seconds=90)
AT_ONCE = 20
HANDED_AT_ONCE = 200
LONGEST_ROUND = 30.0
"""Seconds after which a round ends: its last send (30 s at most) is over within the lease."""
SETTLED_WITHIN = 1.0
REST = 1.0
AFTER_TROUBLE = 2.0
GAPS = (
    *(timedelta(seconds=10), timedelta(seconds=30)),
    *(timedelta(minutes=2), timedelta(minutes=5), timedelta(minutes=15)),
    *(timedelta(hours=1), timedelta(hours=3), timedelta(hours=6), timedelta(hours=12)),
    *(timedelta(hours=24), timedelta(hours=24)),
)
"""What lies between the tries: twelve tries within three days, then it is given up."""

DELIVERED, FAILED, GIVEN_UP = "delivered", "failed", "given-up"
Counting = Callable[[str, str], None]
"""Told the channel and the outcome of each try."""


class Delivering:
    """Hands notices over and sends them; several processes may do so on one database."""

    def __init__(
        self,
        store: Store,
        lines: Lines,
        *,
        now: Callable[[], datetime],
        count: Counting,
        people: People = nobody,
        rest: float = REST,
    ) -> None:
        self._store = store
        self._lines = lines
        self._channels: Mapping[str, Channel] = lines.channels
        self._now, self._count, self._rest = now, count, rest
        self._people = people
        self._stopping = Event()
        self._threads: list[Thread] = []

    def hand_over(self) -> int:
        """Give new notices to their channels."""
        return posting.hand_over(
            self._store, self._lines.route, now=self._now(), limit=HANDED_AT_ONCE
        )

    def deliver(self, name: str) -> int:
        """Make one round over a channel: claim what is due, send, settle; give how many tries."""
        letters = posting.claim(self._store, name, now=self._now(), limit=AT_ONCE, lease=LEASE)
        outcomes: list[Outcome] = []
        people = cache(self._people)  # a round is short, and much of it goes to the same people
        tried, began = 0, monotonic()
        settled_at = began
        for letter in letters:
            if self._stopping.is_set() or monotonic() - began > LONGEST_ROUND:
                break
            outcomes.append(self._tried(self._channels[name], letter, people))
            tried += 1
            if monotonic() - settled_at > SETTLED_WITHIN:
                self._settle(outcomes)
                settled_at = monotonic()
        self._settle(outcomes)
        posting.give_back(self._store, letters[tried:])
        return tried

    def deliver_all(self) -> int:
        """Hand over and deliver what is due now, channel by channel; give the number of tries."""
        while self.hand_over():
            pass
        tries = 0
        for name in self._channels:
            while tried := self.deliver(name):
                tries += tried
        return tries

    def start(self) -> None:
        """Begin: one thread hands over, and one for each channel sends."""
        wishes = {"post": self.hand_over}
        wishes |= {f"post-{name}": self._round_of(name) for name in self._channels}
        for name, work in wishes.items():
            thread = Thread(target=self._run, args=(work,), name=name, daemon=True)
            self._threads.append(thread)
            thread.start()

    def stop(self) -> None:
        """Ask all to end after the send at hand."""
        self._stopping.set()

    def join(self, seconds: float) -> None:
        """Wait for the end, so long at most; what hangs is left, and its lease runs out."""
        ends = monotonic() + seconds
        for thread in self._threads:
            thread.join(max(0.0, ends - monotonic()))

    def _round_of(self, name: str) -> Callable[[], int]:
        return lambda: self.deliver(name)

    def _run(self, work: Callable[[], int]) -> None:
        in_trouble = False
        while not self._stopping.is_set():
            try:
                rest = 0.0 if work() else self._rest
                in_trouble = False
            except PersistenceError as error:
                if not in_trouble:
                    log.warning("the notices wait for the database", exc_info=error)
                in_trouble, rest = True, AFTER_TROUBLE
            if rest:
                self._stopping.wait(rest)

    def _tried(self, channel: Channel, letter: Letter, people: People) -> Outcome:
        try:
            channel.send(letter._replace(people=people(letter.notice.to)))
        except PersistenceError:
            raise
        except Undelivered as failure:
            return self._failed(letter, failure.code)
        except Exception as error:  # one notice must not stop its channel
            log.exception("a channel failed", channel=letter.channel, id=letter.id)
            return self._failed(letter, type(error).__name__)
        self._count(letter.channel, DELIVERED)
        return Outcome(letter, "ok", delivered=True)

    def _failed(self, letter: Letter, code: str) -> Outcome:
        if letter.tries >= len(GAPS):
            log.warning("a notice is given up", channel=letter.channel, id=letter.id, code=code)
            self._count(letter.channel, GIVEN_UP)
            return Outcome(letter, code, delivered=False)
        self._count(letter.channel, FAILED)
        return Outcome(letter, code, delivered=False, next_at=self._now() + GAPS[letter.tries])

    def _settle(self, outcomes: list[Outcome]) -> None:
        posting.settle(self._store, outcomes, now=self._now())
        outcomes.clear()
