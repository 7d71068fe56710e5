"""A running town of many open cases in all stages, and the version they are to move to."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from domain.kernel.act import Act
from domain.moving.plan import Plan
from ledger.tables import due
from ops.bootstrap import Gridward, assemble, office
from ops.moving import must_be_up_to_date
from projections.digest import digest
from tests.ops.town import GRID, UNIT, Clock, Town, a_report, a_town, settings_for
from tests.workflows.moving.street import NAME, NEW, OLD, RENAMED, changed, without
from workflows.desk import Desk
from workflows.incident.commands import TakeStep
from workflows.reading import rules_of
from workflows.rulebook.commands import PublishRules
from workflows.rulebook.reading import content_from

PLAN = Plan(
    name="to-the-check-queue",
    left=(OLD,),
    workflow=NEW,
    stages={"awaiting_check": "check_queue"},
    deadlines={"accepting": "restart", "awaiting_filing": "drop"},
)
WAYS: Sequence[Sequence[tuple[str, str, dict[str, Any]]]] = (
    *[()] * 12,
    *[(("acceptor", "pass_on", {}),)] * 3,
    (("acceptor", "pass_on", {}), ("duty_leader", "file", {"category": "01-02"})),
)
_HANDLED = (
    *WAYS[-1],
    ("dispatcher", "dispatch", {"unit": UNIT}),
    ("handler", "done", {}),
)
_WAITING = (*_HANDLED[:3], ("handler", "ask_deferral", {"minutes": 60, "reason": "rain"}))
ROUND = (*WAYS, *[_HANDLED] * 3, _WAITING)
"""The lives of twenty cases; in every round one waits for a decision the new version has not."""
REFUSED_IN_A_ROUND = 1


def fill(town: Town, count: int) -> list[UUID]:
    """Give the town so many open cases, in all stages."""
    batch = town.gridward.ledger.batch()
    desk = Desk(office(batch, town.gridward.shelf))
    cases: list[UUID] = []
    for number in range(count):
        town.clock.forward(milliseconds=1)
        answer = desk.do(a_report(), town.act("grid_member", f"report-{number}"))
        assert answer is not None
        cases.append(answer.stream)
        for turn, (role, step, answers) in enumerate(ROUND[number % len(ROUND)]):
            order = TakeStep(incident=answer.stream, step=step, answers=answers)
            desk.do(order, town.act(role, f"step-{turn}"))
        if len(batch) > 4_000:
            batch.flush()
    batch.flush()
    return cases


def publish_second(city: Gridward, act: Act) -> None:
    """Publish the version that renamed a stage and knows no deferral."""
    content = rules_of(dict(content_from(changed(RENAMED, *without("deferral")))))
    order = PublishRules(kind="workflow", name=NAME, content=content, seen_by="p-commander")
    city.desk.do(order, replace(act, command_id="second"))
    city.shelf.refresh()


@contextmanager
def a_full_town(url: str, home: Path, *, cases: int, parts: int | None = None) -> Iterator[Town]:
    """A town with its cases, its second version published and its read models told."""
    with a_town(url, home, parts=parts) as town:
        fill(town, cases)
        publish_second(town.gridward, town.act("commander"))
        must_be_up_to_date(town.gridward)
        yield town


@contextmanager
def opened(url: str, home: Path) -> Iterator[Gridward]:
    """Open the town again, at one and the same instant."""
    city = assemble(settings_for(url, home), now=Clock())
    try:
        yield city
    finally:
        city.close()


def the_act(city: Gridward) -> Act:
    """Give the act of who lets the plan run."""
    return Act(
        person="p-commander",
        role="operator",
        area=str(GRID.path[0]),
        command_id=secrets.token_hex(8),
        at=city.now(),
    )


def state_of(city: Gridward) -> dict[str, object]:
    """Give the digest of every read model, and all open timers."""
    must_be_up_to_date(city)
    told: dict[str, object] = {
        reader.model.name: digest(city.store, reader.tables) for reader in city.readers
    }
    timers = sa.select(due.c.timer, due.c.stream, due.c.due_at).order_by(due.c.timer)
    with city.store.reading() as conn:
        told["timers"] = [tuple(row) for row in conn.execute(timers)]
    return told
