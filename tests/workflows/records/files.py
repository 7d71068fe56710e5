"""Small files as Boston would write them, and an office on a real database to import them into."""

import csv
import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ledger.feed import Feed, Row
from ledger.ledger import Ledger
from ledger.shelf import Shelf
from ledger.store import Store
from migrations import migrate
from tests.vaults import a_vault
from workflows.office import Engines, Office
from workflows.records.importing import ImportRecords, import_records
from workflows.records.mappings import read_mapping
from workflows.records.report import Report

COLUMNS = [
    *("case_id", "opened_at", "due_at", "closed_at", "status", "outcome", "type", "department"),
    *("neighborhood", "latitude", "longitude", "source"),
]
PARTS = 3


def a_row(case="1", **told: str) -> dict[str, str]:
    """A pothole in Roxbury, opened on Monday morning, due on Thursday, closed on Tuesday."""
    row = {
        "case_id": str(case),
        "opened_at": "2011-08-01T09:00:00",
        "due_at": "2011-08-04T09:00:00",
        "closed_at": "2011-08-02T15:30:00",
        "status": "closed",
        "outcome": "resolved",
        "type": "Request for Pothole Repair",
        "department": "PWDx",
        "neighborhood": "Roxbury",
        "latitude": "42.32710",
        "longitude": "-71.08460",
        "source": "Constituent Call",
    }
    return row | told


def never_closed(case="1", **told: str) -> dict[str, str]:
    return a_row(case, closed_at="", status="open", outcome="", **told)


def many(number: int) -> Iterator[dict[str, str]]:
    """Cases over some weeks: closed in time, late, never, and in doubt."""
    for case in range(number):
        day, hour = 1 + case % 28, case % 24
        closed = f"2011-08-{1 + (case * 7) % 28:02}T{hour:02}:30:00"
        row = a_row(
            str(case),
            opened_at=f"2011-08-{day:02}T{hour:02}:00:00",
            due_at=f"2011-08-{1 + (case * 5) % 28:02}T12:00:00" if case % 6 else "",
            closed_at=closed,
            department=("PWDx", "ISD", "PARK")[case % 3],
        )
        yield never_closed(str(case)) if case % 11 == 0 else row


def a_file(folder: Path, rows: Iterable[Mapping[str, str]], name: str = "requests.csv") -> Path:
    path = folder / name
    with path.open("w", encoding="utf-8", newline="") as out:
        lines = csv.DictWriter(out, COLUMNS, lineterminator="\n")
        lines.writeheader()
        lines.writerows(rows)
    return path


def boston_time(*when: int) -> datetime:
    """An instant by Boston's summer time, four hours behind."""
    year, month, day, hour, minute = when
    return datetime(year, month, day, hour + 4, minute, tzinfo=UTC)


@dataclass
class City:
    """A ledger to import into."""

    store: Store
    ledger: Ledger
    office: Office

    def take_in(self, path: Path, mapping: str = "boston311", **asked: Any) -> Report:
        order = ImportRecords(path=path, mapping=read_mapping(mapping), **asked)
        return import_records(order, self.ledger, self.office)

    def rows(self) -> list[Row]:
        feed = Feed(self.store)
        return [row for part in feed.heads() for row in feed.read(part, after=0, limit=1_000_000)]

    def told(self, topic: str) -> list[Any]:
        """The facts of a topic by their time."""
        feed = Feed(self.store)
        facts: list[Any] = [feed.fact(row) for row in self.rows() if row.topic == topic]
        return sorted(facts, key=lambda fact: fact.act.at)

    def bodies(self) -> list[tuple[Any, ...]]:
        """Everything recorded but for the time of recording."""
        return sorted((str(r.stream), r.version, r.topic, r.body) for r in self.rows())


def a_city(url: str, *, now: datetime = datetime(2026, 11, 22, tzinfo=UTC)) -> City:
    migrate(url, parts=1 if url.startswith("sqlite") else PARTS)
    store = Store(url)
    ledger = Ledger(store, now=lambda: now, vault=a_vault())
    shelf = Shelf(ledger)
    office = Office(
        records=ledger,
        shelf=shelf,
        engines=Engines(shelf),
        random_key=lambda: secrets.token_bytes(32),
    )
    return City(store, ledger, office)
