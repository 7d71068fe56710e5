"""What the engine knows, the simulated city knows: calls, empty rungs, parts, reopening, clocks."""

from collections import Counter
from dataclasses import replace
from functools import cache

import pytest

from domain.incident.events import Escalated, Filed, RequestDecided, StageChanged
from domain.incident.events_branching import SubCaseOpened, SubCaseOver
from domain.incident.events_of_rising import Acknowledged, OwnerCalled
from domain.incident.limit_steps import LimitStepDone
from domain.incident.rating import Rated
from domain.kernel.calendar import WorkingCalendar
from domain.kernel.facts import Fact
from tests.workflows.simulation.walking import bare
from workflows.reading import BOOK
from workflows.simulation.assumptions import Assumptions, Mixed, assumed
from workflows.simulation.city import simulate
from workflows.simulation.gathering import written_setting
from workflows.simulation.recorded import read_case
from workflows.simulation.replaying import replay
from workflows.simulation.rules import Book, Rules
from workflows.simulation.setting import Setting
from workflows.simulation.simulated import Simulated

CASES = 120
ONE_BY_ONE = Mixed.of({"1": 1})


@cache
def a_setting(name: str = "street-incident", **staff: int) -> Setting:
    """The book's workflow in a city where many are asked, many are unhappy and much is urgent."""
    return written_setting(BOOK / f"{name}.v1.toml", lively().with_staff(staff))


def lively() -> Assumptions:
    return replace(assumed(), rated=900, dissatisfied=600, reopened=900, emergencies=300)


def lived(setting: Setting, seed: int = 3) -> tuple[Simulated, list[list[Fact]]]:
    told: list[list[Fact]] = []
    found = simulate(setting, cases=CASES, seed=seed, keep=lambda facts: told.append([*facts]))
    return found, told


def happened(told: list[list[Fact]]) -> Counter[type[Fact]]:
    return Counter(type(fact) for facts in told for fact in facts)


def book_of(setting: Setting) -> Book:
    calendars = [one for one in (setting.calendar, setting.emergency) if one]
    reference = setting.definition.reference
    return Book(
        Rules(
            definitions={reference: setting.definition},
            calendars={one.reference: one for one in calendars},
            by_day={(reference, day): one for day, one in setting.by_day.items()},
        )
    )


def shorter_days(setting: Setting) -> Setting:
    """Offices that close an hour earlier, so that a working day has seven hours."""
    given = setting.calendar
    clock = WorkingCalendar(
        reference=given.reference, shifts=((480, 720), (840, 1020)), off=given.off, on=given.on
    )
    read = written_setting(BOOK / f"{setting.definition.name}.v1.toml", setting.assumptions)
    return replace(read, calendar=clock)


@pytest.mark.parametrize("name", ["street-incident", "hotline-case", "self-handled"])
@pytest.mark.parametrize("seed", range(2))
def test_each_case_of_a_lively_city_is_the_case_the_rules_give(name, seed):
    setting = a_setting(name, acceptor=1, commander=2)
    found, told = lived(setting, seed)
    book = book_of(setting)

    assert len(told) == found.cases == CASES
    for facts in told:
        replayed = replay(read_case(facts[0].originator_id, facts), book, until=facts[-1].act.at)
        assert replayed.refused is None
        assert bare(list(replayed.incident.collect_events())) == bare(facts)


def test_an_owner_who_is_called_acknowledges_and_is_called_no_more():
    found, told = lived(a_setting(acceptor=1, commander=2))
    count = happened(told)

    assert count[Acknowledged] > 10
    assert found.calls == count[OwnerCalled]
    for facts in told:
        kinds = [type(fact) for fact in facts]
        if Acknowledged in kinds and Escalated not in kinds[kinds.index(Acknowledged) :]:
            assert OwnerCalled not in kinds[kinds.index(Acknowledged) :]


def test_where_an_owner_never_answers_he_is_called_again_and_again():
    lazy = replace(a_setting(acceptor=1), assumptions=replace(lively(), steps=slow("acknowledge")))

    assert simulate(lazy, cases=CASES, seed=3).calls > 3 * lived(a_setting(acceptor=1))[0].calls


def slow(step: str):
    steps = assumed().steps
    return {**steps, step: replace(steps["default"], wait=(9_000, 9_000))}


def test_an_empty_rung_is_passed_over_and_the_rise_says_so():
    found, told = lived(a_setting(acceptor=1, **{"commander@street": 0}))
    rises = [fact for facts in told for fact in facts if isinstance(fact, Escalated)]

    assert found.rises["street"].count == 0
    assert found.rises["district"].count > 0
    assert any(fact.why.get("skipped") == ["street"] for fact in rises)


def test_parts_begin_end_and_let_the_case_above_go_on():
    found, told = lived(a_setting("hotline-case"))
    count = happened(told)

    assert (
        found.parts["joint-task"].of == count[SubCaseOpened] - found.parts["supervision-order"].of
    )
    assert count[SubCaseOver] > 50
    assert any(
        fact.step == "all_parts_over"
        for facts in told
        for fact in facts
        if isinstance(fact, StageChanged)
    )
    assert not found.left_open
    assert not found.refused


def test_whoever_is_dissatisfied_has_the_case_reopened_and_its_clock_begins_anew():
    found, told = lived(a_setting())

    assert happened(told)[Rated] > 20
    assert found.reopened > 3
    for facts in told:
        if any(isinstance(one, RequestDecided) and one.clock == "restarts" for one in facts):
            assert sum(isinstance(one, StageChanged) and bool(one.final) for one in facts) > 1


def test_an_emergency_runs_day_and_night_and_the_rest_by_the_calendar():
    setting = a_setting()
    _, told = lived(setting)
    stamped = Counter(fact.calendar for facts in told for fact in facts if isinstance(fact, Filed))

    assert setting.emergency
    assert stamped[setting.calendar.reference] > stamped[setting.emergency.reference] > 0


def test_limit_steps_are_stamped_and_reported_done():
    setting = a_setting()
    illegal = replace(
        setting, assumptions=replace(setting.assumptions, categories=Mixed.of({"01-01": 1}))
    )

    _, told = lived(illegal)

    assert happened(told)[LimitStepDone] > 20
