"""What a durable command costs, beside the bare commit of one row and the library as it comes.

    python -m bench.append --seconds 3

Each writer records one event at a time and waits for the disk. The rows of a raw commit are as
long as an event; a save has claim, timer and notice with it; a command asks for its claim and
loads the record before. Writers are processes on PostgreSQL, which runs with fsync on, and
threads of the one writing process on SQLite. CPU is of the writing process, without the server's.
The library needs psycopg-pool for PostgreSQL; its rows are left out where that is not installed.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from threading import Lock, Thread
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import psycopg
import sqlalchemy as sa
from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event

from domain.kernel.act import Act
from domain.kernel.facts import Fact, fact
from domain.kernel.record import Record
from ledger.ledger import Claim, Due, Ledger, Notice
from ledger.store import Store
from migrations import migrate
from tests import postgres
from tests.vaults import a_vault

WORDS = "x" * 180
Write = Callable[[], object]


@fact("bench.noted")
@dataclass(frozen=True, slots=True, kw_only=True)
class Noted(Fact):
    """A fact of about the length that facts of a case have."""

    words: str


class Note(Record):
    """A record of one fact."""

    def when(self, fact: Fact) -> None:
        self.words = fact


class StockNote(Aggregate):
    """The same by the library's own means."""

    @event("Noted")
    def __init__(self, act: dict[str, str], words: str) -> None:
        self.act, self.words = act, words


class Speed(NamedTuple):
    """Writes a second of all writers, and CPU milliseconds of one write."""

    rate: float
    cpu: float


def main() -> None:
    """Measure every way on both databases and print one table."""
    given = argparse.ArgumentParser()
    given.add_argument("--seconds", type=float, default=1.5)
    given.add_argument("--rounds", type=int, default=1, help="the best of so many counts")
    given.add_argument("--parts", type=int, default=64, help="parts of the ledger on PostgreSQL")
    asked = given.parse_args()
    postgres.SETTINGS |= {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
    print("| database | writers | written | a second | of raw | of stock | CPU ms |")
    print("|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder, postgres.running_postgres() as server:
        for writers in (1, 8):
            _print_rows("SQLite", writers, asked, lambda: _sqlite_file(folder))
            _print_rows("PostgreSQL", writers, asked, lambda: postgres.new_database(server))


@contextmanager
def _sqlite_file(folder: str) -> Iterator[str]:
    yield f"sqlite:///{Path(folder) / f'{uuid4().hex}.sqlite'}"


def _print_rows(name: str, writers: int, asked: argparse.Namespace, database: Any) -> None:
    found: dict[str, Speed] = {}
    for _ in range(asked.rounds):
        for way in WAYS:
            if way == "stock library" and not _has_stock(name):
                continue
            with database() as url:
                speed = _measured(way, url, writers, asked)
            found[way] = max(speed, found.get(way, speed))
    for way, speed in found.items():
        raw, stock = found["raw commit"].rate, found.get("stock library")
        ratios = f"{speed.rate / raw:.0%} | {speed.rate / stock.rate:.1f}" if stock else "- | -"
        print(f"| {name} | {writers} | {way} | {speed.rate:,.0f} | {ratios} | {speed.cpu:.2f} |")


def _has_stock(name: str) -> bool:
    """The library speaks to PostgreSQL by a package that nothing else of ours needs."""
    return name == "SQLite" or find_spec("psycopg_pool") is not None


def _measured(way: str, url: str, writers: int, asked: argparse.Namespace) -> Speed:
    PREPARE[way](url, asked.parts)
    processes, threads = (1, writers) if url.startswith("sqlite") else (writers, 1)
    context = multiprocessing.get_context("spawn")
    start, results = context.Barrier(processes), context.Queue()
    given = {"threads": threads, "seconds": asked.seconds, "start": start, "results": results}
    running = [
        context.Process(target=_write, args=(way, url), kwargs=given) for _ in range(processes)
    ]
    for one in running:
        one.start()
    speeds: list[Speed] = [results.get() for _ in running]
    for one in running:
        one.join()
    total = sum(speed.rate for speed in speeds)
    return Speed(total, sum(speed.cpu * speed.rate for speed in speeds) / total)


def _write(way: str, url: str, *, threads: int, seconds: float, start: Any, results: Any) -> None:
    """Write as often as the time allows, after some writes that do not count."""
    writes = WAYS[way](url, threads)
    for write in writes:
        for _ in range(20):
            write()
    counts: list[int] = []

    def repeat(write: Write) -> None:
        ends, written = time.perf_counter() + seconds, 0
        while time.perf_counter() < ends:
            write()
            written += 1
        counts.append(written)

    start.wait()
    began, cpu = time.perf_counter(), time.process_time()
    running = [Thread(target=repeat, args=(write,)) for write in writes]
    for one in running:
        one.start()
    for one in running:
        one.join()
    cpu, took, written = time.process_time() - cpu, time.perf_counter() - began, sum(counts)
    results.put(Speed(written / took, cpu / written * 1e3))


def _raw(url: str, threads: int) -> list[Write]:
    row = ("b", "c" * 36, 1, WORDS * 2)
    insert = "INSERT INTO plain VALUES ({0}, {0}, {0}, {0}, {0})"
    if url.startswith("sqlite"):
        turn = Lock()
        return [_raw_sqlite(url, insert.format("?"), row, turn) for _ in range(threads)]
    libpq = sa.make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    conn = psycopg.connect(libpq, autocommit=True)
    order = insert.format("%s").encode()
    return [lambda: conn.execute(order, (uuid4(), *row))]


def _raw_sqlite(url: str, insert: str, row: tuple[Any, ...], turn: Lock) -> Write:
    conn = sqlite3.connect(url[10:], isolation_level=None, check_same_thread=False)
    conn.execute("PRAGMA synchronous=FULL")

    def write() -> None:
        with turn:
            conn.execute(insert, (uuid4().hex, *row))

    return write


def _prepare_raw(url: str, _parts: int) -> None:
    engine = sa.create_engine(url)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
        if url.startswith("sqlite"):
            conn.exec_driver_sql("PRAGMA journal_mode=WAL")
        kind = "text" if url.startswith("sqlite") else "uuid"
        conn.exec_driver_sql(
            f"CREATE TABLE plain (id {kind} PRIMARY KEY, a text, b text, c int, d text)"
        )
    engine.dispose()


def _prepare_ledger(url: str, parts: int) -> None:
    migrate(url, parts=1 if url.startswith("sqlite") else parts)


def _saves(url: str, threads: int) -> list[Write]:
    ledger = _ledger(url, threads)
    return [lambda: _save(ledger, Note(uuid4()))] * threads


def _commands(url: str, threads: int) -> list[Write]:
    ledger = _ledger(url, threads)

    def command() -> None:
        note = uuid4()
        ledger.answered(note, _claim(note))
        _save(ledger, ledger.load(Note, note))

    return [command] * threads


def _ledger(url: str, threads: int) -> Ledger:
    return Ledger(Store(url, pool_size=threads), now=lambda: datetime.now(UTC), vault=a_vault())


def _save(ledger: Ledger, note: Note) -> None:
    now, command_id = datetime.now(UTC), str(note.id)
    act = Act(person="p-7", role="member", area="120101001003007", command_id=command_id, at=now)
    note.tell(Noted(act=act, words=WORDS))
    due = Due(timer=f"{command_id}:handling:1", kind="handling", due_at=now)
    notice = Notice(to="unit:lamps", about="noted", facts={"note": command_id})
    ledger.save(note, claim=_claim(note.id), due=[due], notices=[notice])


def _claim(note: UUID) -> Claim:
    return Claim(key=str(note), digest="d" * 64)


def _stock(url: str, threads: int) -> list[Write]:
    app = _stock_application(url, create=False)

    def write() -> None:
        act = {"person": "p-7", "role": "member", "area": "120101001003007"}
        app.save(StockNote(act | {"command_id": str(uuid4())}, WORDS))

    return [write] * threads


def _prepare_stock(url: str, _parts: int) -> None:
    _stock_application(url, create=True).close()


def _stock_application(url: str, *, create: bool) -> Application[UUID]:
    parsed = sa.make_url(url)
    given = {"CREATE_TABLE": "yes" if create else "no"}
    if url.startswith("sqlite"):
        given |= {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": url[10:]}
    else:
        given |= {
            "PERSISTENCE_MODULE": "eventsourcing.postgres",
            "POSTGRES_DBNAME": parsed.database or "",
            "POSTGRES_HOST": parsed.host or str(parsed.query.get("host", "")),
            "POSTGRES_PORT": str(parsed.port or 5432),
            "POSTGRES_USER": parsed.username or "",
            "POSTGRES_PASSWORD": parsed.password or "none",
        }
    return Application(env=given)


WAYS = {
    "raw commit": _raw,
    "Ledger.save": _saves,
    "whole command": _commands,
    "stock library": _stock,
}
PREPARE = {
    "raw commit": _prepare_raw,
    "Ledger.save": _prepare_ledger,
    "whole command": _prepare_ledger,
    "stock library": _prepare_stock,
}

if __name__ == "__main__":
    main()
