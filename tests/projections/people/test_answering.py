"""Routing asks the read models who answers and how much each has to do, on each database."""

from collections.abc import Iterator
from datetime import date

import pytest

from domain.kernel.act import Act
from domain.kernel.codes import AreaCode
from domain.people.unit import Unit, unit_id
from domain.rulebook.routing import Answering
from projections.people.answering import AnsweringUnits
from projections.people.roster import Roster
from projections.reading import Reader
from tests.projections.city import GRID, MONDAY, STREET, City, Life, a_city

SINCE = date(2025, 1, 1)
DISTRICT = "120101000000"


@pytest.fixture
def city(store_url: str) -> Iterator[City]:
    found = a_city(store_url)
    yield found
    found.store.close()


def unit(code, *, kind, area, categories):
    founded = Unit(unit_id(code))
    act = Act(person="p-1", role="commander", area=area, command_id=f"found:{code}", at=MONDAY)
    founded.found(act, code=code, name=code, kind=kind, area=AreaCode(area), from_day=SINCE)
    founded.answer_for(act, categories=categories, from_day=SINCE)
    return founded


def settled(city: City) -> AnsweringUnits:
    """A city in which two units answer for rubbish and one for the whole class."""
    city.record(
        unit("u-street", kind="squad", area=STREET, categories=["01"]),
        unit("u-district", kind="sanitation", area=DISTRICT, categories=["01", "01-02"]),
        unit("u-water", kind="water", area=DISTRICT, categories=["01-05"]),
    )
    roster: Reader = city.new_reader(Roster())
    roster.prepare()
    roster.catch_up()
    return AnsweringUnits(city.store)


def answering(units, category="01-02", day=date(2025, 11, 17)):
    return units.answering(category, AreaCode(GRID), day, broader=("01",))


def test_the_nearest_unit_comes_first_and_each_once(city):
    assert answering(settled(city)) == (
        Answering(unit="u-street", kind="squad"),
        Answering(unit="u-district", kind="sanitation"),
    )


def test_nobody_answered_before_the_units_were_founded(city):
    assert answering(settled(city), day=date(2024, 12, 31)) == ()


def test_open_cases_are_counted_and_ended_ones_are_not(city):
    units = settled(city)
    lives = [Life(seed=seed).report() for seed in ("a", "b", "c")]
    for life in lives:
        life.incident.assign(life.act(), unit="u-street")
    lives[2].go("closed", final="settled")
    city.catch_up(*lives)

    assert units.open_cases(["u-street", "u-district"]) == {"u-street": 2, "u-district": 0}
    assert units.open_cases([]) == {}


def test_before_any_reader_made_its_tables_nobody_is_known(city):
    units = AnsweringUnits(city.store)

    assert answering(units) == ()
    assert units.open_cases(["u-street"]) == {"u-street": 0}
