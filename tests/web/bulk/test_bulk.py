"""Many orders at once: each is carried out or refused by itself, as if it had been sent alone."""

from uuid import uuid4

import pytest

from tests.city import JIANSHAN, SANITATION, TAISHAN, grid
from tests.house import as_
from tests.houses import copied
from tests.web.test_commands import CHEN, LI, RUBBISH, WANG, WHO, ZHANG, refusal
from tests.web.test_sign_in import order
from workflows.people.commands import EndRole

FAR = WHO["p-sun-li"]


def report(key, **more):
    return {"key": key, "report": {**RUBBISH, **more}}


def step(key, incident, name, version=None, **answers):
    seen = {} if version is None else {"version": version}
    return {"key": key, "step": {"incident": incident, "step": name, "answers": answers, **seen}}


def send(house, *orders, who=LI):
    answer = house.client().post("/api/v1/bulk", json={"orders": list(orders)}, headers=as_(who))
    house.catch_up()
    return answer


def results(answer):
    """Status and code of each order."""
    assert answer.status_code == 200, answer.text
    return [
        (one["status"], one["problem"]["code"] if one["problem"] else None)
        for one in answer.json["items"]
    ]


@pytest.fixture(scope="module")
def still(city_on_sqlite, tmp_path_factory):
    """A city in which nothing is recorded: tests of refusals share it."""
    with copied(city_on_sqlite, tmp_path_factory.mktemp("bulk")) as house:
        yield house


@pytest.fixture
def cases(small_house):
    """Two cases of a grid member, and one of another street."""
    told = [small_house.post("/incidents", RUBBISH, WANG).json["id"] for _ in range(2)]
    far = {**RUBBISH, "area": str(grid(TAISHAN))}
    return [*told, small_house.post("/incidents", far, FAR).json["id"]]


def test_each_order_has_a_result_of_its_own(small_house, cases):
    first, second, far = cases

    answer = send(
        small_house,
        step("a", first, "pass_on"),
        step("b", far, "pass_on"),
        step("c", second, "close"),
        report("d"),
        step("e", str(uuid4()), "pass_on"),
        step("f", second, "pass_on"),
    )

    assert results(answer) == [
        (200, None),
        (404, "no-such-incident"),
        (409, "wrong-stage"),
        (201, None),
        (404, "no-such-incident"),
        (200, None),
    ]
    assert (answer.json["done"], answer.json["refused"]) == (3, 3)
    stages = [small_house.get(f"/incidents/{one}").json["stage"] for one in cases]
    assert stages == ["awaiting_filing", "awaiting_filing", "accepting"]


def test_a_result_is_what_the_single_order_would_have_been_told(small_house, cases):
    first, _, far = cases
    alone = small_house.step(far, "pass_on", LI)

    (told,) = send(small_house, step("a", far, "pass_on")).json["items"]

    assert told["status"] == alone.status_code
    same = set(alone.json) - {"instance"}
    assert {name: told["problem"][name] for name in same} == {
        name: alone.json[name] for name in same
    }
    alone = small_house.step(first, "close", LI)
    (told,) = send(small_house, step("b", first, "close")).json["items"]
    assert (told["status"], told["problem"]["code"]) == (alone.status_code, alone.json["code"])


def test_orders_sent_again_are_carried_out_once(small_house, cases):
    orders = (step("a", cases[0], "pass_on"), report("b"), step("c", cases[1], "close"))
    first = send(small_house, *orders).json["items"]
    small_house.clock.forward(minutes=3)

    second = send(small_house, *orders).json["items"]

    assert [one["repeated"] for one in second] == [True, True, False]
    assert [one["version"] for one in second] == [one["version"] for one in first]
    assert second[1]["id"] == first[1]["id"]
    assert len(small_house.get("/incidents").json["items"]) == 4


def test_a_key_counts_for_the_same_order_sent_alone(small_house, cases):
    send(small_house, step("tap-1", cases[0], "pass_on"))

    alone = small_house.post(
        f"/incidents/{cases[0]}/steps/pass_on", {"answers": {}}, LI, key="tap-1"
    )

    assert alone.headers["Idempotency-Replayed"] == "true"


def test_an_order_on_a_version_that_is_gone_is_refused_and_the_next_carried_out(small_house, cases):
    answer = send(
        small_house,
        step("a", cases[0], "pass_on", version=7),
        step("b", cases[1], "pass_on", version=1),
    )

    assert results(answer) == [(412, "stale-version"), (200, None)]


def test_orders_build_upon_each_other_in_their_order(small_house, cases):
    send(small_house, step("a", cases[0], "pass_on"))
    filed = send(small_house, step("b", cases[0], "file", category="01-02"), who=ZHANG)
    sent = send(
        small_house,
        step("c", cases[0], "dispatch", unit=SANITATION),
        step("d", cases[0], "dispatch", unit=SANITATION),
        who=CHEN,
    )

    assert results(filed) == [(200, None)]
    assert [status for status, _ in results(sent)] == [200, 409]


def test_a_role_that_ended_carries_out_nothing(small_house, cases):
    day = small_house.clock().date()
    order(small_house, EndRole(handle=LI.handle, role=LI.role, area=LI.area, to_day=day))

    answer = send(small_house, step("a", cases[0], "pass_on"))

    assert refusal(answer) == (401, "person-unknown") or refusal(answer)[1] == "role-not-held"


def test_orders_are_in_the_words_of_the_workflow(small_house, cases):
    send(small_house, step("a", cases[0], "pass_on"))

    answer = send(
        small_house,
        step("b", cases[0], "file"),
        step("c", cases[0], "file", category="99-99"),
        who=ZHANG,
    )

    assert [status for status, _ in results(answer)] == [422, 422]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"orders": []},
        {"orders": "x"},
        {"orders": [report(f"k{n}") for n in range(101)]},
        {"orders": [report("a"), report("a")]},
        {"orders": [{"key": "a"}]},
        {"orders": [{**report("a"), **step("a", str(uuid4()), "close")}]},
        {"orders": [report("")]},
        {"orders": [report("两")]},
        {"orders": [report("k" * 201)]},
        {"orders": [report("a", phone="13800138000")]},
        {"orders": [step("a", "none", "close")]},
        {"orders": [step("a", str(uuid4()), "close", version=0)]},
    ],
)
def test_a_list_that_makes_no_sense_is_refused_whole(still, body):
    answer = still.client().post("/api/v1/bulk", json=body, headers=as_(LI))

    assert refusal(answer) == (422, "fields-invalid")
    assert still.get("/incidents").json["items"] == []


def test_nobody_orders_without_a_name(still):
    answer = still.client().post("/api/v1/bulk", json={"orders": [report("a")]})

    assert refusal(answer) == (401, "sign-in-missing")


def test_far_off_nothing_is_reported(still):
    answer = send(still, report("a", area=str(grid(JIANSHAN))))

    assert results(answer) == [(403, "outside-your-area")]
