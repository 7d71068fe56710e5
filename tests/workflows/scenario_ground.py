"""Towns on real databases: founded once, and copied for each scenario that is played in them."""

from __future__ import annotations

import secrets
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol, TypeVar
from uuid import UUID

import sqlalchemy as sa

from domain.kernel.facts import Fact
from domain.kernel.record import Record
from ledger.feed import Feed
from ledger.ledger import Ledger
from ledger.records import Answer, Claim, Due, Notice
from ledger.store import Store
from ledger.tables import due, outbox
from ledger.times import instant
from migrations import migrate
from tests.postgres import order_server
from tests.vaults import a_vault
from workflows.desk import Desk
from workflows.processes.following import Follower
from workflows.rehearsal.following import PROCESSES

R = TypeVar("R", bound=Record)
PARTS = 1
BEFORE = datetime(2026, 1, 1, tzinfo=UTC)


class LedgerGround:
    """The records of a town in a database; what was noticed is asked of the outbox at the end."""

    def __init__(self, store: Store) -> None:
        self.now = BEFORE
        self.store = store
        self.ledger = Ledger(store, now=lambda: self.now, vault=a_vault())
        self.feed = Feed(store)
        self.notices: list[Notice] = []

    def load(self, kind: type[R], record_id: UUID) -> R:
        return self.ledger.load(kind, record_id)

    def facts(self, record_id: UUID) -> list[Fact]:
        return self.ledger.facts(record_id)

    def answered(self, stream: UUID, claim: Claim) -> Answer | None:
        return self.ledger.answered(stream, claim)

    def save(
        self,
        record: Record,
        *,
        claim: Claim,
        due: Sequence[Due] | None = None,
        notices: Sequence[Notice] = (),
    ) -> Answer:
        answer = self.ledger.save(record, claim=claim, due=due, notices=notices)
        self.notices.extend(notices)
        return answer

    @property
    def due(self) -> dict[UUID, list[Due]]:
        open_: dict[UUID, list[Due]] = defaultdict(list)
        with self.store.reading() as conn:
            for row in conn.execute(sa.select(due)):
                timer = Due(timer=row.timer, kind=row.kind, due_at=instant(row.due_at))
                open_[row.stream].append(timer)
        return open_

    def begun(self, topic: str) -> list[UUID]:
        heads = self.feed.heads()
        rows = [row for part in heads for row in self.feed.read(part, after=0, limit=heads[part])]
        return [row.stream for row in rows if row.version == 1 and row.topic == topic]

    def stop_clocks(self, record_id: UUID) -> None:
        with self.store.writing() as conn:
            conn.execute(sa.delete(due).where(due.c.stream == record_id))

    def following(self, desk: Desk) -> LedgerFollowing:
        return LedgerFollowing(self, desk)

    def noticed(self) -> int:
        """How many notices wait in the outbox."""
        with self.store.reading() as conn:
            return conn.execute(sa.select(sa.func.count()).select_from(outbox)).scalar_one()


class LedgerFollowing:
    """The followers of a real city, let go whenever somebody gave an order."""

    def __init__(self, ground: LedgerGround, desk: Desk) -> None:
        self._ground = ground
        self._followers = [
            Follower(process, ground.store, ground.feed, desk, now=lambda: ground.now)
            for process in PROCESSES
        ]
        for follower in self._followers:
            follower.prepare()

    def catch_up(self, now: datetime) -> None:
        self._ground.now = now
        while sum([follower.catch_up() for follower in self._followers]):
            continue
        assert [follower.snags.count() for follower in self._followers] == [0] * len(PROCESSES)


class Towns(Protocol):
    """Databases of one engine: one is founded, the others are its copies."""

    def found(self, founding: Callable[[LedgerGround], None]) -> None: ...
    def copy(self) -> LedgerGround: ...


class SqliteTowns:
    """Files; a copy is a copy of the file."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._copies = folder, 0
        self._stores: list[Store] = []

    def found(self, founding: Callable[[LedgerGround], None]) -> None:
        _founded(f"sqlite:///{self._folder / 'founded.sqlite'}", founding)

    def copy(self) -> LedgerGround:
        self._copies += 1
        path = self._folder / f"town-{self._copies}.sqlite"
        shutil.copy(self._folder / "founded.sqlite", path)
        return _opened(f"sqlite:///{path}", self._stores)

    def close(self) -> None:
        for store in self._stores:
            store.close()


class PostgresTowns:
    """Databases of one server; a copy is made of a template."""

    def __init__(self, server: str) -> None:
        self._server, self._name = server, f"test_{secrets.token_hex(6)}"
        self._stores: list[Store] = []
        self._made: list[str] = []

    def found(self, founding: Callable[[LedgerGround], None]) -> None:
        _founded(self._create(self._name, "template0"), founding)

    def copy(self) -> LedgerGround:
        return _opened(self._create(f"{self._name}_{len(self._made)}", self._name), self._stores)

    def close(self) -> None:
        for store in self._stores:
            store.close()
        for name in self._made:
            order_server(self._server, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def _create(self, name: str, template: str) -> str:
        order_server(self._server, f"CREATE DATABASE {name} TEMPLATE {template} ENCODING 'UTF8'")
        self._made.append(name)
        url = sa.make_url(self._server).set(database=name)
        return url.render_as_string(hide_password=False)


def _founded(url: str, founding: Callable[[LedgerGround], None]) -> None:
    migrate(url, parts=PARTS)
    store = Store(url)
    founding(LedgerGround(store))
    store.close()


def _opened(url: str, stores: list[Store]) -> LedgerGround:
    """Open a copy; of those before only the first, which lends its rules, stays open."""
    for store in stores[1:]:
        store.close()
    del stores[1:]
    stores.append(Store(url, pool_size=2))
    return LedgerGround(stores[-1])


@contextmanager
def towns_on(engine: str, folder: Path, server: Callable[[], Any]) -> Iterator[Towns]:
    """Towns on an engine; the server of PostgreSQL is started only where it is asked."""
    towns = SqliteTowns(folder) if engine == "sqlite" else PostgresTowns(server())
    try:
        yield towns
    finally:
        towns.close()
