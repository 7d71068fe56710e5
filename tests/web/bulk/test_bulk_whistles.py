"""Many orders to whistles in one request: blown, answered and judged, each by itself."""

from uuid import uuid4

import pytest

from tests.city import ROADS, SANITATION
from tests.house import as_
from tests.web.bulk.test_bulk import results, send, still
from tests.web.test_commands import LI, RUBBISH, WANG, WHO, refusal
from tests.web.test_whistles import HERE

__all__ = ["still"]
ZHAO, SUN = WHO["p-zhao-lei"], WHO["p-sun-qiang"]
WORK = {"kind": "work", "cause": "pressing-matter", "parties": [SANITATION, ROADS]}


def blow(key, incident, **more):
    return {"key": key, "blow": {"incident": incident, **WORK, **more}}


def to(key, whistle, order, party=None, version=None, **said):
    named = {} if party is None else {"party": party}
    seen = {} if version is None else {"version": version}
    asked = {"whistle": whistle, "order": order, "said": said, **named, **seen}
    return {"key": key, "whistle": asked}


@pytest.fixture
def cases(small_house):
    """Two cases with a place, to which parties can come."""
    lying = {**RUBBISH, "place": HERE}
    return [small_house.post("/incidents", lying, WANG).json["id"] for _ in range(2)]


@pytest.fixture
def whistles(small_house, cases):
    told = send(small_house, *(blow(f"b{n}", one) for n, one in enumerate(cases)), who=ZHAO)
    assert results(told) == [(201, None), (201, None)]
    return [one["id"] for one in told.json["items"]]


def test_several_whistles_are_blown_and_answered_each_by_itself(small_house, whistles):
    first, second = whistles

    answer = send(
        small_house,
        to("a", first, "sign-for", SANITATION),
        to("b", second, "sign-for", SANITATION),
        to("c", second, "sign-for", ROADS),
        to("d", str(uuid4()), "sign-for", SANITATION),
        who=SUN,
    )

    statuses = [status for status, _ in results(answer)]
    assert statuses[:2] == [200, 200]
    assert statuses[2] in (403, 404)
    assert statuses[3] == 404
    assert (answer.json["done"], answer.json["refused"]) == (2, 2)
    parties = small_house.get(f"/whistles/{second}").json["parties"]
    assert {one["unit"]: one["state"] for one in parties}[SANITATION] == "signed-for"


def test_a_result_names_the_whistle_and_no_case_number(small_house, whistles):
    (one,) = send(small_house, to("a", whistles[0], "call-off", reason="重复"), who=ZHAO).json[
        "items"
    ]

    assert (one["id"], one["number"], one["status"]) == (whistles[0], None, 200)


def test_an_order_on_a_whistle_that_moved_is_refused_as_if_match_would(small_house, whistles):
    send(small_house, to("a", whistles[0], "sign-for", SANITATION), who=SUN)

    answer = send(
        small_house,
        to("b", whistles[0], "withdraw", SANITATION, version=1, reason="不需要"),
        to("c", whistles[1], "withdraw", SANITATION, version=1, reason="不需要"),
        who=ZHAO,
    )

    assert results(answer) == [(412, "stale-version"), (200, None)]


def test_orders_to_whistles_sent_again_are_carried_out_once(small_house, whistles):
    order = to("tap-1", whistles[0], "sign-for", SANITATION)
    first, second = (send(small_house, order, who=SUN).json["items"][0] for _ in range(2))

    assert (first["repeated"], second["repeated"]) == (False, True)
    assert first["version"] == second["version"]
    alone = small_house.post(
        f"/whistles/{whistles[0]}/parties/{SANITATION}/sign-for", {}, SUN, key="tap-1"
    )
    assert alone.headers["Idempotency-Replayed"] == "true"


def test_who_may_not_blow_is_told_so_for_each(small_house, cases):
    answer = send(small_house, *(blow(f"b{n}", one) for n, one in enumerate(cases)), who=LI)

    assert {status for status, _ in results(answer)} == {403}


@pytest.mark.parametrize(
    "order",
    [
        to("a", str(uuid4()), "sign-for"),
        to("a", str(uuid4()), "confirm", SANITATION, result="solved"),
        to("a", str(uuid4()), "praise"),
        to("a", str(uuid4()), "rate", SANITATION),
        to("a", str(uuid4()), "sign-for", SANITATION, words="x"),
        blow("a", str(uuid4()), parties=[]),
        {**blow("a", str(uuid4())), **to("a", str(uuid4()), "call-off")},
    ],
)
def test_an_order_to_a_whistle_that_makes_no_sense_is_refused_whole(still, order):
    answer = still.client().post("/api/v1/bulk", json={"orders": [order]}, headers=as_(ZHAO))

    assert refusal(answer) == (422, "fields-invalid")
