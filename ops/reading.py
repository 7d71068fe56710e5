"""Telling the read models of a process: quickly while there is news, else at rest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Event, Thread
from time import monotonic

import structlog
from eventsourcing.persistence import PersistenceError

from ledger.feed import Feed
from ops.reception import Bell
from projections.reading import Reader
from workflows.processes.following import Follower

log = structlog.get_logger("gridward.reading")

SHORTEST = 0.05  # a batch costs the same for one event as for dozens
LONGEST = 0.25
UNRUNG = 0.1  # where orders are given in other processes, whose bell is not heard here
SELDOM = 0.25
AGAIN = 1.0  # a part may have been left to another process that then died
AFTER_TROUBLE = 1.0
SELDOM_TOLD = frozenset({"areas", "roster", "whistles", "movings"})
"""Models no page waits for; their cursors, and those of processes, move four times a second
instead of fifty, as each move is a commit."""


class ReaderLoop(Thread):
    """Follows the log for all read models until it is told to stop.

    One small question, where the log ends, tells whether there is anything to look for.
    """

    def __init__(
        self,
        readers: Sequence[Reader],
        feed: Feed,
        bell: Bell,
        *,
        processes: Sequence[Follower] = (),
        longest: float = LONGEST,
    ) -> None:
        super().__init__(name="readers", daemon=True)
        self._often = [one for one in readers if one.model.name not in SELDOM_TOLD]
        self._seldom: list[Reader | Follower] = [
            *(one for one in readers if one.model.name in SELDOM_TOLD),
            *processes,
        ]
        self._feed = feed
        self._bell = bell
        self._longest = longest
        self._stopping = Event()
        self._in_trouble = False
        self._seen: dict[int, int] = {}
        self._looked_at = self._looked_seldom_at = float("-inf")

    def run(self) -> None:
        """Look, tell what is new, rest; the longer nothing is new, the longer the rest."""
        rest, heard = SHORTEST, 0
        while not self._stopping.is_set():
            passed = self._look_if_well()
            rest = SHORTEST if passed else min(rest * 2, self._longest)
            self._stopping.wait(SHORTEST)
            heard = self._bell.wait(heard, rest - SHORTEST)

    def stop(self) -> None:
        """Ask it to end after the batch at hand."""
        self._stopping.set()
        self._bell.ring()

    def _look_if_well(self) -> int:
        try:
            passed = self._look(monotonic())
        except PersistenceError as error:
            if not self._in_trouble:
                log.warning("the readers wait for the database", exc_info=error)
            self._in_trouble = True
            self._stopping.wait(AFTER_TROUBLE)
            return 0
        self._in_trouble = False
        return passed

    def _look(self, at: float) -> int:
        """Give how many events were passed by the models that pages wait for."""
        heads = self._feed.heads()
        passed = 0
        if heads != self._seen or at - self._looked_at > AGAIN:
            passed = sum(reader.catch_up() for reader in self._often)
            self._looked_at, self._seen = at, heads
        if at - self._looked_seldom_at > (SELDOM if passed else AGAIN):
            for reader in self._seldom:
                reader.catch_up()
            self._looked_seldom_at = at
        return passed


def catch_up(readers: Sequence[Reader], progress: Callable[[int], None] | None = None) -> int:
    """Tell all read models everything that is recorded; give how many events they passed."""
    told = 0
    for reader in readers:
        while passed := reader.catch_up():
            told += passed
            if progress:
                progress(passed)
    return told
