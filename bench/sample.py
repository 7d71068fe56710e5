"""How long the sample city takes: to draw, to load, to play its history, to tell the read models.

python bench/sample.py [small|true] [WEEKS]     true without weeks loads areas and people only
python bench/sample.py live [SECONDS]           processor share of the simulator, small city
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

from migrations import migrate
from ops.bootstrap import Gridward, assemble
from ops.sample.city import sample_city
from ops.sample.loading import load_sample_city
from ops.sample.simulating import Simulator
from ops.settings import Settings


@contextmanager
def timed(what: str) -> Iterator[None]:
    """Print the seconds on the wall and on the processor."""
    wall, own = time.perf_counter(), time.process_time()
    yield
    spent = time.perf_counter() - wall
    print(f"{what:<24} {spent:7.2f} s   processor {time.process_time() - own:7.2f} s")


def measure(gridward: Gridward, scale: str, weeks: int) -> None:
    """Load once, tell the read models, load again."""
    with timed(f"{scale}: orders drawn"):
        print(sum(1 for _ in sample_city(scale)), "orders")
    with timed(f"{scale}: loaded"):
        print(load_sample_city(gridward, scale=scale, weeks=weeks))
    for reader in gridward.readers:
        with timed(f"{scale}: {reader.name}"):
            reader.prepare()
            reader.catch_up()
    with timed(f"{scale}: loaded again"):
        load_sample_city(gridward, scale=scale, weeks=weeks)


def measure_live(gridward: Gridward, seconds: int) -> None:
    """Let the simulator run beside nothing else."""
    load_sample_city(gridward)
    stop = Event()
    running = Thread(target=Simulator(gridward).run, args=(stop,))
    own = time.process_time()
    running.start()
    time.sleep(seconds)
    stop.set()
    running.join()
    print(f"simulator: {100 * (time.process_time() - own) / seconds:.1f} % of a core")


def main() -> None:
    """Measure on a SQLite database that is thrown away."""
    what = sys.argv[1] if len(sys.argv) > 1 else "small"
    number = int(sys.argv[2]) if len(sys.argv) > 2 else None
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(home=Path(folder))
        migrate(settings.database_url)
        gridward = assemble(settings)
        if what == "live":
            measure_live(gridward, number or 60)
        else:
            measure(gridward, what, number if number is not None else 3 * (what == "small"))
        gridward.close()


if __name__ == "__main__":
    main()
