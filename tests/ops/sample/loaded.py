"""Sample cities on real databases, and what their logs hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa

from domain.incident.incident import Incident
from ledger.tables import events
from migrations import migrate
from ops.bootstrap import Gridward, assemble
from ops.sample.loading import load_sample_city
from ops.settings import Settings

if TYPE_CHECKING:
    from domain.kernel.facts import Fact

WEDNESDAY_AFTERNOON = datetime(2026, 11, 18, 6, 30, tzinfo=UTC)  # 14:30 in the city


class Killed(BaseException):
    """What stands for a kill: nothing catches it."""


def killed_at(what: str, part: float) -> Callable[[str, float], None]:
    """A progress that ends the load once so much of something is done."""

    def progress(doing: str, done: float) -> None:
        if doing == what and done >= part:
            raise Killed

    return progress


@contextmanager
def a_city(
    url: str, home: Path, now: Callable[[], datetime], *, parts: int | None = None
) -> Iterator[Gridward]:
    """An empty, migrated database and all that works on it."""
    migrate(url, parts=parts)
    gridward = assemble(Settings(home=home, database=url), now=now)
    try:
        yield gridward
    finally:
        gridward.close()


def load(gridward: Gridward, **given: Any) -> None:
    options: dict[str, Any] = {"weeks": 1, "until": WEDNESDAY_AFTERNOON} | given
    load_sample_city(gridward, **options)


def bodies(gridward: Gridward) -> dict[tuple[UUID, int], str]:
    """Every body by its record and version."""
    query = sa.select(events.c.stream, events.c.version, events.c.body)
    with gridward.store.reading() as conn:
        return {(row.stream, row.version): row.body for row in conn.execute(query)}


def histories(gridward: Gridward) -> dict[UUID, list[Fact]]:
    """The facts of every incident, in order."""
    found: dict[UUID, list[Fact]] = {}
    for part in gridward.feed.heads():
        for row in gridward.feed.read(part, after=0, limit=1_000_000):
            if row.topic.startswith("incident."):
                found.setdefault(row.stream, []).append(gridward.feed.fact(row))
    return found


def incidents(gridward: Gridward) -> list[Incident]:
    """Every incident as it stands."""
    return [Incident.rebuilt(stream, facts) for stream, facts in histories(gridward).items()]
