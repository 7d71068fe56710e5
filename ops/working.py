"""What works beside the pages in a process: readers, clock, post, and perhaps the simulator."""

from __future__ import annotations

from threading import Event, Thread
from time import monotonic
from typing import TYPE_CHECKING, Protocol

from ledger.timers import release_all
from ops.bootstrap import uncounted
from ops.following import followers
from ops.notices.delivering import Counting, Delivering
from ops.notices.people import people_of
from ops.notices.reading import lines_of
from ops.reading import LONGEST, UNRUNG, ReaderLoop
from ops.scheduling import Clock

if TYPE_CHECKING:
    from ops.bootstrap import Gridward

STOPS_WITHIN = 1.5


class Simulated(Protocol):
    """Plays a city until it is told to stop."""

    def run(self, stop: Event) -> None: ...


class Works:
    """The threads of one process; they share its one store, so on SQLite one process writes."""

    def __init__(
        self,
        gridward: Gridward,
        *,
        simulator: Simulated | None = None,
        count: Counting = uncounted,
    ) -> None:
        self._gridward = gridward
        self._stop = Event()
        self._played = (
            Thread(target=simulator.run, args=(self._stop,), name="simulator", daemon=True)
            if simulator
            else None
        )
        longest = LONGEST if gridward.settings.embedded else UNRUNG
        self.processes = followers(gridward)
        self.readers = ReaderLoop(
            gridward.readers,
            gridward.feed,
            gridward.bell,
            processes=self.processes,
            longest=longest,
        )
        self.clock = Clock(gridward)
        lines = lines_of(gridward.settings.notices, gridward.now)
        self.post = Delivering(
            gridward.store,
            lines,
            now=gridward.now,
            count=count,
            people=people_of(gridward),
        )

    def start(self) -> None:
        """Make the tables of new read models and begin."""
        if self._gridward.settings.embedded:
            release_all(self._gridward.store)
        for reader in self._gridward.readers:
            reader.prepare()
        for process in self.processes:
            process.prepare()
        self.readers.start()
        self.clock.start()
        self.post.start()
        if self._played:
            self._played.start()

    def stop(self) -> None:
        """End all of it cleanly; each transaction at hand is finished or rolled back."""
        ends = monotonic() + STOPS_WITHIN
        self._stop.set()
        self.readers.stop()
        self.post.stop()
        self.clock.stop()
        for thread in (self.readers, self._played):
            if thread:
                thread.join(timeout=max(0.0, ends - monotonic()))
        self.post.join(max(0.0, ends - monotonic()))
