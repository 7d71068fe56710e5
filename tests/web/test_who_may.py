"""The page of who may do what says what the table does: compared with the account by hand."""

from datetime import timedelta

import pytest

from domain.access.deciding import rows_for
from domain.access.relation import Relation, Seat
from domain.access.table import MATTERS, TABLE
from tests.city import CITY, HEPING, ROADS, TAISHAN, XIAOBAILOU
from tests.web.expected_access import EXPECTED, ROLES
from tests.web.test_commands import CHEN, LI, WANG
from tests.web.test_pages import Browser
from tests.web.test_sign_in import order
from web.languages import catalogue
from web.routes import OPEN, ROUTES
from web.who_may.lines import COLUMNS
from workflows.people.commands import GrantRole

LETTERS = {"own": "o", "below": "b", "above": "a", "sibling": "s", "foreign": "f", "mine": "!"}
BY_THE_TABLE_ALONE = ("look at a case", "look at people", "look at units")


@pytest.fixture
def page(still_house):
    browser = Browser(still_house)
    browser.be(LI)
    return browser


def told(browser, **query):
    return browser.client.get("/rights.json", query_string=query).json


@pytest.mark.parametrize("action", BY_THE_TABLE_ALONE)
@pytest.mark.parametrize("role", ROLES)
def test_the_page_says_what_was_written_by_hand(page, action, role):
    expected = EXPECTED[action][ROLES.index(role)]

    rows = [row for row in told(page, role=role)["rows"] if row["action"] == action]

    said = {name for row in rows for name in row["where"]} - {"unit"}
    assert {LETTERS[name] for name in said} == set(expected) - {"-"}


def test_who_may_do_one_thing_is_told_by_role(page):
    rows = told(page, action="open a blurred photo")["rows"]

    assert [row["roles"] for row in rows] == [["duty_leader", "auditor"]]
    assert rows[0]["where"] == ["own", "below"]


def test_what_a_role_reads_is_told_for_open_and_ended_cases(page):
    rows = told(page, role="handler")["rows"]

    (case,) = [row for row in rows if row["action"] == "look at a case"]
    assert (case["where"], case["fields"]) == (["mine"], ["place", "people", "words"])
    assert case["fields_after"] == ["place"]


def test_steps_are_told_with_their_stages_from_the_workflow_in_force(page):
    found = told(page, role="dispatcher")

    steps = {one["step"]: one["stages"] for one in found["steps"]}
    assert found["workflow"].startswith("street-incident@")
    assert steps["dispatch"] == ["awaiting_dispatch"]
    assert "file" not in steps
    assert all("dispatcher" in one["roles"] for one in found["steps"])


def test_may_i_shows_the_posts_one_holds_and_will_hold(house):
    today = house.clock().date()
    ahead, week = today + timedelta(days=3), today + timedelta(days=10)
    order(house, GrantRole(handle=LI.handle, role="auditor", area=TAISHAN, from_day=ahead))
    deputy = {"area": XIAOBAILOU, "to_day": week, "deputy_for": CHEN.handle}
    order(house, GrantRole(handle=LI.handle, role="dispatcher", from_day=today, **deputy))
    browser = Browser(house)
    browser.be(LI)

    held = told(browser)["held"]

    assert [(one["role"], one["area"], one["begun"]) for one in held] == [
        ("acceptor", str(XIAOBAILOU), True),
        ("auditor", str(TAISHAN), False),
        ("dispatcher", str(XIAOBAILOU), True),
    ]
    assert (held[2]["deputy_for"], held[2]["to_day"]) == (CHEN.handle, str(week))
    text = browser.client.get("/rights").text
    assert "陈静" in text
    assert str(ahead) in text


def test_may_i_tells_a_desk_at_a_unit_no_more_than_it_may(house):
    day = house.clock().date()
    order(house, GrantRole(handle=CHEN.handle, role="hotline", unit=ROADS, from_day=day))
    browser = Browser(house)
    browser.be(CHEN.__class__(handle=CHEN.handle, name=CHEN.name, role="hotline", unit=ROADS))

    rows = told(browser)["rows"]

    cases = [row["where"] for row in rows if row["action"] in ("look at a case", "take a step")]
    assert cases == [["unit"], ["unit"]]
    assert "report an incident" not in {row["action"] for row in rows}


def test_everybody_who_is_signed_in_finds_the_page(still_house):
    for who in (WANG, LI):
        browser = Browser(still_house)
        browser.be(who)
        assert 'href="/rights"' in browser.client.get("/account").text
        assert browser.client.get("/rights").status_code == 200


@pytest.mark.parametrize("query", [{"role": "king"}, {"action": "rule the world"}])
def test_what_there_is_not_is_said_to_be_none(page, query):
    assert page.client.get("/rights", query_string=query).status_code == 422


def test_the_sheet_holds_the_lines_of_the_page(page):
    lines = page.client.get("/rights.csv", query_string={"role": "auditor"}).text.splitlines()

    assert len(lines) - 1 == len(told(page, role="auditor")["rows"])


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_action_place_and_field_has_a_word_in_both_languages(language):
    words = catalogue(language)
    fields = {name for rows in TABLE.values() for row in rows for name in row.fields}

    missing = [f"action.{one}" for one in TABLE] + [f"reach.{one}" for one in COLUMNS]
    missing = [key for key in (*missing, *(f"field.{one}" for one in fields)) if key not in words]
    assert not missing


def test_matters_are_actions_and_what_is_for_units_is_of_matters_or_measures():
    at_units = {
        action for action, rows in TABLE.items() for row in rows if row.reach == {Relation.UNIT}
    }

    assert set(TABLE) >= MATTERS
    assert at_units <= MATTERS | {"look at measures"}


def test_every_route_of_a_case_or_a_whistle_is_about_a_matter(still_house):
    """Else whoever sits at a unit would reach all such of the area that the unit serves."""
    rules = still_house.app.url_map.iter_rules()
    named = [one for one in rules if one.arguments & {"incident", "whistle"}]

    actions = {ROUTES[one.endpoint] for one in named} - {OPEN}

    assert len(named) > 30
    assert actions <= MATTERS


def test_rows_that_cannot_hold_from_a_seat_are_left_out():
    area, unit = [Seat(area=HEPING)], [Seat(unit=ROADS)]

    def reach(seats):
        return [row.reach for row in rows_for("look at a case", "dispatcher", seats)]

    assert reach(area) == [{Relation.OWN, Relation.BELOW}]
    assert reach(unit) == [{Relation.UNIT}]
    assert rows_for("unmerge a case", "dispatcher", unit) == ()
    assert rows_for("look at areas", "dispatcher", [Seat(area=CITY)])
