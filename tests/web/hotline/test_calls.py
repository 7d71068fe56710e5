"""Calls of residents: taken down and classified at once, name and number for the vault."""

from uuid import UUID, uuid4

import pytest

from domain.incident.events import Reported
from tests.city import CITY, HEPING, KAIFENG, Someone, grid
from tests.keys import give_key
from tests.web.test_commands import LI, RUBBISH, WANG, WHO, refusal
from tests.web.test_sign_in import order
from workflows.people.commands import EnrolPerson, GrantRole

CLERK = Someone(handle="p-clerk", name="丁洁", role="hotline", area=HEPING)
GRID = str(grid(KAIFENG))
CALL = {
    "name": "韩秀英",
    "phone": "13800138000",
    "callback": "18:00 以后",
    "words": "楼下停水",
    "category": "04-01",
    "area": GRID,
}


@pytest.fixture
def city(small_house):
    """Ding takes calls in the district of Heping."""
    order(small_house, EnrolPerson(handle=CLERK.handle, name=CLERK.name, key=bytes(32)))
    day = small_house.clock().date()
    order(small_house, GrantRole(handle=CLERK.handle, role="hotline", area=HEPING, from_day=day))
    give_key(small_house.gridward.desk, CLERK.handle, "hotline", area=CITY, at=small_house.clock())
    small_house.catch_up()
    return small_house


class Desk:
    """Somebody at the page of calls."""

    def __init__(self, house, who=CLERK, language="en"):
        self.house, self.client = house, house.client()
        self.client.set_cookie("gridward-language", language)
        page = self.client.get("/").text
        self.token = page.partition('name="token" value="')[2].partition('"')[0]
        form = {"token": self.token, "handle": who.handle, "role": who.role}
        assert self.client.post("/who", data=form).status_code == 303

    def look(self, path="/hotline"):
        return self.client.get(path, headers={"Accept": "text/html"})

    def take(self, key=None, **more):
        form = {"token": self.token, "key": key or str(uuid4()), **CALL, **more}
        answer = self.client.post("/hotline", data=form, headers={"Accept": "text/html"})
        self.house.catch_up()
        return answer


def case_of(house, answer):
    assert answer.status_code == 303, answer.text
    incident = answer.headers["Location"].partition("done=")[2].partition("&")[0]
    return house.get(f"/incidents/{incident}").json


@pytest.mark.parametrize(
    ("condition", "clock", "minutes"),
    [("danger", "elapsed", 120), ("utilities", "elapsed", 1440), ("", "working", 3360)],
)
def test_a_call_is_taken_down_and_classified_with_its_urgency(city, condition, clock, minutes):
    case = case_of(city, Desk(city).take(condition=condition))

    assert (case["stage"], case["source"]) == ("awaiting_dispatch", "hotline")
    assert case["workflow"].startswith("hotline-case@")
    (facts,) = (
        entry["facts"]
        for entry in city.get(f"/incidents/{case['id']}/timeline").json["items"]
        if entry["topic"] == "incident.filed"
    )
    assert (facts["limit"]["clock"], facts["limit"]["minutes"]) == (clock, minutes)


def test_name_phone_and_callback_go_to_the_vault(city):
    case = case_of(city, Desk(city).take())

    (recorded, *_) = city.gridward.ledger.history(UUID(case["id"]))
    assert isinstance(recorded.fact, Reported)
    for private in ("韩秀英", "13800138000", "18:00", "停水"):
        assert private not in repr(recorded.fact)
    kept = city.gridward.ledger.words(UUID(case["id"]), 1, "contact")
    assert kept == "name: 韩秀英\nphone: 13800138000\ncallback: 18:00 以后"
    told = city.get(f"/incidents/{case['id']}/timeline", WHO["p-qian-feng"]).json["items"][0]
    assert "13800138000" in told["words"]["contact"]
    assert "13800138000" not in city.get(f"/incidents/{case['id']}/timeline", WANG).text


def test_the_same_call_sent_twice_is_one_case(city):
    desk = Desk(city)
    first, second = (desk.take(key="call-1") for _ in range(2))

    assert case_of(city, first)["id"] == case_of(city, second)["id"]
    assert len(city.get("/incidents").json["items"]) == 1


def test_what_may_be_known_already_is_shown_before_it_is_taken_down(city):
    known = city.post("/incidents", {**RUBBISH, "category": "04-01"}, WANG).json
    city.catch_up()
    desk = Desk(city)

    asked = desk.take(key="call-1")

    assert asked.status_code == 200
    assert known["number"] in asked.text
    assert "13800138000" in asked.text
    assert len(city.get("/incidents").json["items"]) == 1
    assert case_of(city, desk.take(key="call-1", same="another"))["source"] == "hotline"


def test_an_acceptor_takes_it_down_and_the_hotline_classifies_it(city):
    answer = Desk(city, LI).take()

    assert "later=1" in answer.headers["Location"]
    assert case_of(city, answer)["stage"] == "taken"


@pytest.mark.parametrize("missing", ["category", "area"])
def test_what_is_missing_is_said_and_nothing_typed_is_lost(city, missing):
    answer = Desk(city).take(**{missing: ""})

    assert answer.status_code == 422
    assert "韩秀英" in answer.text
    assert city.get("/incidents").json["items"] == []


def test_category_and_place_are_taken_as_the_lists_offer_them(city):
    case = case_of(city, Desk(city).take(category="04-01 Water", area=f"{GRID} Grid 1"))

    assert case["area"] == GRID


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_offers_the_urgencies_of_the_rules_in_force(city, language):
    page = Desk(city, language=language).look().text

    assert page.count('name="condition"') == 4
    assert ("Life or property" in page) == (language == "en")
    assert ("危及人身" in page) == (language == "zh")


def test_the_page_is_for_those_who_take_calls(city):
    assert Desk(city, WHO["p-zheng-shuang"]).look().status_code == 403
    assert "another role" in Desk(city, WANG).look().text
    assert Desk(city, WANG).take().status_code == 403


def test_a_call_is_taken_down_over_the_api_too(city):
    body = {
        "workflow": "hotline-case",
        "source": "hotline",
        "category": "04-01",
        "area": GRID,
        "contact": {"name": "韩秀英", "phone": "13800138000", "callback": "18:00"},
    }

    told = city.post("/incidents", body, CLERK)

    assert told.status_code == 201
    kept = city.gridward.ledger.words(UUID(told.json["id"]), 1, "contact")
    assert kept == "name: 韩秀英\nphone: 13800138000\ncallback: 18:00"
    wrong = {**body, "contact": {"id_card": "1"}}
    assert refusal(city.post("/incidents", wrong, CLERK)) == (422, "fields-invalid")
