"""What the API does with orders: carried out once, on the version that was seen, or refused."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from tests.city import (
    CITY,
    KAIFENG,
    PEOPLE,
    ROADS,
    SANITATION,
    TAISHAN,
    centre,
    grid,
)
from tests.keys import give_key, header_of

WHO = {someone.handle: someone for someone in PEOPLE}
WANG, LI, ZHANG, CHEN = (
    WHO[f"p-{name}"] for name in ("wang-fang", "li-na", "zhang-wei", "chen-jing")
)
RUBBISH = {"area": str(grid(KAIFENG)), "category": "01-02", "words": "门口有垃圾"}


@pytest.fixture
def reported(house):
    return house.post("/incidents", RUBBISH, WANG).json["id"]


def refusal(answer):
    """Status and code of a problem, its form checked."""
    assert answer.content_type == "application/problem+json"
    assert {"type", "title", "status", "detail", "instance", "code", "reason", "facts"} <= set(
        answer.json
    )
    assert answer.json["status"] == answer.status_code
    return answer.status_code, answer.json["code"]


def test_a_report_is_answered_with_its_number_version_and_place(house):
    answer = house.post("/incidents", RUBBISH, WANG)

    assert answer.status_code == 201
    assert answer.headers["ETag"] == '"1"'
    assert answer.headers["Location"] == f"/api/v1/incidents/{answer.json['id']}"
    assert answer.json["version"] == 1
    assert answer.json["number"].startswith("261116-")
    assert "Gridward-Behind" not in answer.headers
    shown = house.get(f"/incidents/{answer.json['id']}").json
    assert (shown["stage"], shown["reporter"], shown["words"]) == (
        "accepting", "p-wang-fang", "门口有垃圾"
    )  # fmt: skip


def test_a_report_sent_twice_is_reported_once(house):
    first = house.post("/incidents", RUBBISH, WANG, key="tap-1")
    house.clock.forward(seconds=20)
    second = house.post("/incidents", RUBBISH, WANG, key="tap-1")

    assert (second.status_code, second.json) == (first.status_code, first.json)
    assert second.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    assert len(house.get("/incidents").json["items"]) == 1


@pytest.mark.parametrize("turn", range(4))
def test_eight_taps_at_once_are_one_report(house, turn):
    with ThreadPoolExecutor(8) as taps:
        answers = list(
            taps.map(lambda _: house.post("/incidents", RUBBISH, WANG, key="t"), range(8))
        )

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json["id"] for answer in answers}) == 1


@pytest.mark.parametrize("turn", range(4))
def test_eight_taps_at_once_are_one_step(house, reported, turn):
    path, body = f"/incidents/{reported}/steps/pass_on", {"answers": {"remark": f"{turn}"}}

    with ThreadPoolExecutor(8) as taps:
        answers = list(taps.map(lambda _: house.post(path, body, LI, key="t"), range(8)))

    assert [answer.status_code for answer in answers] == [200] * 8
    assert {answer.json["version"] for answer in answers} == {2}


def test_another_wish_under_the_same_key_is_refused(house):
    house.post("/incidents", RUBBISH, WANG, key="tap-1")

    answer = house.post("/incidents", RUBBISH | {"category": "01-03"}, WANG, key="tap-1")

    assert refusal(answer) == (422, "command-id-reused")


def test_a_point_is_taken_to_its_grid(house):
    lon, lat = centre(grid(KAIFENG, 2))
    body = {"place": {"lon": lon, "lat": lat}, "category": "01-02", "source": "public"}

    answer = house.post("/incidents", body, LI)

    shown = house.get(f"/incidents/{answer.json['id']}").json
    assert shown["area"] == str(grid(KAIFENG, 2))
    assert shown["place"] == {"lon": pytest.approx(lon), "lat": pytest.approx(lat)}


def test_a_point_outside_the_city_is_told_the_nearest_grid(still_house):
    answer = still_house.post(
        "/incidents", {"place": {"lon": 100, "lat": 39.1}, "category": "01-02"}, LI
    )

    assert refusal(answer) == (422, "no-grid-here")
    assert answer.json["facts"]["metres"] > 1_000_000


def test_the_time_of_the_device_is_when_it_happened(house):
    earlier = house.clock() - timedelta(hours=3)
    body = RUBBISH | {"happened_at": earlier.isoformat()}

    answer = house.post("/incidents", body, WANG)

    assert answer.status_code == 201
    shown = house.get(f"/incidents/{answer.json['id']}").json
    assert shown["reported_at"] == earlier.isoformat()


@pytest.mark.parametrize(
    ("shift", "code"),
    [
        (timedelta(minutes=1), "time-in-the-future"),
        (timedelta(days=400), "time-in-the-future"),
        (timedelta(days=-30, minutes=-1), "time-too-old"),
    ],
)
def test_impossible_times_are_refused(still_house, shift, code):
    body = RUBBISH | {"happened_at": (still_house.clock() + shift).isoformat()}

    assert refusal(still_house.post("/incidents", body, WANG)) == (422, code)


def test_a_clock_that_is_seconds_ahead_counts_as_now(house):
    body = RUBBISH | {"happened_at": (house.clock() + timedelta(seconds=20)).isoformat()}

    answer = house.post("/incidents", body, WANG)

    shown = house.get(f"/incidents/{answer.json['id']}").json
    assert shown["reported_at"] == house.clock().isoformat()


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"area": "120199999999"}, 422, "unknown-area"),
        ({"area": "999"}, 422, "invalid-area-code"),
        ({"area": "12010100100100x"}, 422, "invalid-area-code"),
        ({"area": "१२०१०१००१००१"}, 422, "invalid-area-code"),
        ({"category": "99-99"}, 422, "unknown-category"),
        ({"category": ""}, 422, "fields-invalid"),
        ({"source": "rumour"}, 422, "fields-invalid"),
        ({"source": "records"}, 422, "fields-invalid"),
        ({"words": "x" * 2001}, 422, "fields-invalid"),
        ({"words": "a\0b"}, 422, "fields-invalid"),
        ({"words": "\ud83d"}, 422, "fields-invalid"),
        ({"words": ["no", "list"]}, 422, "fields-invalid"),
        ({"happened_at": "2026-11-16T08:00:00"}, 422, "fields-invalid"),
        ({"happened_at": "yesterday"}, 422, "fields-invalid"),
        ({"happened_at": "9999-12-31T23:59:59-14:00"}, 422, "fields-invalid"),
        ({"happened_at": "2199-12-29T23:59:59+00:00"}, 422, "time-in-the-future"),
        ({"happened_at": "0001-01-01T00:00:00+14:00"}, 422, "fields-invalid"),
        ({"happened_at": "1970-01-03T00:00:00+14:00"}, 422, "time-too-old"),
        ({"workflow": "no-such-flow"}, 404, "unknown-publication"),
        ({"workflow": "service-request"}, 403, "wrong-role"),
        ({"stage": "closed"}, 422, "fields-invalid"),
        ({"place": {"lon": 181, "lat": 0}}, 422, "fields-invalid"),
        ({"place": {"lon": 1e400, "lat": 0}}, 422, "fields-invalid"),
    ],
)
def test_a_report_that_cannot_be_is_refused(still_house, change, status, code):
    answer = still_house.post("/incidents", RUBBISH | change, WANG)

    assert refusal(answer) == (status, code)
    assert still_house.get("/incidents").json["items"] == []


def test_a_report_without_a_place_is_refused(still_house):
    assert refusal(still_house.post("/incidents", {"category": "01-02"}, WANG)) == (
        422,
        "place-missing",
    )


def test_a_grid_member_reports_in_the_own_grid_only(still_house):
    answer = still_house.post("/incidents", RUBBISH | {"area": str(grid(TAISHAN))}, WANG)

    assert refusal(answer) == (403, "outside-your-area")


def test_a_reader_reports_nothing(still_house):
    answer = still_house.post(
        "/incidents", RUBBISH | {"area": str(CITY)}, still_house.city.who("auditor")
    )

    assert refusal(answer) == (403, "not-for-your-role")


def test_a_step_moves_the_case_and_its_version(house, reported):
    answer = house.step(reported, "pass_on", LI, remark="属实")

    assert answer.status_code == 200
    assert answer.headers["ETag"] == '"2"'
    shown = house.get(f"/incidents/{reported}")
    assert (shown.json["stage"], shown.headers["ETag"]) == ("awaiting_filing", '"2"')


def test_a_step_sent_twice_is_taken_once(house, reported):
    path, body = f"/incidents/{reported}/steps/pass_on", {"answers": {"remark": "属实"}}
    first = house.post(path, body, LI, key="k")
    second = house.post(path, body, LI, key="k")

    assert (first.status_code, first.json) == (second.status_code, second.json)
    assert second.headers["Idempotency-Replayed"] == "true"
    assert house.get(f"/incidents/{reported}").json["version"] == 2


def test_a_step_decided_on_an_old_version_is_refused(house, reported):
    house.step(reported, "pass_on", LI)
    path = f"/incidents/{reported}/steps/hand_back"

    answer = house.post(path, {"answers": {"reason": "缺照片"}}, ZHANG, **{"If-Match": '"1"'})

    assert refusal(answer) == (412, "stale-version")
    assert answer.json["facts"] == {"seen": 1, "now": 2}


@pytest.mark.parametrize("tag", ['"2"', 'W/"2"', "*"])
def test_a_step_decided_on_what_stands_is_taken(house, reported, tag):
    house.step(reported, "pass_on", LI)
    path = f"/incidents/{reported}/steps/hand_back"

    answer = house.post(path, {"answers": {"reason": "缺照片"}}, ZHANG, **{"If-Match": tag})

    assert answer.status_code == 200


@pytest.mark.parametrize("tag", ["2", '"two"', '"2", "3"', '"99999999999999999999"', ""])
def test_an_if_match_that_cannot_be_read_is_refused(house, reported, tag):
    answer = house.post(
        f"/incidents/{reported}/steps/pass_on", {"answers": {}}, LI, **{"If-Match": tag}
    )

    assert refusal(answer) == (400, "if-match-unreadable")


@pytest.mark.parametrize(
    ("step", "who", "answers", "status", "code"),
    [
        ("close", ZHANG, {"outcome": "normal"}, 409, "wrong-stage"),
        ("pass_on", WANG, {}, 403, "wrong-role"),
        ("pass_on", WHO["p-zhou-jie"], {}, 404, "no-such-incident"),
        ("fly", LI, {}, 404, "unknown-step"),
        ("handle_on_spot", WHO["p-liu-yang"], {}, 404, "no-such-incident"),
        ("refuse", LI, {}, 422, "answers-invalid"),
        ("refuse", LI, {"reason": "x", "unit": SANITATION}, 422, "answers-invalid"),
        ("refuse", LI, {"reason": "a\0b"}, 422, "fields-invalid"),
        ("refuse", LI, {"reason": {"deep": 1}}, 422, "answers-invalid"),
    ],
)
def test_a_step_that_is_not_open_is_refused(house, reported, step, who, answers, status, code):
    assert refusal(house.step(reported, step, who, **answers)) == (status, code)
    assert house.get(f"/incidents/{reported}").json["version"] == 1


@pytest.mark.parametrize(
    ("answers", "status", "code"),
    [
        ({"unit": "no-such-unit"}, 422, "unknown-unit"),
        ({"unit": ROADS, "handler": "p-sun-qiang"}, 422, "not-in-unit"),
        ({"unit": ROADS, "handler": "p-nobody"}, 422, "not-in-unit"),
        ({"handler": "p-sun-qiang"}, 422, "answers-invalid"),
        ({"unit": "x" * 500}, 422, "answers-invalid"),
    ],
)
def test_a_dispatch_to_nobody_is_refused(house, reported, answers, status, code):
    house.step(reported, "pass_on", LI)
    house.step(reported, "file", ZHANG, category="01-02")

    assert refusal(house.step(reported, "dispatch", CHEN, **answers)) == (status, code)


def test_a_step_of_a_case_that_is_not_there_is_refused(still_house):
    nowhere = "00000000-0000-7000-8000-000000000000"

    assert refusal(still_house.step(nowhere, "pass_on", LI)) == (404, "no-such-incident")


def test_a_person_is_no_incident(still_house):
    from domain.people.person import person_id

    handle = person_id("p-wang-fang")

    assert refusal(still_house.get(f"/incidents/{handle}")) == (404, "no-such-incident")


@pytest.mark.parametrize("role", ["clockwork", "records", "commander", "p"])
def test_a_role_that_is_not_held_is_refused_at_the_door(house, reported, role):
    give_key(house.gridward.desk, "p-li-na", role, area=CITY, at=house.clock())
    headers = {**header_of("p-li-na", role, "k2"), "Idempotency-Key": "k"}

    answer = house.client().post(
        f"/api/v1/incidents/{reported}/steps/escalate", json={}, headers=headers
    )

    assert refusal(answer) == (403, "role-not-held")


def test_a_read_model_that_is_behind_is_said(house):
    for reader in house.readers:
        reader.asleep = True

    answer = house.post("/incidents", RUBBISH, WANG)

    assert answer.status_code == 201
    assert answer.headers["Gridward-Behind"] == "true"
