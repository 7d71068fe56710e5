"""Telling the read models of a process: a thread each, quick while there is news, else at rest."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, Thread
from time import monotonic

import structlog
from eventsourcing.persistence import PersistenceError

from ops.reception import Bell
from projections.reading import Reader

log = structlog.get_logger("gridward.reading")

SHORTEST = 0.02
LONGEST = 0.25
UNRUNG = 0.1  # where orders are given in other processes, whose bell is not heard here
AFTER_TROUBLE = 1.0


class ReaderLoop(Thread):
    """Follows the log for one read model until it is told to stop."""

    def __init__(self, reader: Reader, bell: Bell, *, longest: float = LONGEST) -> None:
        super().__init__(name=f"reader-{reader.name}", daemon=True)
        self._reader = reader
        self._bell = bell
        self._longest = longest
        self._stopping = Event()
        self._in_trouble = False
        self.looked_at = monotonic()

    def run(self) -> None:
        """Look, tell what is new, rest; the longer nothing is new, the longer the rest."""
        rest, heard = SHORTEST, 0
        while not self._stopping.wait(SHORTEST):
            passed = self._look()
            if passed is None:
                self._stopping.wait(AFTER_TROUBLE)
                continue
            rest = SHORTEST if passed else min(rest * 2, self._longest)
            heard = self._bell.wait(heard, rest - SHORTEST)

    def stop(self) -> None:
        """Ask it to end after the batch at hand."""
        self._stopping.set()
        self._bell.ring()

    def _look(self) -> int | None:
        """Give how many events were passed; None when the database is in trouble."""
        try:
            passed = self._reader.catch_up()
        except PersistenceError as error:
            if not self._in_trouble:
                log.warning("reader waits for the database", reader=self.name, exc_info=error)
            self._in_trouble = True
            return None
        self._in_trouble = False
        self.looked_at = monotonic()
        return passed


def catch_up(readers: tuple[Reader, ...], progress: Callable[[int], None] | None = None) -> int:
    """Tell all read models everything that is recorded; give how many events they passed."""
    told = 0
    for reader in readers:
        while passed := reader.catch_up():
            told += passed
            if progress:
                progress(passed)
    return told
