"""A house to test in: a small city on a real database, its application, a clock moved by hand."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from migrations import migrate
from ops.bootstrap import Gridward, assemble
from ops.settings import Settings
from tests.answers import HeldToTheDocument
from tests.city import CITY, City, Someone, build_city, the_people
from tests.keys import give_key, header_of
from tests.memory import roomy_memory
from web.app import create_app
from web.city import open_city
from workflows.firing import firing

MONDAY_NINE = datetime(2026, 11, 16, 1, 0, tzinfo=UTC)
"""Monday 2026-11-16, 09:00 in the city: an ordinary working day."""


class HandClock:
    """Stands still until it is moved."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **how_far: float) -> datetime:
        self.at += timedelta(**how_far)
        return self.at


class Prompt:
    """A reader that is told at once when somebody waits for it: no thread, no sleep."""

    def __init__(self, reader):
        self.reader = reader
        self.name = reader.name
        self.asleep = False

    def wait_until(self, part, position=None, *, timeout=1.0):
        if self.asleep:
            return False
        self.reader.catch_up()
        return self.reader.wait_until(part, position, timeout=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """The city, its application and its clock."""

    gridward: Gridward
    readers: tuple[Prompt, ...]
    app: Flask
    city: City
    clock: HandClock

    def client(self) -> FlaskClient:
        """A browser that knows nothing yet."""
        return self.app.test_client()

    def catch_up(self) -> None:
        """Tell all read models what was recorded."""
        for reader in self.readers:
            reader.reader.catch_up()

    def get(self, path: str, who: Someone | None = None, **headers: str) -> TestResponse:
        """Ask the API as somebody; an auditor unless told."""
        asking = who or self.city.who("auditor")
        return self.client().get(f"/api/v1{path}", headers={**as_(asking), **headers})

    def post(
        self, path: str, body: object, who: Someone, *, key: str | None = None, **headers: str
    ) -> TestResponse:
        """Order something of the API."""
        sent = {"Idempotency-Key": key or str(uuid4()), **as_(who), **headers}
        sent["Content-Type"] = "application/json"
        return self.client().post(f"/api/v1{path}", data=json.dumps(body), headers=sent)

    def step(self, incident: str, step: str, who: Someone, /, **answers: object) -> TestResponse:
        """Take a step."""
        return self.post(f"/incidents/{incident}/steps/{step}", {"answers": answers}, who)

    def ring(self) -> list[str]:
        """Let every deadline fire that is due; give the timers in their order."""
        fired = []
        lease = timedelta(seconds=30)
        ledger = self.gridward.ledger
        while due := ledger.claim_due(now=self.clock(), limit=10, lease=lease):
            for timer in due:
                order, act = firing(timer, ledger, at=self.clock())
                self.gridward.desk.do(order, act)
                fired.append(timer.timer.partition("/")[2])
        self.catch_up()
        return fired


def as_(who: Someone) -> dict[str, str]:
    """The header that says who acts."""
    return header_of(who.handle, who.role)


@contextmanager
def open_house(url: str, *, at: datetime = MONDAY_NINE) -> Iterator[House]:
    """Build the city on an empty database."""
    with TemporaryDirectory(dir=roomy_memory()) as keys:
        furnish(url, Path(keys), at=at)
        with reopen_house(url, Path(keys), at=at) as house:
            yield house


def furnish(url: str, keys: Path, *, at: datetime = MONDAY_NINE) -> None:
    """Lay a city into an empty database, and its keys into a folder."""
    migrate(url)
    gridward = assemble(Settings(database=url, home=keys), now=HandClock(at))
    try:
        for reader in gridward.readers:
            reader.prepare()
        build_city(gridward.desk, at=at)
        for who in the_people().people.values():
            give_key(gridward.desk, who.handle, who.role, area=CITY, at=at)
        for reader in gridward.readers:
            reader.catch_up()
    finally:
        gridward.close()


@contextmanager
def reopen_house(url: str, keys: Path, *, at: datetime = MONDAY_NINE) -> Iterator[House]:
    """Open a database that holds the city, such as a copy of one, with a copy of its keys."""
    clock = HandClock(at)
    with TemporaryDirectory(dir=roomy_memory()) as home:
        for name in ("keys.sqlite", "master.keys"):
            shutil.copy(keys / name, home)
        gridward = assemble(Settings(database=url, home=Path(home)), now=clock)
        try:
            yield _opened(gridward, clock)
        finally:
            gridward.close()


def _opened(gridward: Gridward, clock: HandClock) -> House:
    readers = tuple(Prompt(reader) for reader in gridward.readers)
    prompted: Any = {"readers": readers}  # as a web process has them, without their threads
    app = _app_over(replace(gridward, **prompted))
    return House(gridward=gridward, readers=readers, app=app, city=the_people(), clock=clock)


def _app_over(gridward: Gridward) -> Flask:
    """The application over this city: its routes and templates are shared, what it keeps is not."""
    app = copy(_application())
    app.config = copy(app.config)
    app.extensions = dict(app.extensions)
    open_city(app.extensions, gridward)
    return app


@cache
def _application() -> Flask:
    """Built once: building its routes took four fifths of the time of opening a house."""
    nowhere: Any = None  # each house lays its own city into its copy
    app = create_app(nowhere, sample=True)
    app.testing = False
    app.test_client_class = HeldToTheDocument
    return app
