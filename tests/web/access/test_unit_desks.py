"""A desk at a unit sees what is at its unit: not all else in the area that the unit serves."""

import pytest

from tests.city import CITY, SANITATION, SINCE
from tests.web.access.expected_fields import ALL
from tests.web.access.expected_units import (
    DESKS,
    FIELDS,
    LISTS,
    NAMES,
    NEVER,
    SEEN_AT_THE_UNIT,
)
from tests.web.access.hall import BUILDER, OTHER_COMMUNITY, STREET, unit_at
from tests.web.access.judging import as_unknown, code_of
from tests.web.access.test_cases import asked
from web.access import MEASURES
from workflows.people.commands import GrantRole

UNIT = unit_at("own")
REPORT = {"area": str(STREET), "category": "01-02"}


def desk(role):
    return f"p-unit-{role.replace('_', '-')}", role


@pytest.fixture(scope="module")
def office(hall):
    """The hall, with a desk of each role at the unit that serves the street."""
    for role in DESKS:
        hall.appoint(desk(role)[0], role, unit=UNIT)
    hall.house.catch_up()
    return hall


def at_unit(hall, *, ended=False, unit=UNIT):
    return hall.case("closed" if ended else "handling", STREET, BUILDER, unit)


@pytest.mark.parametrize("route", SEEN_AT_THE_UNIT)
def test_what_is_at_the_unit_is_open_and_all_else_is_not_there(office, route):
    mine, other = at_unit(office), at_unit(office, unit=SANITATION)
    wrong: list[tuple[object, ...]] = []
    for role in DESKS:
        seen = asked(office, route, mine, desk(role))

        def ask(one, role=role):
            return asked(office, route, one, desk(role))

        if seen.status_code >= 400:
            wrong.append((role, "closed", seen.status_code, code_of(seen)))
        if not as_unknown(ask(other), other, ask):
            wrong.append((role, "told"))
    assert not wrong


@pytest.mark.parametrize("route", NEVER)
def test_what_is_for_desks_of_an_area_is_closed_to_those_of_a_unit(office, route):
    case = at_unit(office)

    answers = [asked(office, route, case, desk(role)) for role in DESKS]

    assert {one.status_code for one in answers} <= {403, 404}


@pytest.mark.parametrize("role", DESKS)
@pytest.mark.parametrize("ended", [False, True])
def test_of_a_matter_at_the_unit_only_what_the_work_needs_is_read(office, role, ended):
    case = at_unit(office, ended=ended)

    told = office.ask("GET", f"/api/v1/incidents/{case}", desk(role)).json
    story = office.ask("GET", f"/api/v1/incidents/{case}/timeline", desk(role)).json["items"]

    assert {name for name in ALL if told[name] is not None} == FIELDS[ended]
    named = {"reporter"} if story[0]["person"] else set()
    named |= {"others"} if any(one["person"] for one in story[1:]) else set()
    assert named == NAMES[ended]


@pytest.mark.parametrize("path", LISTS)
def test_lists_hold_what_is_at_the_unit_whatever_area_is_asked_for(office, path):
    mine, _ = at_unit(office), at_unit(office, unit=SANITATION)
    office.house.catch_up()
    for role in DESKS:
        for query in ({}, {"area": str(CITY)}, {"area": str(STREET), "unit": UNIT}):
            told = office.ask("GET", path, desk(role), query_string=query)
            ids = {one["id"] for one in told.json["items"]} if "whistles" not in path else set()
            units = {one.get("unit") for one in told.json["items"]} - {None}
            assert told.status_code == 200
            assert units <= {UNIT}
            assert "whistles" in path or str(mine) in ids


@pytest.mark.parametrize("path", LISTS)
def test_the_list_of_another_unit_is_refused(office, path):
    query = {"area": str(STREET), "unit": SANITATION}

    for role in DESKS:
        assert office.ask("GET", path, desk(role), query_string=query).status_code == 403


def test_the_ledger_of_requests_names_nobody_of_other_units(office):
    from domain.access.deciding import decide
    from domain.access.relation import Seat, relation_of_matter

    seats = [Seat(unit=UNIT)]
    for role in DESKS:
        near = decide(MEASURES, role, relation_of_matter(seats, STREET, [UNIT]))
        other = decide(MEASURES, role, relation_of_matter(seats, STREET, [SANITATION]))
        assert ("people" in near.fields, other.allowed) == (True, False)


def test_a_desk_at_a_unit_reports_nothing(office):
    for role in DESKS:
        answer = office.ask("POST", "/api/v1/incidents", desk(role), json=REPORT)
        assert (answer.status_code, code_of(answer)) in (
            (403, "outside-your-area"),
            (403, "not-for-your-role"),
        )


def test_a_desk_for_the_units_work_in_one_community_sees_no_more_of_it(office):
    who = ("p-unit-narrow", "dispatcher")
    office.appoint(who[0], who[1], unit=UNIT, area=OTHER_COMMUNITY)
    office.house.catch_up()
    mine = office.case("handling", OTHER_COMMUNITY, BUILDER, UNIT)
    elsewhere = at_unit(office)
    office.house.catch_up()

    assert office.ask("GET", f"/api/v1/incidents/{mine}", who).status_code == 200
    assert office.ask("GET", f"/api/v1/incidents/{elsewhere}", who).status_code == 404
    listed = office.ask("GET", "/api/v1/incidents", who).json["items"]
    assert [one["id"] for one in listed] == [str(mine)]
    wider = office.ask("GET", "/api/v1/incidents", who, query_string={"area": str(STREET)})
    assert wider.status_code == 403


def test_who_sits_at_an_area_and_at_a_unit_has_both(office):
    who = ("p-unit-both", "dispatcher")
    office.appoint(who[0], who[1], area=OTHER_COMMUNITY)
    office.order(GrantRole(handle=who[0], role=who[1], from_day=SINCE, unit=UNIT))
    near = office.case("handling", OTHER_COMMUNITY, BUILDER, SANITATION)
    at_the_unit, neither = at_unit(office), at_unit(office, unit=SANITATION)
    office.house.catch_up()

    statuses = [
        office.ask("GET", f"/api/v1/incidents/{one}", who).status_code
        for one in (near, at_the_unit, neither)
    ]
    lists = [
        office.ask("GET", "/api/v1/incidents", who, query_string=query).json["items"]
        for query in ({"area": str(OTHER_COMMUNITY)}, {"area": str(STREET), "unit": UNIT})
    ]

    assert statuses == [200, 200, 404]
    assert str(near) in {one["id"] for one in lists[0]}
    assert {one["unit"] for one in lists[1]} == {UNIT}


def test_the_pages_offer_a_desk_at_a_unit_no_form_to_report(office):
    page = office.ask("GET", "/board", desk("acceptor")).get_data(as_text=True)

    assert 'href="/report"' not in page
