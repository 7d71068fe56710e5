"""Reporting what was reported before: the page asks, and nothing that was typed is lost."""

import re

import pytest

from tests.city import KAIFENG, grid
from tests.web.test_commands import RUBBISH, WANG
from tests.web.test_pages import Browser
from tests.web.test_whistles import ZHAO

TYPED = {"category": "01-02", "area": str(grid(KAIFENG)), "words": "还没写完的一句话"}


@pytest.fixture
def first(small_house):
    incident = small_house.post("/incidents", RUBBISH, WANG).json["id"]
    small_house.clock.forward(minutes=4)
    return incident


def reporting(house, who=WANG):
    browser = Browser(house, who)
    browser.get("/report")
    return browser, {**TYPED, "key": browser.key()}


def cases(house):
    return house.get("/incidents?state=all").json["items"]


def test_the_page_asks_before_a_second_report_and_keeps_what_was_typed(small_house, first):
    browser, typed = reporting(small_house)

    asked = browser.post("/report", **typed)

    assert asked.status_code == 200
    assert "Is it one of these?" in asked.text
    assert f'name="same" value="{first}"' in asked.text
    assert TYPED["words"] in asked.text
    assert re.search(r'name="category" value="01-02" checked', asked.text)
    assert typed["key"] in asked.text
    assert len(cases(small_house)) == 1


def test_what_was_chosen_from_the_list_stays_chosen_though_it_is_a_tile_now(small_house, first):
    browser, typed = reporting(small_house)
    typed["other"] = typed.pop("category")

    asked = browser.post("/report", **typed)

    assert re.search(r'name="category" value="01-02" checked', asked.text)


def test_another_matter_is_reported_as_it_was_typed(small_house, first):
    browser, typed = reporting(small_house)

    answer = browser.post("/report", **typed, same="another")

    assert answer.status_code == 303
    second = next(one for one in cases(small_house) if one["id"] != first)
    shown = small_house.get(f"/incidents/{second['id']}").json
    assert (shown["words"], shown["leading"]) == (TYPED["words"], None)


def test_the_same_matter_is_reported_and_follows_the_first(small_house, first):
    browser, typed = reporting(small_house)

    answers = [browser.post("/report", **typed, same=first) for _ in range(2)]

    assert {answer.headers["Location"] for answer in answers} == {answers[0].headers["Location"]}
    assert "apart" not in answers[0].headers["Location"]
    (follower,) = small_house.get(f"/incidents/{first}/followers").json["items"]
    assert follower["reporter"] == WANG.handle
    assert small_house.get(f"/incidents/{follower['id']}").json["words"] == TYPED["words"]


def test_a_case_that_cannot_lead_leaves_the_report_standing(small_house, first):
    browser, typed = reporting(small_house)

    answer = browser.post("/report", **typed, same="no-case")

    assert "apart=1" in answer.headers["Location"]
    assert "looks at both" in browser.get(answer.headers["Location"]).text
    assert len(cases(small_house)) == 2


def test_a_report_sent_twice_is_not_asked_about_itself(small_house):
    browser, typed = reporting(small_house)

    answers = [browser.post("/report", **typed) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert len(cases(small_house)) == 1


def test_who_may_not_join_cases_is_shown_them_and_may_report(small_house, first):
    browser, typed = reporting(small_house, ZHAO)

    asked = browser.post("/report", **typed)

    assert "Is it one of these?" in asked.text
    assert f'name="same" value="{first}"' not in asked.text
    assert 'name="same" value="another"' in asked.text
