"""Whoever decided on what is no longer so is told, over the API and on pages; others go on."""

import re

import pytest

from tests.city import ROADS, SANITATION
from tests.web.test_commands import RUBBISH, WANG
from tests.web.test_pages import Browser
from tests.web.test_whistles import HERE, MA, SUN, WORK, ZHAO


@pytest.fixture
def whistle(small_house):
    case = small_house.post("/incidents", {**RUBBISH, "place": HERE}, WANG).json["id"]
    return small_house.post(f"/incidents/{case}/whistles", WORK, ZHAO).json["id"]


def order(house, whistle, word, who, *, party=None, seen=None, body=None):
    path = f"/parties/{party}/{word}" if party else f"/{word}"
    headers = {"If-Match": f'"{seen}"'} if seen else {}
    return house.post(f"/whistles/{whistle}{path}", body or {}, who, **headers)


def test_an_order_upon_what_was_seen_is_carried_out(small_house, whistle):
    answer = order(small_house, whistle, "sign-for", SUN, party=SANITATION, seen=1)

    assert answer.status_code == 200


def test_an_order_to_a_party_that_somebody_acted_on_since_is_refused(small_house, whistle):
    order(small_house, whistle, "sign-for", SUN, party=SANITATION)

    stale = order(
        small_house, whistle, "withdraw", ZHAO, party=SANITATION, seen=1, body={"reason": "不必"}
    )

    assert (stale.status_code, stale.json["code"]) == (412, "stale-version")


def test_what_another_party_did_meanwhile_is_no_hindrance(small_house, whistle):
    order(small_house, whistle, "sign-for", SUN, party=SANITATION)

    answer = order(small_house, whistle, "sign-for", MA, party=ROADS, seen=1)

    assert answer.status_code == 200


def test_an_order_to_all_is_stale_upon_anything_that_a_party_did(small_house, whistle):
    order(small_house, whistle, "sign-for", SUN, party=SANITATION)

    stale = order(small_house, whistle, "call-off", ZHAO, seen=1, body={"reason": "误吹"})

    assert (stale.status_code, stale.json["code"]) == (412, "stale-version")


def test_a_party_that_became_late_answers_as_before(small_house, whistle):
    small_house.clock.forward(days=1)
    assert small_house.ring()

    answer = order(small_house, whistle, "sign-for", SUN, party=SANITATION, seen=1)

    assert answer.status_code == 200


def test_a_repeated_order_is_answered_as_the_first_though_the_version_has_risen(
    small_house, whistle
):
    path = f"/whistles/{whistle}/parties/{SANITATION}/sign-for"
    sent = {"key": "k-1", "If-Match": '"1"'}
    first = small_house.post(path, {}, SUN, **sent)

    again = small_house.post(path, {}, SUN, **sent)

    assert again.status_code == first.status_code == 200
    assert again.headers["Idempotency-Replayed"] == "true"


def test_a_form_made_before_somebody_acted_is_refused_on_the_page(small_house, whistle):
    browser = Browser(small_house, ZHAO)
    page = browser.get(f"/whistles/{whistle}").text
    version = re.search(r'name="version" value="(\d+)"', page)
    order(small_house, whistle, "sign-for", SUN, party=SANITATION)

    answer = browser.post(
        f"/whistles/{whistle}/parties/{SANITATION}/withdraw",
        key=browser.key(),
        version=version[1] if version else "",
        reason="不必",
    )

    assert (version and version[1], answer.status_code) == ("1", 412)
    assert 'name="version" value="2"' in answer.text
