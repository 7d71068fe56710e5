"""How fast the read models of incidents are rebuilt, beside one transaction per event.

    python -m bench.rebuild --cases 25000

Cases begin through a fortnight and live for days, so their events lie mixed in the log as in a
city's. The stock style is the library's projection runner in all that costs time: one event, one
transaction, rows and tracking position in it, durable; the same model with its cases in memory,
so the comparison is of the way of reading alone. PostgreSQL runs with fsync on. Its own CPU time
is not in the column of CPU time, which is of the reading process and holds on a busy machine.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import resource
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

import sqlalchemy as sa

from ledger.feed import Feed
from ledger.ledger import Ledger
from ledger.store import Store
from ledger.tables import LEDGER, heads
from projections.incident.telling import Incidents
from projections.reading import Reader
from projections.rebuilding import Rebuild
from tests import postgres
from tests.projections.city import MONDAY, Calendars, Life
from tests.vaults import a_vault

FORTNIGHT = 14 * 24 * 60
AT_ONCE = 5_000
UNITS = ("sanitation", "roads", "police", "greenery")


class Measured(NamedTuple):
    """One line of the table."""

    what: str
    events: int
    seconds: float
    cpu_seconds: float
    megabytes: int


def main() -> None:
    """Fill a log on each database, measure, and print one table."""
    given = argparse.ArgumentParser()
    given.add_argument("--cases", type=int, default=25_000)
    given.add_argument("--stock-events", type=int, default=3_000)
    given.add_argument("--batches", type=int, nargs="*", default=[1_000, 10_000, 20_000])
    asked = given.parse_args()
    postgres.SETTINGS |= {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
    with tempfile.TemporaryDirectory() as folder, postgres.running_postgres() as server:
        _print_all("SQLite", f"sqlite:///{Path(folder) / 'log.sqlite'}", 1, asked)
        with postgres.new_database(server) as url:
            _print_all("PostgreSQL", url, 16, asked)


def _print_all(name: str, url: str, parts: int, asked: argparse.Namespace) -> None:
    _alone(_fill, url, parts, asked.cases)
    stock = _alone(_stock_style, url, asked.stock_events)
    found = [stock, *(_alone(_rebuilt, url, batch) for batch in asked.batches)]
    if name == "PostgreSQL":
        found.append(_in_two(url, asked.batches[-1]))
    print(f"\n| {name}, {parts} parts | events | events/s | times | CPU us/event | memory MB |")
    print("|---|---|---|---|---|---|")
    rate = stock.events / stock.seconds
    for one in found:
        speed, cpu = one.events / one.seconds, one.cpu_seconds / one.events * 1e6
        numbers = f"{one.events:,} | {speed:,.0f} | {speed / rate:.0f} | {cpu:.0f}"
        print(f"| {one.what} | {numbers} | {one.megabytes} |", flush=True)


def _alone(work: Any, *given: Any) -> Any:
    """Run in a process of its own: memory is measured from nothing, and SQLite has one writer."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(work, given)


def _fill(url: str, parts: int, cases: int) -> None:
    store = Store(url)
    LEDGER.create_all(store.engine)
    with store.writing() as conn:
        conn.execute(
            sa.insert(heads), [{"part": n, "pos": 0, "recorded_at": 0} for n in range(parts)]
        )
    ledger = Ledger(store, now=lambda: MONDAY, vault=a_vault())
    told = [fact for n in range(cases) for fact in _life(n).incident.collect_events()]
    told.sort(key=lambda fact: (fact.act.at, fact.originator_id, fact.originator_version))
    by_part: dict[int, list[Any]] = {}
    for fact in told:
        stored: Any = ledger.mapper.to_stored_event(fact)  # type: ignore[arg-type]
        by_part.setdefault(ledger.part_of(fact.originator_id), []).append(stored)
    for part, events in by_part.items():
        for first in range(0, len(events), AT_ONCE):
            rows = ledger.writer.event_rows(events[first : first + AT_ONCE])
            with store.writing() as conn:
                ledger.writer.append(conn.connection.driver_connection, part, rows, 0)
    store.close()


def _life(number: int) -> Life:
    """A case of nine to fourteen facts: two in ten reworked, one suspended, one still open."""
    chance = random.Random(number)
    began = MONDAY + timedelta(minutes=chance.randrange(FORTNIGHT))
    district, grid = chance.randrange(1, 17), chance.randrange(1, 5)  # 22,848 grids in all
    area = f"1201{district:02}{chance.randrange(1, 18):03}{chance.randrange(1, 22):03}{grid:03}"
    life = Life(seed=f"bench-{number}", at=began, area=area)
    for act in _acts(life, chance):
        if act == "stop":
            break
        life.later(minutes=chance.randrange(5, 600))
    return life


def _acts(life: Life, chance: random.Random) -> Iterator[object]:
    category = f"{chance.randrange(1, 6):02}-{chance.randrange(1, 40):02}"
    unit = chance.choice(UNITS)
    yield life.report(category=category, limit="60 working minutes")
    yield life.accept()
    yield life.file(category=category)
    yield life.dispatch(unit)
    if chance.random() < 0.1:
        yield "stop"
    if chance.random() < 0.1:
        yield life.suspend()
        yield life.resume()
    yield life.handle()
    if chance.random() < 0.2:
        yield life.fail_check()
        yield life.dispatch(unit)
        yield life.handle()
    yield life.pass_check()
    yield life.close()


def _rebuilt(url: str, batch: int) -> Measured:
    store = Store(url)
    rebuilding = _rebuilding(store)
    began, cpu = time.perf_counter(), time.process_time()
    rebuilding.begin()
    told = rebuilding.fill(batch=batch)
    filled = time.perf_counter()
    rebuilding.swap()
    ended, spent = time.perf_counter(), time.process_time() - cpu
    store.close()
    what = f"rebuild, batches of {batch:,} (indexes and swap {ended - filled:.1f} s of it)"
    return Measured(what, told, ended - began, spent, _megabytes())


def _in_two(url: str, batch: int) -> Measured:
    """Two processes fill one rebuild, sharing its parts; starting them is not counted."""
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        pool.starmap(_megabytes, [()] * 4)
        began = time.perf_counter()
        pool.apply(_begin, (url,))
        found = pool.starmap(_join, [(url, batch)] * 2, chunksize=1)
        pool.apply(_swap, (url,))
        seconds = time.perf_counter() - began
    told, cpu, most = (sum(one[nth] for one in found) for nth in range(3))
    what = f"the same in two processes, {batch:,} (memory of both)"
    return Measured(what, int(told), seconds, cpu, int(most))


def _begin(url: str) -> None:
    _rebuilding(Store(url)).begin()


def _join(url: str, batch: int) -> tuple[int, float, int]:
    began = time.process_time()
    told = _rebuilding(Store(url)).fill(batch=batch)
    return told, time.process_time() - began, _megabytes()


def _swap(url: str) -> None:
    _rebuilding(Store(url)).swap()


def _rebuilding(store: Store) -> Rebuild:
    return Rebuild(Incidents(Calendars()), store, Feed(store), now=lambda: MONDAY)


def _stock_style(url: str, events: int) -> Measured:
    store = Store(url)
    reader = Reader(Incidents(Calendars()), store, Feed(store), now=lambda: MONDAY, name="stock")
    reader.prepare()
    batch = reader._read(0, 0, events)  # noqa: SLF001  # read at once, as the runner's queue is
    began, cpu = time.perf_counter(), time.process_time()
    for told in batch.told:
        with store.writing() as conn:
            reader.model.tell(conn, reader.tables, [told])
            one = batch._replace(after=told.position - 1, last=told.position)
            reader._move(conn, 0, one)  # noqa: SLF001  # the tracking position
    seconds, spent = time.perf_counter() - began, time.process_time() - cpu
    _clean(store, reader)
    what = "stock style: one transaction per event"
    return Measured(what, len(batch.told), seconds, spent, _megabytes())


def _clean(store: Store, reader: Reader) -> None:
    with store.writing() as conn:
        for table in reader.tables.values():
            table.drop(conn)
    store.close()


def _megabytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    main()
