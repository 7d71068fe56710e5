"""Keeping senders: administrators register, revise, rotate and end those of their area."""

from datetime import timedelta
from uuid import uuid4

import pytest

from domain.sender.sender import Sender, sender_id
from tests.city import CITY, HEPING, HEXI, XIAOBAILOU
from tests.houses import copied
from tests.keys import header_of
from tests.web.sender.test_intake import LAMPS, Device
from tests.web.test_admin import BOSS, appoint
from tests.web.test_commands import LI, refusal


@pytest.fixture
def city(small_house):
    """Liu keeps the district of Heping."""
    appoint(small_house, BOSS, HEPING)
    return small_house


@pytest.fixture(scope="module")
def still(city_on_sqlite, tmp_path_factory):
    """The same for tests in which nothing is registered: they share it."""
    with copied(city_on_sqlite, tmp_path_factory.mktemp("refused")) as house:
        appoint(house, BOSS, HEPING)
        yield house


def wish(house, **more):
    until = (house.clock() + timedelta(days=90)).isoformat()
    return {
        "code": LAMPS,
        "title": "Lamp posts",
        "handle": LI.handle,
        "role": LI.role,
        "area": str(XIAOBAILOU),
        "categories": ["04"],
        "expires_at": until,
        **more,
    }


def do(house, path, body=None, *, dry=False, who=BOSS, role="administrator", key=None):
    headers = {**header_of(who, role), "Idempotency-Key": key or str(uuid4())}
    query = "?dry_run=true" if dry else ""
    answer = house.client().post(
        f"/api/v1/admin/senders{path}{query}", json=body or {}, headers=headers
    )
    house.catch_up()
    return answer


def sender(house):
    return house.gridward.ledger.load(Sender, sender_id(LAMPS))


def listed(house, query=""):
    path = f"/api/v1/admin/senders?{query}"
    return house.client().get(path, headers=header_of(BOSS, "administrator"))


def test_a_sender_is_registered_and_its_key_told_once(city):
    told = do(city, "", wish(city), key="once")

    assert told.status_code == 200, told.text
    assert told.headers["Cache-Control"] == "no-store"
    assert Device(city, told.json["secret"]).send().status_code == 201
    assert do(city, "", wish(city), key="once").json["secret"] is None


def test_a_dry_run_registers_nothing_and_tells_no_key(still):
    told = do(still, "", wish(still), dry=True)

    assert (told.json["changes"], told.json["secret"]) == (2, None)
    assert not sender(still).exists


def test_a_key_is_exchanged_and_the_older_one_stays_good_for_a_day(city):
    first = Device(city, do(city, "", wish(city)).json["secret"])

    second = Device(city, do(city, f"/{LAMPS}/key").json["secret"])

    assert {first.send().status_code, second.send().status_code} == {201}
    (told,) = listed(city).json["items"]
    assert (told["key"], told["earlier_until"]) == ("k2", "2026-11-17T01:00:00+00:00")


def test_a_sender_is_revised_and_ended(city):
    device = Device(city, do(city, "", wish(city)).json["secret"])
    reach = {name: wish(city)[name] for name in ("area", "expires_at")}

    assert do(city, f"/{LAMPS}/revise", {**reach, "categories": ["01"]}).status_code == 200
    assert refusal(device.send()) == (422, "category-not-for-sender")
    assert do(city, f"/{LAMPS}/end").status_code == 200
    assert refusal(device.send()) == (403, "sender-ended")
    (told,) = listed(city).json["items"]
    assert told["categories"] == ["01"]
    assert told["ended_at"]


def test_senders_go_on_page_by_page(city):
    for name in ("a", "b", "c"):
        do(city, "", wish(city, code=name))

    first = listed(city, "limit=2").json
    rest = listed(city, f"limit=2&after={first['next']}").json

    assert [one["code"] for one in (*first["items"], *rest["items"])] == ["a", "b", "c"]
    assert rest["next"] is None


def test_every_change_says_who_ordered_it(city):
    do(city, "", wish(city))

    facts = city.gridward.ledger.facts(sender_id(LAMPS))
    assert {(fact.act.person, fact.act.role) for fact in facts} == {(BOSS, "administrator")}


@pytest.mark.parametrize("dry", [True, False])
@pytest.mark.parametrize("area", [HEXI, CITY])
def test_outside_the_area_no_sender_is_registered(still, area, dry):
    told = do(still, "", wish(still, area=str(area)), dry=dry)

    assert refusal(told) == (403, "outside-your-area")


def test_a_sender_is_not_taken_from_another_area(city):
    appoint(city, "p-far", HEXI)
    do(city, "", wish(city))

    for path in (f"/{LAMPS}/end", f"/{LAMPS}/key"):
        assert refusal(do(city, path, who="p-far")) == (403, "outside-your-area")
    far = {name: wish(city)[name] for name in ("categories", "expires_at")}
    moved = do(city, f"/{LAMPS}/revise", {**far, "area": str(HEXI)})
    assert refusal(moved) == (403, "outside-your-area")


@pytest.mark.parametrize("role", ["acceptor", "auditor"])
def test_only_administrators_keep_senders(still, role):
    who = still.city.who(role)

    told = do(still, "", wish(still), who=who.handle, role=role)

    assert refusal(told) == (403, "not-for-your-role")


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"role": "commander"}, "role-not-held"),
        ({"handle": "p-nobody"}, "role-not-held"),
        ({"code": "Lamp Posts"}, "invalid-sender"),
        ({"title": "a\u202eb"}, "invalid-name"),
        ({"categories": ["=1+1"]}, "invalid-category"),
        ({"expires_at": "2026-11-16T00:00:00Z"}, "expiry-out-of-range"),
        ({"expires_at": "2036-11-16T00:00:00Z"}, "expiry-out-of-range"),
        ({"channel": "grid-member"}, "fields-invalid"),
    ],
)
def test_a_sender_that_makes_no_sense_is_refused(still, more, code):
    assert refusal(do(still, "", wish(still, **more)))[1] == code


def test_a_sender_that_nobody_registered_is_not_there(still):
    assert refusal(do(still, f"/{LAMPS}/end")) == (404, "no-such-sender")
    assert refusal(do(still, f"/{LAMPS}/key")) == (404, "no-such-sender")


def test_a_code_is_registered_once(city):
    do(city, "", wish(city))

    assert refusal(do(city, "", wish(city))) == (409, "sender-exists")
