"""Pilots: an area tries another version than the one in force."""

from datetime import UTC, date, datetime

import pytest

from domain.kernel.act import Act
from domain.kernel.codes import AreaCode
from domain.kernel.refusals import Refused
from domain.rulebook.pilots import end_pilot, pilot
from domain.rulebook.publication import Publication, publication_id

DISTRICT, STREET = AreaCode("120101000000"), AreaCode("120101001000")
GRID, ELSEWHERE = AreaCode("120101001003007"), AreaCode("120102001003007")
MONDAY, TUESDAY, FRIDAY = date(2026, 11, 16), date(2026, 11, 17), date(2026, 11, 20)
ACT = Act(
    person="p-1",
    role="operator",
    area="120000000000",
    command_id="c-1",
    at=datetime(2026, 11, 16, tzinfo=UTC),
)


@pytest.fixture
def publication() -> Publication:
    """Three versions, of which the third is in force from Friday only."""
    made = Publication(publication_id("workflow", "noise"))
    for number, day in ((1, None), (2, None), (3, FRIDAY)):
        made.publish(ACT, kind="workflow", name="noise", content={"n": number}, valid_from=day)
    return made


def refusal_of(order):
    with pytest.raises(Refused) as refused:
        order()
    return refused.value.code


def test_an_area_and_what_lies_below_it_begins_with_the_piloted_version(publication):
    pilot(publication, ACT, version=1, area=STREET, from_day=TUESDAY)

    assert publication.begins_with(GRID, TUESDAY) == 1
    assert publication.begins_with(GRID, MONDAY) == 2
    assert publication.begins_with(DISTRICT, TUESDAY) == 2
    assert publication.begins_with(ELSEWHERE, TUESDAY) == 2


def test_the_nearest_area_decides(publication):
    pilot(publication, ACT, version=3, area=GRID, from_day=MONDAY)
    pilot(publication, ACT, version=1, area=DISTRICT, from_day=TUESDAY)

    assert publication.begins_with(GRID, FRIDAY) == 3
    assert publication.begins_with(STREET, FRIDAY) == 1


def test_an_ended_pilot_gives_way_to_the_version_in_force(publication):
    pilot(publication, ACT, version=1, area=STREET, from_day=MONDAY)

    end_pilot(publication, ACT, area=STREET, to_day=TUESDAY)

    assert publication.begins_with(GRID, MONDAY) == 1
    assert publication.begins_with(GRID, TUESDAY) == 2
    assert publication.pilots.running(MONDAY)
    assert not publication.pilots.running(TUESDAY)


def test_a_second_pilot_in_an_area_takes_over_from_its_day_on(publication):
    pilot(publication, ACT, version=1, area=STREET, from_day=MONDAY)
    pilot(publication, ACT, version=3, area=STREET, from_day=TUESDAY)

    assert [publication.begins_with(GRID, day) for day in (MONDAY, TUESDAY)] == [1, 3]


def test_the_same_pilot_twice_records_it_once(publication):
    pilot(publication, ACT, version=1, area=STREET, from_day=MONDAY)
    version = publication.version

    pilot(publication, ACT, version=1, area=STREET, from_day=MONDAY)

    assert publication.version == version


def test_a_pilot_makes_no_version_and_survives_a_rebuild(publication):
    pilot(publication, ACT, version=1, area=STREET, from_day=MONDAY)

    rebuilt = Publication.rebuilt(publication.id, publication.collect_events())

    assert rebuilt.latest == 3
    assert rebuilt.begins_with(GRID, MONDAY) == 1


def test_what_cannot_be_piloted_is_refused(publication):
    pilot(publication, ACT, version=1, area=STREET, from_day=TUESDAY)
    orders = {
        "unknown-version": lambda: pilot(
            publication, ACT, version=9, area=STREET, from_day=TUESDAY
        ),
        "pilot-begins-later": lambda: pilot(
            publication, ACT, version=3, area=STREET, from_day=MONDAY
        ),
        "no-such-pilot": lambda: end_pilot(publication, ACT, area=GRID, to_day=FRIDAY),
    }

    assert [refusal_of(order) for order in orders.values()] == list(orders)
    early = lambda: end_pilot(publication, ACT, area=STREET, to_day=MONDAY)  # noqa: E731
    assert refusal_of(early) == "pilot-begins-later"
