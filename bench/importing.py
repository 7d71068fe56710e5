"""How fast real records are imported, and how fast a second run sees that nothing is to be done.

    python -m bench.importing ../shared/data/boston_311_2011_jul_oct.csv.gz --mapping boston311

Each run is one process and one connection. PostgreSQL runs with fsync on, beside us on the same
cores. Records of the file, commands recorded and events appended per second of the wall clock;
CPU is ours, without the server's. Reading the file is part of it, the read models are not.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

from migrations import migrate
from ops.bootstrap import assemble
from ops.settings import Settings
from tests import postgres
from workflows.records.importing import AT_ONCE, ImportRecords, import_records
from workflows.records.mappings import read_mapping

DURABLE = postgres.SETTINGS | {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
}


class Run(NamedTuple):
    """One import."""

    database: str
    run: str
    records: int
    commands: int
    events: int
    seconds: float
    cpu: float

    @property
    def line(self) -> str:
        """Give the row of the table."""
        rate = self.commands / self.seconds
        return (
            f"{self.database:<22} {self.run:<7} {self.records:>8,} {self.commands:>9,}"
            f" {self.events:>9,} {self.seconds:>8.1f} {self.cpu:>7.1f}"
            f" {self.records / self.seconds:>9,.0f} {rate:>10,.0f}"
        )


HEAD = (
    f"{'database':<22} {'run':<7} {'records':>8} {'commands':>9} {'events':>9} {'seconds':>8}"
    f" {'CPU s':>7} {'records/s':>9} {'commands/s':>10}"
)


def main() -> None:
    """Import into SQLite and PostgreSQL, twice each, and print one table."""
    given = argparse.ArgumentParser()
    given.add_argument("file", type=Path)
    given.add_argument("--mapping", default="boston311")
    given.add_argument("--at-once", type=int, default=AT_ONCE, help="actions in one batch")
    given.add_argument("--parts", type=int, nargs="*", default=[1, 64], help="of PostgreSQL")
    asked = given.parse_args()
    order = ImportRecords(
        path=asked.file, mapping=read_mapping(asked.mapping), at_once=asked.at_once
    )
    print(HEAD)
    for name, settings in databases(asked.parts):
        for run in ("first", "second"):
            print(measured(order, name, run, settings).line, flush=True)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory {peak:,.0f} MB, {asked.at_once:,} actions in a batch")


def measured(order: ImportRecords, database: str, run: str, settings: Settings) -> Run:
    """Import once."""
    city = assemble(settings)
    try:
        before = sum(city.feed.heads().values())
        began, cpu = time.perf_counter(), time.process_time()
        report = import_records(order, city.ledger, city.desk.office)
        seconds, used = time.perf_counter() - began, time.process_time() - cpu
        events = sum(city.feed.heads().values()) - before
    finally:
        city.close()
    rows = report.counts["rows"]
    return Run(database, run, rows, report.commands, events, seconds, used)


def databases(parts: list[int]) -> Iterator[tuple[str, Settings]]:
    """Give an empty database of each kind in turn."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(home=Path(folder))
        migrate(settings.database_url, parts=1)
        yield "SQLite", settings
    with durable_server() as server:
        for number in parts:
            with postgres.new_database(server) as url:
                migrate(url, parts=number)
                with tempfile.TemporaryDirectory() as keys:
                    yield f"PostgreSQL, {number} parts", Settings(database=url, home=Path(keys))


@contextmanager
def durable_server() -> Iterator[str]:
    """Run a private server as the tests do, but one that would survive a power cut."""
    with patch.object(postgres, "SETTINGS", DURABLE), postgres.running_postgres() as server:
        yield server


if __name__ == "__main__":
    main()
