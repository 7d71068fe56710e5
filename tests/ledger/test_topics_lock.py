"""The lock of topics: what is recorded once can be read for ever."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from domain.kernel.facts import Confided, Fact
from ledger.topics_lock import (
    broken_promises,
    domain_facts,
    lock_of,
    lock_text,
    not_locked,
    read_lock,
    unreadable,
)

LOCK = Path(__file__).parents[2] / "docs" / "reference" / "topics.lock"
RENEW = "python -m ledger.topics_lock docs/reference/topics.lock"


def test_the_facts_keep_the_promises_of_the_lock():
    broken = broken_promises(read_lock(LOCK.read_text("utf-8")), domain_facts())

    assert not broken, "\n".join(broken)


def test_the_lock_holds_every_fact():
    missing = not_locked(read_lock(LOCK.read_text("utf-8")), domain_facts())

    assert not missing, f"not in the lock: {', '.join(missing)}; renew it by: {RENEW}"


def test_what_may_be_none_has_a_default():
    assert unreadable(domain_facts()) == []


@dataclass(frozen=True, slots=True, kw_only=True)
class Broke(Fact):
    pole: str
    words: Confided | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Renamed(Fact):
    mast: str = ""
    words: Confided | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbered(Fact):
    pole: int
    words: Confided | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Longer(Broke):
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WithDefault(Broke):
    height: int = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class NotLifted(Broke):
    class_version = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifted(Renamed):
    class_version = 2

    @staticmethod
    def upcast_v1_v2(state: dict) -> None:
        state["mast"] = state.pop("pole")


@dataclass(frozen=True, slots=True, kw_only=True)
class Nullable(Fact):
    why: str | None


BEFORE = lock_of({"lamp.broke": Broke})


@pytest.mark.parametrize(
    ("now", "said"),
    [
        ({}, "the fact is gone"),
        ({"lamp.broke": Renamed}, "field pole was removed"),
        ({"lamp.broke": Numbered}, "field pole was str and is int"),
        ({"lamp.broke": Longer}, "field height is new without a default"),
        ({"lamp.broke": NotLifted}, "upcast_v1_v2 is missing"),
    ],
)
def test_a_broken_promise_is_told(now, said):
    (told,) = broken_promises(BEFORE, now)

    assert said in told


@pytest.mark.parametrize("now", [Broke, WithDefault, Lifted])
def test_what_old_logs_can_bear_is_no_broken_promise(now):
    assert broken_promises(BEFORE, {"lamp.broke": now}) == []


def test_an_older_release_is_noticed():
    newer = lock_of({"lamp.broke": Lifted}, BEFORE)

    assert "the lock knows version 2" in broken_promises(newer, {"lamp.broke": Broke})[0]


def test_a_lock_keeps_the_versions_before():
    text = lock_text({"lamp.broke": Lifted}, BEFORE)

    assert list(read_lock(text)["lamp.broke"]) == ["1", "2"]
    assert read_lock(text)["lamp.broke"]["1"]["words"] == "Confided(commitment: str) | None"


def test_a_new_fact_is_asked_for():
    assert not_locked(BEFORE, {"lamp.broke": WithDefault}) == ["lamp.broke version 1"]
    assert not_locked(BEFORE, {"lamp.broke": Broke}) == []


def test_none_without_a_default_is_told():
    assert "field why may be None" in unreadable({"lamp.lost": Nullable})[0]
