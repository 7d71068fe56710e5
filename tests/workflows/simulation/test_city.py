"""A city on a virtual clock: the same for the same seed, and true to the engine and its limits."""

from dataclasses import replace

import pytest

from domain.kernel.facts import Fact
from domain.kernel.limits import parse_limit
from tests.workflows.simulation.walking import an_office, bare, rules_of
from workflows.definition import StageDeadline
from workflows.simulation.assumptions import assumed
from workflows.simulation.city import simulate
from workflows.simulation.recorded import read_case
from workflows.simulation.replaying import replay
from workflows.simulation.rules import Book
from workflows.simulation.setting import Setting

CASES = 300


def a_setting(**staff: int) -> Setting:
    office = an_office()
    rules = rules_of(office)
    shelf = office.desk.office.shelf
    return Setting(
        definition=next(iter(rules.definitions.values())),
        calendar=next(iter(rules.calendars.values())),
        limits=shelf.limits(shelf.latest("limits", "tianjin-grid")),
        assumptions=assumed().with_staff(staff),
    )


def test_the_same_seed_gives_the_same_city():
    assert simulate(a_setting(), cases=CASES, seed=5) == simulate(a_setting(), cases=CASES, seed=5)


def test_another_seed_gives_another_city():
    assert simulate(a_setting(), cases=CASES, seed=5) != simulate(a_setting(), cases=CASES, seed=1)


def test_every_case_comes_to_an_end_where_there_are_people():
    found = simulate(a_setting(), cases=CASES, seed=5)

    assert (found.cases, found.ended) == (CASES, CASES)
    assert sum(found.endings.values()) == CASES
    assert not found.left_open
    assert not found.refused


def test_few_people_make_cases_late_and_queues_long():
    plenty = simulate(a_setting(acceptor=9), cases=CASES, seed=1)
    few = simulate(a_setting(acceptor=1), cases=CASES, seed=1)
    (busy,) = [crew for crew in few.crews if crew.role == "acceptor"]
    (free,) = [crew for crew in plenty.crews if crew.role == "acceptor"]

    assert few.late_by_stage["accepting"].count > 2 * plenty.late_by_stage["accepting"].count
    assert few.rises["district"].count > plenty.rises["district"].count
    assert busy.utilisation_percent > 90
    assert busy.mean_queue > 5 > free.mean_queue


def test_where_nobody_works_cases_stay_and_rise_to_the_top():
    found = simulate(a_setting(duty_leader=0), cases=CASES, seed=5)

    assert found.left_open["awaiting_filing"] > 0
    assert "closed" in found.never_visited
    assert found.rises["city"].count >= found.left_open["awaiting_filing"]


def test_people_who_do_not_go_home_are_never_late_by_night():
    setting = a_setting()
    always = replace(
        setting,
        assumptions=replace(setting.assumptions, day_and_night=frozenset({"handler"})),
    )
    by_day = simulate(setting, cases=CASES, seed=5)
    by_night = simulate(always, cases=CASES, seed=5)

    assert by_night.stages["handling"].p50 < by_day.stages["handling"].p50


def test_a_shorter_limit_makes_more_cases_late():
    setting = a_setting()
    hasty = StageDeadline(within=parse_limit("5 working minutes"), then="escalate")
    stages = setting.definition.stages
    draft = replace(
        setting.definition,
        stages=stages | {"accepting": replace(stages["accepting"], deadline=hasty)},
    )

    usual = simulate(setting, cases=CASES, seed=5)
    changed = simulate(replace(setting, definition=draft), cases=CASES, seed=5)

    assert changed.late_by_stage["accepting"].percent > usual.late_by_stage["accepting"].percent


def test_books_of_a_crew_agree_with_what_it_did():
    found = simulate(a_setting(), cases=CASES, seed=5)

    for crew in found.crews:
        assert 0 <= crew.utilisation_percent <= 100
        assert crew.taken == crew.waited.count


@pytest.mark.parametrize("seed", range(3))
def test_each_simulated_case_is_the_case_the_rules_give(seed):
    """What people did in the city, replayed with the clock, tells the same facts."""
    told: list[list[Fact]] = []

    simulate(a_setting(acceptor=1), cases=60, seed=seed, keep=lambda facts: told.append([*facts]))

    assert len(told) == 60
    book = Book(rules_of(an_office()))
    for facts in told:
        case = read_case(facts[0].originator_id, facts)
        replayed = replay(case, book, until=facts[-1].act.at)
        assert bare(replayed.incident.collect_events()) == bare(facts)


def test_progress_adds_up_to_all_cases():
    told: list[int] = []

    simulate(a_setting(), cases=1200, seed=5, progress=told.append)

    assert sum(told) == 1200
