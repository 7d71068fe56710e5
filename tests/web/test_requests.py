"""Over the API: requests and their ledger, backlog, reopening, limit steps, who reads what."""

import pytest

from tests.city import ROADS, SANITATION
from tests.web.test_commands import CHEN, LI, RUBBISH, WANG, WHO, ZHANG, refusal

SUN, MA, QIAN, AUDITOR = (
    WHO[f"p-{name}"] for name in ("sun-qiang", "ma-chao", "qian-feng", "zheng-shuang")
)


def order(house, incident, *steps):
    """Take steps in order: name, who, answers."""
    for step, who, answers in steps:
        answer = house.step(incident, step, who, **answers)
        assert answer.status_code == 200, answer.json


def handling(house, *, category="01-02", unit=SANITATION):
    incident = house.post("/incidents", {**RUBBISH, "category": category}, WANG).json["id"]
    order(
        house,
        incident,
        ("pass_on", LI, {}),
        ("file", ZHANG, {"category": category}),
        ("dispatch", CHEN, {"unit": unit}),
    )
    return incident


@pytest.fixture
def closed(house):
    """A case of the grid member's own, closed."""
    incident = handling(house)
    order(
        house,
        incident,
        ("done", SUN, {}),
        ("send_to_check", LI, {}),
        ("pass_check", WANG, {}),
        ("close", ZHANG, {"outcome": "normal"}),
    )
    return incident


def test_each_request_stands_in_the_ledger_with_who_asked_and_who_decided(house):
    incident = handling(house)
    more = {"minutes": 240, "reason": "下雨"}
    order(
        house,
        incident,
        ("ask_deferral", SUN, more),
        ("grant_deferral", CHEN, {"minutes": 120}),
        ("ask_deferral", SUN, more),
    )
    refused = house.step(incident, "grant_deferral", CHEN, minutes=120)
    order(house, incident, ("refuse_deferral", QIAN, {"reason": "雨停了"}))
    house.catch_up()

    told = house.get("/requests?kind=deferral").json

    assert refusal(refused) == (403, "not-the-approver")
    assert "commander (district)" in refused.json["reason"]
    assert [(one["request"], one["decision"], one["decided_by"]) for one in told["items"]] == [
        ("deferral:2", "refused", "p-qian-feng"),
        ("deferral:1", "granted", "p-chen-jing"),
    ]
    assert (told["items"][1]["minutes"], told["items"][1]["granted_minutes"]) == (240, 120)
    share = told["shares"]["deferral"]
    assert (share["numerator"], share["denominator"]) == (1, 1)
    assert {(one["decision"], one["requests"]) for one in told["asked"]} == {
        ("granted", 1),
        ("refused", 1),
    }
    assert house.get(f"/requests?incident={incident}&decision=open").json["items"] == []


def test_the_ledger_of_requests_goes_on_page_by_page(house):
    incident = handling(house)
    for _ in range(3):
        house.clock.forward(minutes=1)
        order(
            house,
            incident,
            ("ask_return", SUN, {"reason": "不归我们"}),
            ("refuse_return", CHEN, {"reason": "归你们"}),
        )
    house.catch_up()

    first = house.get("/requests?limit=2").json
    second = house.get(f"/requests?limit=2&after={first['next']}").json

    pages = [*first["items"], *second["items"]]
    assert [one["request"] for one in pages] == ["return:3", "return:2", "return:1"]
    assert second["next"] is None
    assert refusal(house.get("/requests?after=zzz"))[1] == "bad-cursor"


def test_a_suspended_case_is_found_as_backlog_after_sixty_days(house):
    incident = handling(house)
    order(
        house,
        incident,
        ("ask_suspension", SUN, {"reason": "缺料"}),
        ("grant_suspension", CHEN, {}),
    )
    house.clock.forward(days=60, minutes=1)
    house.ring()

    found = house.get("/incidents?backlog=true").json["items"]
    order(house, incident, ("resume", CHEN, {}))
    house.catch_up()

    assert [one["id"] for one in found] == [incident]
    assert house.get("/incidents?backlog=true").json["items"] == []


def test_a_reopened_case_stands_on_the_board_again_with_its_earlier_judgement_in_the_story(
    house, closed
):
    order(
        house,
        closed,
        ("rate", WANG, {"service": "satisfied", "handling": "dissatisfied"}),
        ("ask_reopening", WANG, {"reason": "没清完"}),
        ("grant_reopening", ZHANG, {}),
    )
    house.catch_up()

    topics = [one["topic"] for one in house.get(f"/incidents/{closed}/timeline").json["items"]]
    case = house.get(f"/incidents/{closed}").json

    assert topics.count("incident.settled") == 1
    assert (case["stage"], case["final"], case["outcome"]) == ("awaiting_dispatch", None, None)
    assert closed in [one["id"] for one in house.get("/incidents").json["items"]]


def test_what_a_reporter_says_is_for_those_who_may_read_it(house, closed):
    said = {"service": "dissatisfied", "handling": "satisfied", "said": "态度不好"}
    order(house, closed, ("rate", WANG, said))

    def last(who):
        return house.get(f"/incidents/{closed}/timeline", who).json["items"][-1]

    for reader in (WANG, LI, AUDITOR):  # who said it, and two roles that may read it
        assert last(reader)["words"] == {"remark": "态度不好"}, reader.handle
        assert last(reader)["kept"] == []
    assert last(SUN)["words"] == {}
    assert last(SUN)["kept"] == ["said"]
    assert last(SUN)["facts"]["service"] == "dissatisfied"


def test_an_illegal_building_shows_its_limits_on_the_way(house):
    incident = handling(house, category="01-01", unit=ROADS)

    before = {one["name"] for one in house.get(f"/incidents/{incident}").json["deadlines"]}
    order(house, incident, ("report_limit_step", MA, {"limit_step": "stop"}))
    after = {one["name"] for one in house.get(f"/incidents/{incident}").json["deadlines"]}
    unknown = house.step(incident, "report_limit_step", MA, limit_step="paint")

    assert before == {"bundled", "stop", "fine", "demolish"}
    assert before - after == {"stop"}
    assert refusal(unknown) == (422, "unknown-limit-step")


def test_evidence_is_the_hash_of_a_photo(house):
    incident = house.post("/incidents", RUBBISH, WANG).json["id"]
    order(house, incident, ("pass_on", LI, {}), ("file", ZHANG, {"category": "01-02"}))

    without = house.step(incident, "ask_void", CHEN, reason="重复")
    order(house, incident, ("ask_void", CHEN, {"photo": "a" * 64, "reason": "重复"}))
    house.catch_up()

    assert refusal(without) == (422, "answers-invalid")
    (asked,) = house.get("/requests?kind=void").json["items"]
    assert (asked["evidence"], asked["decision"]) == ("a" * 64, "open")
