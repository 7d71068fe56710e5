"""How far the board is behind the log while a city records a thousand events a second.

    python -m bench.lag --seconds 60
    python -m bench.lag --rate 500 --databases sqlite

Batches of orders are recorded at an even pace, ten a second, while the readers of a running
process follow in a thread beside them, as they do in a server. The lag of a batch is the time from
its commit until the read model of incidents has passed it; writer, readers and the looking on
share one process and its interpreter lock, which is worse than PostgreSQL's own arrangement of
processes. CPU is this process's, per event, of all of them together.
"""

from __future__ import annotations

import argparse
import time
from collections import deque
from collections.abc import Sequence
from threading import Event, Thread
from typing import NamedTuple

from bench.board import towns
from ops.reading import ReaderLoop
from projections.reading import Reader
from tests.ops.town import Town

BATCHES = 10  # a second
LOOKS = 0.005  # seconds between two looks at the cursors: how exact a lag is


class Mark(NamedTuple):
    """The heads of the log after a batch, and when it was committed."""

    heads: dict[int, int]
    at: float


class Measured(NamedTuple):
    """Lags in milliseconds, sorted; events recorded, and what they took."""

    lags: Sequence[float]
    events: int
    seconds: float
    cpu: float


class Watch(Thread):
    """Looks at the cursors until every batch was passed."""

    def __init__(self, reader: Reader) -> None:
        super().__init__(daemon=True)
        self.waiting: deque[Mark] = deque()
        self.lags: list[float] = []
        self._reader = reader
        self._ending = Event()

    def run(self) -> None:
        """Note how long each batch had to wait."""
        while self.waiting or not self._ending.is_set():
            passed, now = self._reader.positions(), time.perf_counter()
            while self.waiting and _is_passed(self.waiting[0], passed):
                self.lags.append((now - self.waiting.popleft().at) * 1e3)
            time.sleep(LOOKS)

    def finish(self) -> None:
        """Wait for the last batch."""
        self._ending.set()
        self.join()


def main() -> None:
    """Print one line for each database."""
    given = argparse.ArgumentParser()
    given.add_argument("--seconds", type=float, default=60)
    given.add_argument("--rate", type=int, default=1_000, help="events a second")
    given.add_argument("--databases", nargs="+", default=["sqlite", "postgresql"])
    asked = given.parse_args()
    print(
        f"{'database':<12}{'events':>9}{'events/s':>10}{'median ms':>11}{'90 %':>8}{'99 %':>8}"
        f"{'worst':>8}{'CPU us/event':>14}"
    )
    for name, town in towns(asked.databases):
        found = measured(town, asked.rate, asked.seconds)
        lags = found.lags
        told = [_at(lags, 50), _at(lags, 90), _at(lags, 99), lags[-1]]
        print(
            f"{name:<12}{found.events:>9,}{found.events / found.seconds:>10,.0f}"
            + "".join(map(lambda lag, wide: f"{lag:>{wide},.0f}", told, (11, 8, 8, 8)))
            + f"{found.cpu / found.events * 1e6:>14,.0f}",
            flush=True,
        )


def measured(town: Town, rate: int, seconds: float) -> Measured:
    """Record at an even pace; one that falls behind goes on as fast as it can."""
    city = town.gridward
    loop = ReaderLoop(city.readers, city.feed, city.bell)
    watch = Watch(next(one for one in city.readers if one.model.name == "incidents"))
    loop.start()
    watch.start()
    before, batches = sum(city.feed.heads().values()), round(seconds * BATCHES)
    began, cpu = time.perf_counter(), time.process_time()
    for nth in range(batches):
        time.sleep(max(0.0, began + nth / BATCHES - time.perf_counter()))
        town.report_many(rate // BATCHES)
        city.bell.ring()
        watch.waiting.append(Mark(city.feed.heads(), time.perf_counter()))
    took = time.perf_counter() - began
    watch.finish()
    used = time.process_time() - cpu
    loop.stop()
    loop.join()
    events = sum(city.feed.heads().values()) - before
    return Measured(sorted(watch.lags), events, took, used)


def _is_passed(mark: Mark, positions: dict[int, int]) -> bool:
    return all(positions.get(part, 0) >= head for part, head in mark.heads.items())


def _at(found: Sequence[float], percent: int) -> float:
    return found[min(len(found) - 1, len(found) * percent // 100)]


if __name__ == "__main__":
    main()
