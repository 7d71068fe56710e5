"""What it costs to seal words, to open them, and to show the names of a board page.

    python -m bench.vault --cases 2000

CPU milliseconds of this process, on SQLite in a temporary folder. "Cold" looks every key up in the
key store, "warm" finds them in memory, where they stay for five seconds. The first words of a case
make its key, which is on disk before the words are: one at a time, or all of a batch together.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

from domain.kernel.act import Act
from domain.kernel.confiding import Words
from domain.kernel.facts import Confided, Fact, fact
from domain.kernel.record import Record
from ledger.ledger import Claim, Ledger
from ledger.records import Records
from ledger.store import Store
from ledger.vault import Vault
from migrations import migrate
from tests.vaults import a_key_store

NOW = datetime(2026, 11, 16, 1, 0, tzinfo=UTC)
TEXT = "门口有一张旧沙发，堵住了消防通道，已经三天了。" * 4
A_PAGE = 50


@fact("bench.said")
@dataclass(frozen=True, slots=True, kw_only=True)
class Said(Fact):
    """Something was said."""

    words: Confided | None = None


class Talk(Record):
    """A record of what was said."""

    def when(self, fact: Fact) -> None:
        self.last = fact


def main() -> None:
    """Measure and print one line for each."""
    given = argparse.ArgumentParser()
    given.add_argument("--cases", type=int, default=1_000)
    cases = given.parse_args().cases
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'city.sqlite'}"
        migrate(url)
        keys = a_key_store(Path(folder) / "keys.sqlite")
        ledger = Ledger(Store(url), now=lambda: NOW, vault=Vault(keys))
        _measure(ledger, Path(folder) / "keys.sqlite", cases)
        ledger.store.close()
        keys.close()


def _measure(ledger: Ledger, file: Path, cases: int) -> None:
    ids = [uuid4() for _ in range(cases)]
    batch = ledger.batch()
    _print("a fact without words, in a batch", cases, lambda: _batch(ledger, cases))
    _print("the first words of a case, in a batch", cases, lambda: _say_all(batch, ids))
    _print("more words of those cases, in a batch", cases, lambda: _say_all(ledger.batch(), ids))
    few = cases // 10
    _print("a fact without words, alone", few, lambda: _each(ledger, few, said=False))
    _print("the first words of a case, alone", few, lambda: _each(ledger, few, said=True))
    _print("a fact without words, 8 threads", few * 8, lambda: _threads(ledger, few, said=False))
    _print("first words of a case, 8 threads", few * 8, lambda: _threads(ledger, few, said=True))
    keys = a_key_store(file)
    cold = Ledger(ledger.store, now=lambda: NOW, vault=Vault(keys))
    _print("opening words, cold", cases * 2, lambda: _read(cold, ids))
    _print("opening words, warm", cases * 2, lambda: _read(cold, ids))
    page = Ledger(ledger.store, now=lambda: NOW, vault=Vault(keys))
    _print("a page of 50, cold (for the page)", 1, lambda: _read(page, ids[:A_PAGE]))
    _print("a page of 50, warm (for the page)", 1, lambda: _read(page, ids[:A_PAGE]))
    keys.close()


def _print(what: str, count: int, work: Callable[[], object]) -> None:
    began, cpu = time.perf_counter(), time.process_time()
    work()
    used, took = time.process_time() - cpu, time.perf_counter() - began
    print(f"{what:<42} {used / count * 1e3:8.3f} CPU ms  {took / count * 1e3:8.3f} ms")


def _say_all(batch: Records, ids: list[UUID]) -> None:
    for one in ids:
        _say(batch, one, said=True)
    batch.flush()  # type: ignore[attr-defined]  # only batches come here


def _batch(ledger: Ledger, count: int) -> None:
    batch = ledger.batch()
    for _ in range(count):
        _say(batch, uuid4(), said=False)
    batch.flush()


def _each(ledger: Ledger, count: int, *, said: bool) -> None:
    for _ in range(count):
        _say(ledger, uuid4(), said=said)


def _threads(ledger: Ledger, count: int, *, said: bool) -> None:
    with ThreadPoolExecutor(8) as pool:
        running = [pool.submit(_each, ledger, count, said=said) for _ in range(8)]
    for one in running:
        one.result()


def _say(records: Records, case: UUID, *, said: bool) -> None:
    talk = records.load(Talk, case)
    command_id = str(uuid4())
    act = Act(person="p-7", role="member", area="120101001003007", command_id=command_id, at=NOW)
    words = Words(text=TEXT, key=bytes(32)) if said else None
    talk.tell(Said(act=act, words=talk.confide(words, field="words")))
    records.save(talk, claim=Claim(key=command_id, digest="d" * 64))


def _read(ledger: Ledger, ids: list[UUID]) -> None:
    for first in range(0, len(ids), A_PAGE):
        ledger.words_of(ids[first : first + A_PAGE])


if __name__ == "__main__":
    main()
