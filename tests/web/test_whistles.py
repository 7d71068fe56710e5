"""The API of whistles: blown, answered, judged, listed; and what duplicates the API tells of."""

from datetime import timedelta
from uuid import uuid4

import pytest

from tests.city import HEPING, KAIFENG, PEOPLE, ROADS, SANITATION, XIAOBAILOU, centre, grid
from tests.web.test_commands import LI, RUBBISH, WANG, refusal

WHO = {someone.handle: someone for someone in PEOPLE}
ZHAO, QIAN, SUN, MA = (
    WHO[f"p-{name}"] for name in ("zhao-lei", "qian-feng", "sun-qiang", "ma-chao")
)
LON, LAT = centre(grid(KAIFENG))
HERE = {"lon": LON, "lat": LAT}
PHOTO = "ab" * 32
WORK = {"kind": "work", "cause": "pressing-matter", "parties": [SANITATION, ROADS]}


@pytest.fixture
def case(house):
    return house.post("/incidents", {**RUBBISH, "place": HERE}, WANG).json["id"]


def blow(house, case, **other):
    return house.post(f"/incidents/{case}/whistles", {**WORK, **other}, ZHAO)


@pytest.fixture
def whistle(house, case):
    return blow(house, case).json["id"]


def party(house, whistle, unit):
    parties = house.get(f"/whistles/{whistle}").json["parties"]
    return next(one for one in parties if one["unit"] == unit)


def open_to(house, whistle, who):
    orders = house.get(f"/whistles/{whistle}", who).json["orders"]
    return {(one["order"], one["party"]) for one in orders}


def test_a_whistle_is_answered_with_its_address_and_version(house, case):
    answer = blow(house, case, words="外墙松动")

    assert answer.status_code == 201
    assert answer.headers["ETag"] == '"1"'
    assert answer.headers["Location"] == f"/api/v1/whistles/{answer.json['id']}"
    shown = house.get(f"/whistles/{answer.json['id']}").json
    assert (shown["state"], shown["kind_label"]["en"], shown["words"], shown["area"]) == (
        "blown",
        "Work whistle",
        "外墙松动",
        str(XIAOBAILOU),
    )
    assert [one["unit"] for one in shown["parties"]] == [SANITATION, ROADS]
    assert {one["state"] for one in shown["parties"]} == {"summoned"}


def test_a_whistle_sent_twice_is_blown_once(house, case):
    first = house.post(f"/incidents/{case}/whistles", WORK, ZHAO, key="tap")
    second = house.post(f"/incidents/{case}/whistles", WORK, ZHAO, key="tap")

    assert (second.status_code, second.json) == (first.status_code, first.json)
    assert second.headers["Idempotency-Replayed"] == "true"
    assert len(house.get(f"/incidents/{case}/whistles").json["items"]) == 1


def test_a_party_answers_step_by_step_and_the_street_judges(house, whistle):
    at = f"/whistles/{whistle}/parties/{SANITATION}"
    for order, body in (
        ("sign-for", {}),
        ("contact", {}),
        ("check-in", {"place": HERE, "photo": PHOTO}),
        ("begin", {}),
        ("finish", {"result": "已清运"}),
    ):
        house.clock.forward(minutes=5)
        answer = house.post(f"{at}/{order}", body, SUN)
        assert answer.status_code == 200, answer.json
    house.post(f"/whistles/{whistle}/parties/{ROADS}/withdraw", {"reason": "不涉及道路"}, ZHAO)
    house.post(f"{at}/rate", {"stars": 5, "remark": "来得快"}, ZHAO)
    done = house.post(f"/whistles/{whistle}/confirm", {"result": "solved"}, ZHAO)

    assert done.status_code == 200
    shown = house.get(f"/whistles/{whistle}").json
    assert (shown["state"], shown["result"], shown["orders"]) == ("confirmed", "solved", [])
    assert [one["state"] for one in shown["parties"]] == ["done", "withdrawn"]
    assert (shown["parties"][0]["stars"], shown["parties"][0]["distance_m"]) == (5, 0)
    (answered,) = house.get(f"/responses?unit={SANITATION}&area={HEPING}").json["items"]
    assert (answered["signed"]["percent"], answered["stars"]["mean"]) == (100.0, 5.0)


def test_who_checks_in_too_far_away_is_told_how_far(house, whistle):
    at = f"/whistles/{whistle}/parties/{SANITATION}"
    house.post(f"{at}/sign-for", {}, SUN)
    far = {"lon": LON + 0.03, "lat": LAT}

    answer = house.post(f"{at}/check-in", {"place": far, "photo": PHOTO}, SUN)

    assert refusal(answer) == (422, "too-far")
    assert answer.json["facts"] == {"distance_m": 2589, "radius_m": 500}


def test_each_is_offered_what_the_desk_would_carry_out(house, whistle):
    assert open_to(house, whistle, SUN) == {("sign-for", SANITATION)}
    assert open_to(house, whistle, ZHAO) == {
        ("withdraw", SANITATION),
        ("withdraw", ROADS),
        ("call-off", None),
    }
    assert refusal(house.get(f"/whistles/{whistle}", WANG)) == (403, "not-for-your-role")

    house.post(f"/whistles/{whistle}/parties/{SANITATION}/sign-for", {}, SUN)

    assert open_to(house, whistle, SUN) == {("contact", SANITATION), ("check-in", SANITATION)}


def test_an_offer_records_nothing(house, whistle):
    for who in (SUN, MA, ZHAO, QIAN):
        open_to(house, whistle, who)

    assert house.get(f"/whistles/{whistle}").json["version"] == 1


def test_another_unit_cannot_answer_for_a_party(house, whistle):
    answer = house.post(f"/whistles/{whistle}/parties/{SANITATION}/sign-for", {}, MA)

    assert refusal(answer) == (403, "not-your-party")


def test_a_hard_case_waits_for_the_district(house, case):
    asked = blow(house, case, kind="hard-case").json["id"]
    assert house.get(f"/whistles/{asked}").json["state"] == "asked-for"
    assert open_to(house, asked, QIAN) == {("approve", None), ("decline", None)}

    answer = house.post(f"/whistles/{asked}/approve", {}, QIAN)

    assert answer.status_code == 200
    assert house.get(f"/whistles/{asked}").json["state"] == "blown"


def test_an_unknown_whistle_and_an_unknown_case_are_not_found(house):
    nobody = uuid4()
    for path in (f"/whistles/{nobody}", f"/incidents/{nobody}/whistles"):
        assert house.get(path).status_code == 404
    assert refusal(house.post(f"/whistles/{nobody}/confirm", {"result": "solved"}, ZHAO)) == (
        404,
        "no-such-whistle",
    )
    assert refusal(blow(house, nobody)) == (404, "no-such-incident")


def test_a_unit_finds_its_summons_until_nothing_more_is_expected_of_it(house, whistle):
    mine = f"/whistles?unit={ROADS}"
    assert [one["id"] for one in house.get(mine).json["items"]] == [whistle]

    house.post(f"/whistles/{whistle}/parties/{ROADS}/withdraw", {"reason": "not theirs"}, ZHAO)

    assert house.get(mine).json["items"] == []
    assert [one["id"] for one in house.get(f"{mine}&state=all").json["items"]] == [whistle]


def test_lists_are_paged_with_what_is_due_first(house, case):
    made = [blow(house, case, parties=[unit]).json["id"] for unit in (SANITATION, ROADS)]
    house.clock.forward(minutes=1)
    urgent = blow(house, case, kind="emergency", cause="emergency").json["id"]

    page = house.get(f"/whistles?area={HEPING}&limit=1").json
    shown = [page["items"][0]["id"]]
    while page["next"]:
        page = house.get(f"/whistles?area={HEPING}&limit=1&after={page['next']}").json
        shown += [one["id"] for one in page["items"]]

    assert shown[0] == urgent
    assert sorted(shown[1:]) == sorted(made)
    assert house.get("/whistles?kind=emergency").json["items"][0]["id"] == urgent
    assert house.get("/whistles?overdue=true").json["items"] == []
    assert house.get(f"/whistles?state=over&area={HEPING}").json["items"] == []


def test_a_list_goes_on_newest_first_when_the_whistles_are_over(house, case):
    over = []
    for unit in (SANITATION, ROADS, SANITATION):
        house.clock.forward(minutes=1)
        over.append(blow(house, case, parties=[unit]).json["id"])
        house.post(f"/whistles/{over[-1]}/call-off", {"reason": "误吹"}, ZHAO)

    first = house.get("/whistles?state=over&limit=2").json
    second = house.get(f"/whistles?state=over&limit=2&after={first['next']}").json

    assert [one["id"] for one in (*first["items"], *second["items"])] == over[::-1]


@pytest.mark.parametrize("after", ["x", "MS4xLjE", "a" * 399])
def test_a_marker_that_nobody_gave_is_refused(still_house, after):
    assert refusal(still_house.get(f"/whistles?after={after}")) == (422, "bad-cursor")


def test_a_report_is_answered_with_what_may_be_the_same_matter(house):
    first = house.post("/incidents", {**RUBBISH, "place": HERE}, WANG).json
    assert first["suggested"] == []
    house.clock.forward(minutes=3)

    second = house.post("/incidents", {**RUBBISH, "place": HERE}, WANG).json

    (found,) = second["suggested"]
    assert (found["id"], found["number"], found["metres"]) == (first["id"], first["number"], 0)
    asked = house.get(f"/incidents/{second['id']}/suggestions").json["items"]
    assert asked == second["suggested"]


def test_a_merged_case_follows_and_may_be_taken_out_again(house):
    first, second = (house.post("/incidents", RUBBISH, WANG).json["id"] for _ in range(2))
    first, second = sorted((first, second))
    assert house.step(second, "merge", LI, leading=first).status_code == 200
    assert house.get(f"/incidents/{second}").json["leading"] == first
    (follower,) = house.get(f"/incidents/{first}/followers").json["items"]
    assert (follower["id"], follower["merged"], follower["reporter"]) == (
        second,
        True,
        "p-wang-fang",
    )

    house.clock.at += timedelta(minutes=1)
    answer = house.post(f"/incidents/{second}/unmerge", {"reason": "另一处"}, LI)

    assert answer.status_code == 200, answer.json
    assert house.get(f"/incidents/{second}").json["leading"] is None
    assert house.get(f"/incidents/{first}/followers").json["items"] == []
    assert refusal(house.post(f"/incidents/{second}/unmerge", {"reason": "x"}, LI)) == (
        409,
        "not-merged",
    )


@pytest.mark.parametrize("query", ["first=0001-01-01", "last=9999-12-31"])
def test_days_beyond_every_calendar_are_refused(still_house, query):
    assert refusal(still_house.get(f"/responses?{query}")) == (422, "fields-invalid")
