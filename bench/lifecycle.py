"""What the whole life of a case costs over HTTP: reported, dispatched, handled, closed, read.

    python -m bench.lifecycle                      SQLite and PostgreSQL, 1 and 8 clients
    python -m bench.lifecycle --lives 400 --clients 8 --databases sqlite

A real server runs in a process of its own with its readers and clock (on PostgreSQL those run
beside it, and one server process answers unless --workers says otherwise), on durable settings.
CPU is that of all its processes and of the database's, in milliseconds a life; the clients, which
share the cores, are not counted. A life is eight orders, its timeline and a page of the board.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import socket
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread
from typing import Any, NamedTuple
from unittest.mock import patch
from uuid import uuid4

import sqlalchemy as sa

from tests import postgres
from tests.keys import header_of
from tests.ops.server import Server
from tests.ops.town import GRID, UNIT, a_town

DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
TICKS = os.sysconf("SC_CLK_TCK")
ORDERS: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("acceptor", "pass_on", {}),
    ("duty_leader", "file", {"category": "01-02"}),
    ("dispatcher", "dispatch", {"unit": UNIT, "handler": "p-handler"}),
    ("handler", "done", {"remark": "清理完毕"}),
    ("acceptor", "send_to_check", {}),
    ("grid_member", "pass_check", {}),
    ("duty_leader", "close", {"outcome": "normal"}),
)
REPORT = {"area": GRID, "category": "01-02", "words": "楼门口丢弃旧沙发和床垫"}


class City(NamedTuple):
    """A running city: where it answers, and the processes that make it."""

    port: int
    sessions: tuple[int, ...]
    postmaster: int | None


class Measured(NamedTuple):
    """One line of the table."""

    database: str
    clients: int
    lives: int
    seconds: float
    app_ms: float
    database_ms: float
    waits: list[float]


class Client:
    """One person's connection, kept open."""

    def __init__(self, port: int, *, wait: bool) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self._prefer = {} if wait else {"Prefer": "wait=0"}
        self.waits: list[float] = []

    def live(self, lives: int) -> None:
        """Carry cases through their whole life."""
        for _ in range(lives):
            case = self._order("grid_member", "/api/v1/incidents", REPORT)["id"]
            for role, step, answers in ORDERS:
                self._order(role, f"/api/v1/incidents/{case}/steps/{step}", {"answers": answers})
            self._ask("GET", f"/api/v1/incidents/{case}/timeline", "commander")
            self._ask("GET", "/api/v1/incidents?limit=20", "commander")

    def _order(self, role: str, path: str, body: dict[str, Any]) -> Any:
        headers = {"Idempotency-Key": str(uuid4()), "Content-Type": "application/json"}
        return self._ask("POST", path, role, json.dumps(body).encode(), **headers, **self._prefer)

    def _ask(self, verb: str, path: str, role: str, body: bytes = b"", **headers: str) -> Any:
        who = header_of(f"p-{role.replace('_', '-')}", role)
        began = time.perf_counter()
        self._connection.request(verb, path, body, {**headers, **who})
        answer = self._connection.getresponse()
        told = answer.read()
        self.waits.append(time.perf_counter() - began)
        if answer.status not in (200, 201):
            raise SystemExit(f"{verb} {path}: {answer.status} {told.decode()}")
        return json.loads(told)


def measure(name: str, city: City, clients: int, lives: int, *, wait: bool) -> Measured:
    """Let clients live side by side; what is CPU is read before and after."""
    warm = Client(city.port, wait=wait)
    warm.live(5)
    people = [Client(city.port, wait=wait) for _ in range(clients)]
    each = max(1, lives // clients)
    threads = [Thread(target=one.live, args=(each,)) for one in people]
    app, database = cpu(city)
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - began
    time.sleep(0.3)  # the readers' share of it
    app_after, database_after = cpu(city)
    done = each * clients
    waits = sorted(wait for one in people for wait in one.waits)
    per_life = 1_000 / done
    return Measured(
        database=name,
        clients=clients,
        lives=done,
        seconds=seconds,
        app_ms=(app_after - app) * per_life,
        database_ms=(database_after - database) * per_life,
        waits=waits,
    )


def cpu(city: City) -> tuple[float, float]:
    """Give the seconds of CPU that the app and the database have used."""
    app = database = 0.0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parent, session = int(fields[1]), int(fields[3])
        own, of_children = sum(map(int, fields[11:13])), sum(map(int, fields[13:15]))
        if session in city.sessions:
            app += own / TICKS
        elif city.postmaster and stat.parent.name == str(city.postmaster):
            database += (own + of_children) / TICKS
        elif city.postmaster and parent == city.postmaster:
            database += own / TICKS
    return app, database


@contextmanager
def a_city(folder: Path, url: str, commands: tuple[str, ...], workers: int) -> Iterator[City]:
    """Settle a town in a database and start its processes."""
    home = folder / "home"
    home.mkdir(parents=True)
    embedded = url == ""
    given = f"sqlite:///{home / 'gridward.sqlite'}" if embedded else url
    with a_town(given, home, at=datetime.now(UTC) - timedelta(days=1)):
        pass
    port = free_port()
    with ExitStack() as stack:
        sessions = []
        for command in commands:
            server = Server(home=home, port=port, command=command, database=url, workers=workers)
            server.start()
            stack.callback(server.stop)
            sessions.append(server.process.pid)
        yield City(port, tuple(sessions), None if embedded else postmaster_of(url))


def postmaster_of(url: str) -> int | None:
    """Find the server process of a private PostgreSQL by the folder of its socket."""
    folder = sa.make_url(url).query.get("host")
    file = Path(str(folder)) / "data" / "postmaster.pid"
    return int(file.read_text().split()[0]) if folder and file.exists() else None


def free_port() -> int:
    """Give a port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def cities(wanted: list[str], workers: int) -> Iterator[tuple[str, City]]:
    """Give a fresh city on each database in turn."""
    with tempfile.TemporaryDirectory() as folder:
        if "sqlite" in wanted:
            with a_city(Path(folder) / "sqlite", "", ("serve",), 1) as city:
                yield "SQLite", city
        if "postgresql" in wanted:
            place, commands = Path(folder) / "postgresql", ("work", "serve")
            with (
                patch.dict(postgres.SETTINGS, DURABLE),
                postgres.running_postgres() as server,
                postgres.new_database(server) as url,
                a_city(place, url, commands, workers) as city,
            ):
                yield "PostgreSQL", city


def told(one: Measured) -> str:
    """Write a line of the table."""
    middle, late = one.waits[len(one.waits) // 2], one.waits[len(one.waits) * 99 // 100]
    return (
        f"{one.database:<12}{one.clients:>8}{one.lives / one.seconds:>10.1f}"
        f"{len(one.waits) / one.seconds:>12.0f}{one.app_ms + one.database_ms:>10.1f}"
        f"{one.app_ms:>8.1f}{one.database_ms:>8.1f}{middle * 1000:>10.1f}{late * 1000:>10.1f}"
    )


def main() -> None:
    """Print one table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lives", type=int, default=80, help="per line of the table")
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 8])
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgresql"])
    parser.add_argument("--workers", type=int, default=1, help="server processes on PostgreSQL")
    parser.add_argument("--wait", action="store_true", help="orders wait for the read models")
    given = parser.parse_args()
    print(f"{'':<30}{'':>12}{'CPU ms a life':>26}{'ms a request':>20}")
    heads = ("lives/s", "requests/s", "all", "app", "db", "median", "99 %")
    widths = (10, 12, 10, 8, 8, 10, 10)
    print(f"{'database':<12}{'clients':>8}" + "".join(map(lambda h, w: f"{h:>{w}}", heads, widths)))
    for name, city in cities(given.databases, given.workers):
        for clients in given.clients:
            print(told(measure(name, city, clients, given.lives, wait=given.wait)), flush=True)


if __name__ == "__main__":
    main()
