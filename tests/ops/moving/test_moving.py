"""A running city is moved to the next version: nothing is lost, nothing happens twice."""

import random
import shutil
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from uuid import UUID

import pytest

from domain.incident.incident import Incident
from domain.kernel.refusals import Refused
from domain.moving.moving import Moving, moving_id
from ops.bootstrap import Gridward
from ops.moving import begin, carry_out, dry_run, must_be_up_to_date
from ops.rebuilding import rebuild_models
from projections.moving import queries
from tests.forked import forked
from tests.ops.moving.killed import move
from tests.ops.moving.town import (
    PLAN,
    REFUSED_IN_A_ROUND,
    ROUND,
    a_full_town,
    opened,
    state_of,
    the_act,
)
from tests.ops.town import Town
from tests.postgres import new_database
from tests.workflows.moving.street import NEW, OLD
from workflows.moving.commands import PauseMoving, ResumeMoving

MANY, FEW = 10_000, 1_000


@pytest.fixture
def town(store_url, tmp_path) -> Iterator[Town]:
    """A hundred open cases on each database."""
    with a_full_town(store_url, tmp_path, cases=100, parts=4) as town:
        yield town


def went_over(city: Gridward) -> None:
    """Begin the plan and carry it out."""
    begin(city, PLAN, the_act(city))
    carry_out(city, PLAN.name, the_act(city))


def staying(cases: int) -> int:
    return cases // len(ROUND) * REFUSED_IN_A_ROUND


def pinned(city: Gridward, workflow: str) -> int:
    with city.store.reading() as conn:
        return len(queries.pinned_ids(conn, [workflow], limit=100_000))


def times_moved(city: Gridward) -> Counter[str]:
    """How often each case was moved, by the log itself."""
    found: Counter[str] = Counter()
    for part in city.feed.heads():
        after = 0
        while rows := city.feed.read(part, after=after, limit=5_000):
            after = rows[-1].pos
            found.update(
                str(row.stream) for row in rows if row.topic == "incident.moved-to-version"
            )
    return found


def test_a_plan_moves_all_that_can_move_and_leaves_the_rest_with_a_reason(town):
    city = town.gridward
    found = dry_run(city, PLAN)

    begin(city, PLAN, the_act(city))
    done = carry_out(city, PLAN.name, the_act(city), batch=7)
    must_be_up_to_date(city)

    (sentence,) = found.refused
    assert sentence.startswith("It waits for the decision of a deferral")
    assert (found.movable, found.staying) == (95, 5)
    assert (done.state, done.moved, done.refused) == ("finished", 95, 5)
    assert (pinned(city, NEW), pinned(city, OLD)) == (95, 5)
    assert set(times_moved(city).values()) == {1}


def test_a_second_run_finds_nothing_to_do(town):
    went_over(town.gridward)
    before = state_of(town.gridward)

    carry_out(town.gridward, PLAN.name, the_act(town.gridward))

    assert state_of(town.gridward) == before


def test_rebuilt_read_models_equal_the_live_ones_after_a_move(town):
    went_over(town.gridward)
    must_be_up_to_date(town.gridward)

    assert all(rebuilt.same for rebuilt in rebuild_models(town.gridward))


def test_a_case_refused_before_moves_once_its_reason_is_gone(town):
    city = town.gridward
    went_over(city)
    with city.store.reading() as conn:
        waiting = queries.pinned_ids(conn, [OLD])
    for case in waiting:
        town.step(case, "refuse_deferral", by="dispatcher", reason="no")

    must_be_up_to_date(city)
    went_over(city)

    assert [row.moved for row in plans(city)] == [100]
    assert pinned(city, OLD) == 0


def test_a_plan_stops_when_it_is_paused_and_goes_on_when_it_is_resumed(town):
    city = town.gridward
    begin(city, PLAN, the_act(city))

    def pause(_moved: int) -> None:
        city.desk.do(PauseMoving(plan=PLAN.name), the_act(city))

    first = carry_out(city, PLAN.name, the_act(city), batch=10, progress=pause)
    stopped = city.ledger.load(Moving, moving_id(PLAN.name)).state
    city.desk.do(ResumeMoving(plan=PLAN.name), the_act(city))
    second = carry_out(city, PLAN.name, the_act(city), batch=10)

    assert (first.state, stopped) == ("paused", "paused")
    assert 0 < first.moved <= 10
    assert (second.state, first.moved + second.moved) == ("finished", 95)


def test_a_case_that_the_read_model_did_not_know_yet_is_not_lost(town):
    city = town.gridward
    begin(city, PLAN, the_act(city))
    town.report_many(3)  # with the new version, and nobody told the read models

    carry_out(city, PLAN.name, the_act(city))

    assert pinned(city, NEW) == 98
    assert pinned(city, OLD) == 5


def test_new_cases_begin_with_the_new_version(town):
    incident = town.gridward.ledger.load(Incident, town.report())

    assert incident.course.workflow == NEW


def plans(city: Gridward) -> list[queries.PlanRow]:
    must_be_up_to_date(city)
    with city.store.reading() as conn:
        return queries.plans(conn)


@pytest.mark.slow
def test_five_hundred_cases_are_moved_while_people_go_on_working(store_url, tmp_path):
    with a_full_town(store_url, tmp_path, cases=500, parts=4) as town:
        city, ended = town.gridward, Event()
        unforeseen: list[Refused] = []
        with city.store.reading() as conn:
            cases = queries.pinned_ids(conn, [OLD], limit=500)
        begin(city, PLAN, the_act(city))
        worker = Thread(target=work, args=(town, cases, ended, unforeseen))
        worker.start()
        try:
            done = carry_out(city, PLAN.name, the_act(city), batch=20)
        finally:
            ended.set()
            worker.join()
        went_over(city)
        must_be_up_to_date(city)

        assert (done.state, unforeseen) == ("finished", [])
        assert pinned(city, OLD) == staying(500)
        assert set(times_moved(city).values()) == {1}
        assert all(rebuilt.same for rebuilt in rebuild_models(city))


def work(town: Town, cases: list[UUID], ended: Event, unforeseen: list[Refused]) -> None:
    """Take what steps can be taken, from the last case on: the plan comes from the first."""
    for case in reversed(cases):
        for role, step in (("acceptor", "send_to_verify"), ("grid_member", "confirm_true")):
            if ended.is_set():
                return
            try:
                town.step(case, step, by=role)
            except Refused as refusal:
                if refusal.code not in {"wrong-stage", "too-busy"}:
                    unforeseen.append(refusal)


@contextmanager
def two_towns(request, tmp_path: Path) -> Iterator[tuple[tuple[str, str], int]]:
    """Two databases with the same cases: one for a clean run, one for runs that are killed."""
    if request.param == "sqlite":
        first, second = (f"sqlite:///{tmp_path / name}.sqlite" for name in ("clean", "killed"))
        with a_full_town(first, tmp_path, cases=MANY):
            pass
        shutil.copy(tmp_path / "clean.sqlite", tmp_path / "killed.sqlite")
        yield (first, second), MANY
        return
    server = request.getfixturevalue("postgres_url")
    with new_database(server) as first, new_database(server) as second:
        for url in (first, second):
            with a_full_town(url, tmp_path, cases=FEW, parts=4):
                pass
        yield (first, second), FEW


@pytest.fixture(params=["sqlite", "postgresql"])
def towns(request, tmp_path):
    with two_towns(request, tmp_path) as found:
        yield found


def killed_somewhere(url: str, home: Path, cases: int, chance: random.Random) -> object:
    """Kill a run some batches on, and some moments into the next; give its last word."""
    batch = cases // chance.randrange(20, 50)
    said: object = None
    with forked(move, url, home, batch) as process:
        for _ in range(chance.randrange(2, 9)):
            said = process.said()
        # Not a wait for something: the moment of the kill is the test's input.
        time.sleep(chance.random() / 20)
    return said


@pytest.mark.slow
def test_a_run_that_is_killed_and_begun_again_comes_to_the_same_end(towns, tmp_path, random_seed):
    (clean, killed), cases = towns
    chance = random.Random(random_seed)
    with opened(clean, tmp_path) as city:
        found = dry_run(city, PLAN)
        went_over(city)
        wanted = state_of(city)

    stopped = [killed_somewhere(killed, tmp_path, cases, chance) for _ in range(3)]
    print("killed after", stopped)
    with opened(killed, tmp_path) as city:
        must_be_up_to_date(city)
        before = pinned(city, NEW)
        went_over(city)
        moved = times_moved(city)

        assert found.movable == cases - staying(cases)
        assert [len(numbers) for numbers in found.refused.values()] == [staying(cases)]
        assert 0 < before < found.movable
        assert state_of(city) == wanted
        assert len(moved) == found.movable
        assert set(moved.values()) == {1}
