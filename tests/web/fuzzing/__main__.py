"""The long form: ``python -m tests.web.fuzzing --requests 1000000 --seed 1 --processes 2``."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from random import SystemRandom
from tempfile import TemporaryDirectory
from time import monotonic

from tests.house import furnish
from tests.memory import roomy_memory
from tests.web.fuzzing.fuzzer import Found
from tests.web.fuzzing.rounds import one_round

IN_EACH = 5_000
"""After so many requests a new city is taken: one that was bent for long refuses almost all."""


def main() -> int:
    """Send them, and tell how it went; each round can be repeated by its seed alone."""
    given = _arguments()
    rounds = [(given.seed + n, given.each) for n in range(-(-given.requests // given.each))]
    print(f"seed {given.seed}, {len(rounds)} rounds of {given.each} requests", flush=True)
    began, sent, wrong = monotonic(), 0, 0
    statuses: Counter[int] = Counter()
    reached: set[tuple[str, int]] = set()
    for found, seconds in _all(rounds, given.processes, given.seconds):
        sent, wrong = sent + found.sent, wrong + len(found.wrong)
        statuses.update(found.statuses)
        reached |= found.reached
        told = f"seed {found.seed}: {found.sent} in {seconds:.0f} CPU s"
        print(f"{told}, slowest {found.slowest:.2f} s, {len(found.wrong)} wrong", flush=True)
        for one in found.wrong:
            print(f"  {one}", flush=True)
    print(f"{sent} requests in {monotonic() - began:.0f} s, {wrong} wrong answers")
    print(", ".join(f"{status}: {count}" for status, count in sorted(statuses.items())))
    granted = {name for name, status in reached if status < 300}
    never = {name for name, _ in reached} - granted
    print(f"{len(granted)} operations granted it, {len(never)} never: {', '.join(sorted(never))}")
    return 1 if wrong else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.web.fuzzing", description=__doc__)
    parser.add_argument("--requests", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=SystemRandom().randrange(2**31))
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--each", type=int, default=IN_EACH, help="requests in each round")
    parser.add_argument("--seconds", type=float, default=0, help="begin no round after so many")
    return parser.parse_args()


def _all(
    rounds: list[tuple[int, int]], processes: int, seconds: float
) -> Iterator[tuple[Found, float]]:
    until = monotonic() + seconds if seconds else float("inf")
    with TemporaryDirectory(dir=roomy_memory()) as folder:
        city = Path(folder) / "city.sqlite"
        furnish(f"sqlite:///{city}", city.parent)
        with ProcessPoolExecutor(processes, max_tasks_per_child=20) as pool:
            for begin in range(0, len(rounds), processes):
                if monotonic() > until:
                    return
                some = rounds[begin : begin + processes]
                yield from pool.map(one_round, [city] * len(some), *zip(*some, strict=True))


if __name__ == "__main__":
    sys.exit(main())
