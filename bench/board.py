"""How long a page of the board takes when there are many cases, asked as a commander asks it.

    python -m bench.board --cases 100000
    python -m bench.board --cases 1000000 --databases sqlite --asks 300

A few real cases are reported, dispatched and closed; their rows are then copied with ids, places,
times, stages and units of their own, so that the tables of the board are as large as asked
(one case in twenty is open) while the log stays small. Each kind of page is asked over the whole
API in one process: its time holds request, question, rows and JSON, but no network.
CPU is this process's, which on SQLite is the database's too; quote it where a machine is shared.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch
from uuid import UUID

import sqlalchemy as sa
from flask import Flask

from bench.importing import DURABLE
from domain.kernel.ids import incident_number, ordered_id
from ops.reading import catch_up
from projections import rows
from projections.incident.tables import NEVER, incident_tables
from tests import postgres
from tests.keys import header_of
from tests.ops.town import UNIT, Town, a_town
from web.app import create_app

OPEN_IN = 20  # one case in so many is open
AT_ONCE = 10_000
DISTRICTS, STREETS, UNITS = 16, 20, 200
DAY = 24 * 3_600 * 1_000_000
PATH = "/api/v1/incidents"
COMMANDER = header_of("p-commander", "commander")
KINDS = {
    "whole city": "",
    "a district": "area=120103000000",
    "a street": "area=120103004000",
    "a stage": "stage=handling",
    "a unit": "unit=u-7",
    "a category": "category=01",
    "overdue": "light=overdue",
    "overdue in a district": "area=120103000000&light=overdue",
    "ended": "state=ended",
    "ended in a street": "area=120103004000&state=ended",
    "open and ended": "state=all",
}


class Asked(NamedTuple):
    """What pages of one kind took, in milliseconds; each sorted."""

    waits: list[float]
    cpu: list[float]


def main() -> None:
    """Fill each database and print one table for it."""
    given = argparse.ArgumentParser()
    given.add_argument("--cases", type=int, default=100_000)
    given.add_argument("--asks", type=int, default=200, help="pages of each kind")
    given.add_argument("--databases", nargs="+", default=["sqlite", "postgresql"])
    asked = given.parse_args()
    for name, town in towns(asked.databases):
        began = time.perf_counter()
        filled(town, asked.cases)
        took = time.perf_counter() - began
        print(f"{name}, {asked.cases:,} cases, filled in {took:.0f} s; milliseconds a page")
        _print_table(create_app(town.gridward), asked.asks)


def _print_table(app: Flask, asks: int) -> None:
    print(f"{'':<24}{'median':>8}{'99 %':>8}{'worst':>8}{'CPU':>8}{'CPU 99 %':>10}")
    for kind, query in KINDS.items():
        found = pages(app, query, asks)
        told = [_at(found.waits, 50), _at(found.waits, 99), found.waits[-1]]
        told += [_at(found.cpu, 50), _at(found.cpu, 99)]
        widths = (8, 8, 8, 8, 10)
        print(f"{kind:<24}" + "".join(map(lambda v, w: f"{v:>{w}.1f}", told, widths)), flush=True)


def _at(found: Sequence[float], percent: int) -> float:
    return found[min(len(found) - 1, len(found) * percent // 100)]


def pages(app: Flask, query: str, asks: int) -> Asked:
    """Turn pages from the first on; begin again at the end."""
    client, after = app.test_client(), ""
    waits, cpu = [], []
    for _ in range(asks):
        address = f"{PATH}?limit=50&{query}{after}"
        began, used = time.perf_counter(), time.process_time()
        answer = client.get(address, headers=COMMANDER)
        cpu.append((time.process_time() - used) * 1e3)
        waits.append((time.perf_counter() - began) * 1e3)
        if answer.status_code != 200:
            raise SystemExit(f"{address}: {answer.status_code} {answer.text}")
        following = json.loads(answer.data)["next"]
        after = f"&after={following}" if following else ""
    return Asked(sorted(waits), sorted(cpu))


def towns(wanted: Sequence[str]) -> Iterator[tuple[str, Town]]:
    """Give a town on each database in turn; its clock stands at the present."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        if "sqlite" in wanted:
            url = f"sqlite:///{home / 'gridward.sqlite'}"
            with a_town(url, home, at=datetime.now(UTC)) as town:
                yield "SQLite", town
        if "postgresql" in wanted:
            with (
                patch.object(postgres, "SETTINGS", DURABLE),
                postgres.running_postgres() as server,
                postgres.new_database(server) as url,
                a_town(url, home, at=datetime.now(UTC)) as town,
            ):
                yield "PostgreSQL", town


def filled(town: Town, cases: int) -> None:
    """Let some cases live, tell the read models, and copy their rows until there are enough."""
    town.report_many(5)
    for _ in range(5):
        town.dispatched()
    ended = town.dispatched()
    town.step(ended, "done", by="handler", remark="清理完毕")
    town.step(ended, "send_to_check", by="acceptor")
    town.step(ended, "pass_check", by="grid_member")
    town.step(ended, "close", by="duty_leader", outcome="normal")
    catch_up(town.gridward.readers)
    table = incident_tables(sa.MetaData())["cases"]
    store = town.gridward.store
    with store.reading() as conn:
        found = conn.execute(sa.select(table)).all()
        stored = rows.stored_id(conn)
    samples = [row._asdict() for row in found]
    copied = _copies(samples, cases, town.clock(), stored)
    while some := [row for _, row in zip(range(AT_ONCE), copied, strict=False)]:
        with store.writing() as conn:
            rows.put(conn, table, some, old=())
    with store.writing() as conn:
        conn.exec_driver_sql("ANALYZE")


def _copies(
    samples: Sequence[dict[str, Any]], count: int, now: datetime, stored: Callable[[UUID], Any]
) -> Iterator[list[Any]]:
    chance = random.Random(7)
    live = [row for row in samples if row["open"]]
    ended = [row for row in samples if not row["open"]]
    for nth in range(count):
        kind = live if nth % OPEN_IN == 0 else ended
        row = _moved(dict(chance.choice(kind)), nth, now, chance)
        row["incident"] = stored(row["incident"])
        yield list(row.values())


def _moved(row: dict[str, Any], nth: int, now: datetime, chance: random.Random) -> dict[str, Any]:
    """Give a row its own id, place, times and unit; open ones are of the last days."""
    days = 8 if row["open"] else 700
    back = chance.randrange(days * DAY)
    incident = ordered_id(now - timedelta(microseconds=back), f"copy:{nth}")
    district = 120_100 + chance.randrange(1, DISTRICTS + 1)
    street = district * 1_000 + chance.randrange(1, STREETS + 1)
    area = street * 1_000_000 + chance.randrange(1, 40) * 1_000 + chance.randrange(1, 60)
    row |= {"incident": incident, "number": incident_number(incident), "area": area}
    row |= {"district": district * 10**9, "street": street * 10**6}
    for name, value in row.items():
        if name.endswith("_at") and value is not None:
            row[name] = value - back
    row["unit"] = row["unit"] and chance.choice((UNIT, f"u-{chance.randrange(UNITS)}"))
    row["rank"] = NEVER - row["ended_at"] if row["ended_at"] else row["due_at"] or NEVER
    if not row["open"]:
        row["on_time"] = chance.randrange(20) > 0
    return row


if __name__ == "__main__":
    main()
