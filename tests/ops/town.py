"""A town for tests of processes: one grid with its people, on a real database, by real orders."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from domain.kernel.act import Act
from domain.kernel.codes import AreaCode
from ledger.ledger import Answer
from migrations import migrate
from ops.bootstrap import Gridward, assemble, office
from ops.publishing import publish_book
from ops.settings import Settings
from tests.keys import give_key
from tests.memory import roomy_memory
from workflows.area.commands import AddArea
from workflows.desk import Desk
from workflows.incident.commands import ReportIncident, TakeStep
from workflows.people.commands import EnrolPerson, FoundUnit, GrantRole
from workflows.people.handlers import carry_out

GRID = AreaCode("120101001003007")
STREET = AreaCode("120101001000")
SINCE = date(2020, 1, 1)
MONDAY_NINE = datetime(2026, 11, 16, 1, 0, tzinfo=UTC)  # 09:00 in the city
AT_STREET = ("acceptor", "duty_leader", "dispatcher", "commander", "supervisor", "auditor")
UNIT = "u-sanitation"
NAME = "王小明"
KEYS = ("keys.sqlite", "master.keys")


@dataclass
class Clock:
    """Moved by hand."""

    at: datetime = MONDAY_NINE

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **time: float) -> datetime:
        self.at += timedelta(**time)
        return self.at


@dataclass
class Town:
    """A running city with a clock of its own."""

    gridward: Gridward
    clock: Clock
    reported: list[UUID] = field(default_factory=list)

    def act(self, role: str, command_id: str = "") -> Act:
        return Act(
            person=f"p-{role.replace('_', '-')}",
            role=role,
            area=STREET,
            command_id=command_id or secrets.token_hex(8),
            at=self.clock(),
        )

    def report(self, **given: Any) -> UUID:
        answer = self.gridward.desk.do(a_report(**given), self.act("grid_member"))
        assert answer is not None
        self.reported.append(answer.stream)
        return answer.stream

    def report_many(self, count: int) -> list[UUID]:
        """Report in one batch."""
        batch = self.gridward.ledger.batch()
        desk = Desk(office(batch, self.gridward.shelf))
        answers = [desk.do(a_report(), self.act("grid_member")) for _ in range(count)]
        batch.flush()
        return [answer.stream for answer in answers if answer]

    def step(self, incident: UUID, step: str, *, by: str, **answers: str | int) -> Answer:
        order = TakeStep(incident=incident, step=step, answers=answers)
        answer = self.gridward.desk.do(order, self.act(by))
        assert answer is not None
        return answer

    def dispatched(self) -> UUID:
        incident = self.report()
        self.step(incident, "pass_on", by="acceptor")
        self.step(incident, "file", by="duty_leader", category="01-02")
        self.step(incident, "dispatch", by="dispatcher", unit=UNIT)
        return incident

    def told(self, incident: UUID) -> list[str]:
        return [fact.TOPIC.partition(".")[2] for fact in self.gridward.ledger.facts(incident)]


def a_report(**given: Any) -> ReportIncident:
    return ReportIncident(**({"area": GRID, "category": "01-02", "source": "grid-member"} | given))


def settings_for(url: str, home: Path, **given: Any) -> Settings:
    return Settings(home=home, database=url, **given)


@contextmanager
def a_town(
    url: str, home: Path, *, parts: int | None = None, at: datetime = MONDAY_NINE
) -> Iterator[Town]:
    """A settled town in an empty database; on SQLite it is a copy of one settled before."""
    is_copy = _copied(url, home, parts=parts, at=at)
    if not is_copy:
        migrate(url, parts=parts)
    clock = Clock(at)
    gridward = assemble(settings_for(url, home), now=clock)
    try:
        if not is_copy:
            settle(gridward)
        yield Town(gridward=gridward, clock=clock)
    finally:
        gridward.close()


def _copied(url: str, home: Path, *, parts: int | None, at: datetime) -> bool:
    """Lay a copy where neither a database nor keys are yet."""
    database = sa.make_url(url).database
    if not url.startswith("sqlite") or not database:
        return False
    if Path(database).exists() or any((home / name).exists() for name in KEYS):
        return False
    settled = _settled(parts, at)
    home.mkdir(parents=True, exist_ok=True)
    shutil.copy(settled / "town.sqlite", database)
    for name in KEYS:
        shutil.copy(settled / name, home)
    return True


@cache
def _settled(parts: int | None, at: datetime) -> Path:
    """Settle a town once; gives the folder of its database and keys, which nobody opens again."""
    folder = Path(_folder().name) / secrets.token_hex(4)
    folder.mkdir()
    url = f"sqlite:///{folder / 'town.sqlite'}"
    migrate(url, parts=parts)
    gridward = assemble(settings_for(url, folder), now=Clock(at))
    try:
        settle(gridward)
    finally:
        gridward.close()
    return folder


@cache
def _folder() -> TemporaryDirectory[str]:
    return TemporaryDirectory(prefix="gridward-towns-", dir=roomy_memory())


def settle(gridward: Gridward) -> None:
    """Publish the book; give the grid its areas above, a unit, and one person for each role."""
    publish_book(gridward, _founding(gridward, "book"))
    for code in GRID.path:
        order = AddArea(code=code, name=f"区{code}", kind=code.level.word, from_day=SINCE)
        gridward.desk.do(order, _founding(gridward, code))
    records = gridward.ledger
    found = FoundUnit(code=UNIT, name="环卫队", kind="squad", area=STREET, from_day=SINCE)
    carry_out(found, records, _founding(gridward, UNIT))
    for role in (*AT_STREET, "grid_member", "handler"):
        handle = f"p-{role.replace('_', '-')}"
        enrol = EnrolPerson(handle=handle, name=NAME, key=secrets.token_bytes(32))
        carry_out(enrol, records, _founding(gridward, handle))
        grant = GrantRole(handle=handle, role=role, from_day=SINCE, **_place(role))
        carry_out(grant, records, _founding(gridward, f"{handle}/role"))
        give_key(gridward.desk, handle, role, area=GRID.path[0], at=gridward.now())
    for reader in gridward.readers:
        reader.prepare()


def _place(role: str) -> dict[str, Any]:
    if role == "handler":
        return {"unit": UNIT}
    return {"area": GRID if role == "grid_member" else STREET}


def _founding(gridward: Gridward, command_id: str) -> Act:
    return Act(
        person="p-founder",
        role="commander",
        area=GRID.path[0],
        command_id=f"founding:{command_id}",
        at=gridward.now(),
    )
