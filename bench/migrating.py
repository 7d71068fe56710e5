"""What it costs to move running cases to another version, and that nothing is lost on the way.

    python -m bench.migrating --cases 10000

A town of open cases in all stages is built, its second version published, then moved by a plan: a
dry run, the cases in batches without a pause, the read models told. Cases a second of the wall
clock; CPU is ours, without the server's. PostgreSQL runs with fsync on, on the same cores.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from bench.importing import durable_server
from ops.bootstrap import Gridward
from ops.moving import begin, carry_out, dry_run, must_be_up_to_date
from ops.rebuilding import rebuild_models
from projections.moving import queries
from tests import postgres
from tests.ops.moving.town import PLAN, a_full_town, the_act


class Line(NamedTuple):
    """One thing measured."""

    what: str
    cases: int
    seconds: float
    cpu: float

    @property
    def text(self) -> str:
        """Give the row of the table."""
        rate = self.cases / self.seconds
        return (
            f"| {self.what} | {self.cases:,} | {self.seconds:.1f} | {rate:,.0f} |"
            f" {self.cpu / self.cases * 1e3:.2f} |"
        )


def main() -> None:
    """Measure on both databases and print one table."""
    given = argparse.ArgumentParser()
    given.add_argument("--cases", type=int, default=10_000)
    given.add_argument("--batch", type=int, default=200)
    given.add_argument("--parts", type=int, default=64, help="of PostgreSQL")
    asked = given.parse_args()
    print(f"load {os.getloadavg()[0]:.1f}, batches of {asked.batch}")
    print("| what | cases | seconds | a second | CPU ms a case |\n|---|---|---|---|---|")
    for name, url, home, parts in databases(asked.parts):
        with a_full_town(url, home, cases=asked.cases, parts=parts) as town:
            for line in lines(town.gridward, name, asked.batch):
                print(line.text, flush=True)


def databases(parts: int) -> Iterator[tuple[str, str, Path, int]]:
    """Give an empty database of each kind in turn."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        yield "SQLite", f"sqlite:///{home / 'moving.sqlite'}", home, 1
        with durable_server() as server, postgres.new_database(server) as url:
            yield f"PostgreSQL, {parts} parts", url, home, parts


def lines(city: Gridward, name: str, batch: int) -> Iterator[Line]:
    """Dry run, move, tell; ends with an error where a case is neither moved nor refused."""
    found = dry_run(city, PLAN)
    whole = found.movable + found.staying
    yield measured(f"{name}: dry run", whole, lambda: dry_run(city, PLAN))
    act = the_act(city)
    begin(city, PLAN, act)
    yield measured(
        f"{name}: moved, read models told",
        found.movable,
        lambda: carry_out(city, PLAN.name, act, batch=batch),
    )
    must_be_up_to_date(city)
    with city.store.reading() as conn:
        left = len(queries.pinned_ids(conn, PLAN.left, limit=whole + 1))
        moved = queries.plans(conn)[0].moved
    same = all(rebuilt.same for rebuilt in rebuild_models(city, ["incidents", "movings"]))
    if (left, moved, same) != (found.staying, found.movable, True):
        sys.exit(f"{name}: {moved} moved, {left} left, rebuilt alike: {same}")


def measured(what: str, cases: int, do: Callable[[], object]) -> Line:
    """Measure once."""
    wall, cpu = time.perf_counter(), time.process_time()
    do()
    return Line(what, cases, time.perf_counter() - wall, time.process_time() - cpu)


if __name__ == "__main__":
    main()
