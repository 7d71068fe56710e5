"""Killing those who deliver: each notice still arrives, under one id, with one effect.

The tests kill twenty times; ``python -m tests.ops.notices.killing 200 [URL]`` does so for longer.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from ledger import deliveries
from ledger.ledger import Ledger
from ledger.store import Store
from migrations import migrate
from tests.forked import Forked, fork
from tests.ops.notices.post import webhook, write
from tests.ops.notices.receivers import Web, a_web
from tests.ops.notices.working import deliver

LEASES_AHEAD = 100.0
PATIENCE = 120.0


@dataclass
class Office:
    """A database, a receiver, and processes that deliver from the one to the other."""

    url: str
    folder: Path
    web: Web
    started: int = 0
    running: list[Forked] = field(default_factory=list)

    def prepare(self, notices: int) -> None:
        migrate(self.url, parts=4)
        (self.folder / "notices.toml").write_text(webhook(self.web), encoding="utf-8")
        with_store(self.url, lambda store: write(Ledger(store, now=utc_now), notices))

    def start(self) -> None:
        """Start one more; each finds the leases of those before it run out."""
        ahead = LEASES_AHEAD * self.started
        self.started += 1
        self.running.append(fork(deliver, self.url, str(self.folder / "notices.toml"), ahead))

    def kill(self) -> None:
        """As a power cut would."""
        for process in self.running:
            process.kill()
        self.running.clear()

    @property
    def arrived(self) -> int:
        return sum(self.web.arrivals.values())

    def wait_for_arrivals(self, count: int) -> None:
        wait(lambda: self.arrived >= count)

    def undelivered(self) -> int:
        return with_store(self.url, lambda store: deliveries.post(store).undelivered)


def kill_often(url: str, folder: Path, web: Web, *, kills: int, seed: int) -> Office:
    """Kill in the midst of sending, so often; then let one deliver the rest."""
    chance = random.Random(seed)
    office = Office(url=url, folder=folder, web=web)
    office.prepare(kills * 10)
    for _ in range(kills):
        before = office.arrived
        office.start()
        office.wait_for_arrivals(before + chance.randint(1, 6))
        time.sleep(chance.random() * 0.02)
        office.kill()
    office.start()
    wait(lambda: len(web.effects) >= kills * 10)
    time.sleep(1.5)
    office.kill()
    return office


def with_store(url, ask):
    store = Store(url)
    try:
        return ask(store)
    finally:
        store.close()


def wait(reached) -> None:
    ends = time.monotonic() + PATIENCE
    while not reached():
        assert time.monotonic() < ends, "it never came so far"
        time.sleep(0.005)


def utc_now() -> datetime:
    return datetime.now(UTC)


def main() -> None:
    kills = int(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder, a_web() as web:
        url = sys.argv[2] if len(sys.argv) > 2 else f"sqlite:///{folder}/city.sqlite"
        began = time.monotonic()
        office = kill_often(url, Path(folder), web, kills=kills, seed=kills)
        print(
            f"{kills} kills: {len(web.effects)} of {kills * 10} notices with their effect once,"
            f" {office.arrived - len(web.effects)} repeats, {web.forged} forged,"
            f" {office.undelivered()} undelivered, {time.monotonic() - began:.0f} s"
        )


if __name__ == "__main__":
    main()
