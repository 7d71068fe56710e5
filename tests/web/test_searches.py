"""Who called before: found by number or name by those who may, and each search is an event."""

import re

import pytest

from domain.kernel.act import OPERATOR, Act
from ops.following import followers
from tests.city import CITY
from tests.web.open311.partner import Partner
from tests.web.test_commands import CHEN, LI, WANG, WHO, ZHANG
from tests.web.test_pages import Browser
from workflows.privacy.commands import ErasePerson

AUDITOR, OF_ANOTHER_STREET = WHO["p-zheng-shuang"], WHO["p-zhou-jie"]
HAN = {"first_name": "秀英", "last_name": "韩", "phone": "138 0013 8000", "email": "han@example.cn"}


class Phone:
    """Residents who report, and staff who ask who called before."""

    def __init__(self, house):
        self.house = house
        self.partner = Partner(house=house)

    def report(self, **given):
        self.house.clock.forward(minutes=1)
        case = self.partner.report({**HAN, **given})["service_request_id"]
        for one in followers(self.house.gridward):
            one.prepare()
            one.catch_up()
        return case

    def look(self, kind="phone", value="+86 13800138000", who=LI, purpose="called-before", **more):
        body = {"kind": kind, "value": value, "purpose": purpose, **more}
        return self.house.post("/searches", body, who)

    def found(self, *given):
        return [one["id"] for one in self.look(*given).json["items"]]

    def looked(self, handle, who=AUDITOR):
        return self.house.get(f"/people/{handle}/searches", who)


@pytest.fixture
def phone(small_house):
    return Phone(small_house)


def test_a_caller_is_found_by_number_name_and_address_until_erased(house):
    phone = Phone(house)
    first, second = phone.report(), phone.report(phone="022-2345 6789", first_name="秀")

    by_number, by_name = phone.found(), phone.found("name", "韩秀英")
    by_address = phone.found("email", "HAN@example.cn")
    act = Act(person=OPERATOR, role=OPERATOR, area=CITY, command_id="e", at=house.clock())
    house.gridward.desk.do(ErasePerson(subject=f"case:{first}", basis="pipl-47"), act)

    assert (by_number, by_name, by_address) == ([first], [first], [second, first])
    assert (phone.found(), phone.found("email", "han@example.cn")) == ([], [second])


def test_a_number_that_stands_in_what_was_written_is_found(phone):
    case = phone.report(description="路灯不亮，回电 139-1111-2222", phone="")

    assert phone.found("phone", "13911112222") == [case]


def test_every_search_is_an_event_that_auditors_read_and_holds_no_number(phone):
    case = phone.report()
    shown, missed = phone.look().json, phone.look(value="13911112222").json

    listed = phone.looked("p-li-na").json["items"]
    facts = phone.house.gridward.ledger.facts(shown["record"])
    assert [(one["kind"], one["purpose"], one["found"]) for one in listed] == [
        ("phone", "called-before", [case]),
        ("phone", "called-before", []),
    ]
    assert (shown["version"], missed["version"]) == (1, 2)
    assert "138" not in str([(fact.kind, fact.purpose) for fact in facts])
    assert phone.looked("p-li-na", LI).status_code == 403


def test_a_search_finds_nothing_outside_the_own_area(phone):
    phone.report()

    assert phone.found("phone", "13800138000", OF_ANOTHER_STREET) == []


@pytest.mark.parametrize("who", [WANG, CHEN, AUDITOR], ids=lambda who: who.role)
def test_only_who_answers_callers_looks_for_them(phone, who):
    assert phone.look(who=who).json["code"] == "not-for-your-role"


@pytest.mark.parametrize("who", [LI, ZHANG], ids=lambda who: who.role)
def test_who_answers_callers_may(phone, who):
    assert phone.look(who=who).status_code == 200


def test_the_page_finds_a_caller_and_keeps_the_number_out_of_every_address(phone):
    case = phone.report()
    browser = Browser(phone.house, LI)
    browser.get("/callers")
    asked = {"kind": "phone", "value": "138-0013-8000", "purpose": "called-before"}

    shown = browser.post("/callers", key=browser.key(), **asked)
    missed = browser.post("/callers", key=f"{browser.key()}2", **asked | {"value": "110"})

    assert f"/incidents/{case}" in shown.text
    assert not re.search(r"(href|action)=\"[^\"]*138", shown.text)
    assert (missed.status_code, "whole name" in missed.text) == (422, True)
    assert len(phone.looked("p-li-na").json["items"]) == 1


def test_the_page_says_who_may_look(phone):
    assert "you act in another role" in Browser(phone.house, CHEN).get("/callers").text


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"value": "110"}, "invalid-search"),
        ({"kind": "name", "value": "  "}, "invalid-search"),
        ({"kind": "shoe"}, "fields-invalid"),
        ({"purpose": "curious about 13800138000"}, "fields-invalid"),
        ({"value": ""}, "fields-invalid"),
    ],
)
def test_a_search_that_makes_no_sense_is_refused_and_not_repeated_aloud(phone, wrong, code):
    answer = phone.look(**wrong)

    assert (answer.status_code, answer.json["code"]) == (422, code)
    assert "13800138000" not in answer.text
