"""Orders upon a case, over the API and on its page: issued, listed for the unit, answered."""

from uuid import UUID

import pytest

from domain.kernel.ids import incident_number
from ops.following import followers
from tests.city import ROADS, SANITATION, XIAOBAILOU
from tests.web.test_commands import RUBBISH, WANG, WHO, refusal
from tests.web.test_pages import Browser

SUPERVISOR, HANDLER = WHO["p-wu-min"], WHO["p-sun-qiang"]
ORDER = {"workflow": "supervision-order", "area": str(XIAOBAILOU), "category": "01-02"}


def followed(house) -> None:
    """Let the processes hear what happened, and the read models after them."""
    for follower in followers(house.gridward):
        follower.prepare()
        while follower.catch_up():
            pass
    house.catch_up()


@pytest.fixture
def supervised(small_house):
    """A case with an order upon it, as (case, order)."""
    case = small_house.post("/incidents", RUBBISH, WANG).json["id"]
    answers = {"unit": SANITATION, "opinion": "为何迟迟不处理"}
    small_house.step(case, "supervise", SUPERVISOR, **answers)
    followed(small_house)
    (order,) = small_house.get(f"/incidents/{case}").json["sub_cases"]
    return case, order["id"]


def test_a_case_and_the_order_upon_it_name_each_other(small_house, supervised):
    case, order = supervised

    above, below = (small_house.get(f"/incidents/{one}").json for one in (case, order))

    (told,) = above["sub_cases"]
    assert (told["workflow"], told["unit"], told["open"]) == ("supervision-order", SANITATION, True)
    assert (below["parent"], below["unit"], below["stage"]) == (case, SANITATION, "open")
    assert below["asked"] == "为何迟迟不处理"
    assert (above["parent"], above["asked"], below["sub_cases"]) == (None, None, [])


def test_a_unit_finds_what_it_must_answer(small_house, supervised):
    _, order = supervised
    wanted = f"/incidents?workflow=supervision-order&unit={SANITATION}"

    assert [one["id"] for one in small_house.get(wanted).json["items"]] == [order]
    answer = small_house.step(order, "answer", HANDLER, reply="车辆故障")
    assert answer.status_code == 200
    assert small_house.get(wanted.replace(SANITATION, ROADS)).json["items"] == []
    assert small_house.get("/incidents?workflow=supervision").json["items"] == []


def test_a_supervisor_orders_and_moves_nothing(small_house, supervised):
    case, _ = supervised

    offers = small_house.get(f"/incidents/{case}", SUPERVISOR).json["offers"]

    allowed = {one["step"] for one in offers if one["allowed"]}
    assert allowed == {"supervise", "withdraw_orders"}


def test_the_page_shows_the_order_and_the_way_back(small_house, supervised):
    case, order = supervised
    numbers = {one: incident_number(UUID(one)) for one in supervised}
    browser = Browser(small_house, SUPERVISOR)

    above, below = (browser.get(f"/incidents/{one}").text for one in supervised)

    assert f'href="/incidents/{order}">{numbers[order]}' in above
    assert f"opened Supervision order {numbers[order]} for" in above
    assert f'href="/incidents/{case}">{numbers[case]}' in below
    assert "为何迟迟不处理" in below
    assert f"begun for {numbers[case]}" in below


def test_an_order_may_be_issued_upon_a_unit_without_a_case(small_house):
    answer = small_house.post("/incidents", {**ORDER, "unit": ROADS}, SUPERVISOR)

    assert answer.status_code == 201
    shown = small_house.get(f"/incidents/{answer.json['id']}").json
    assert (shown["unit"], shown["stage"], shown["parent"]) == (ROADS, "open", None)


def test_who_reports_a_matter_does_not_choose_its_unit(small_house):
    answer = small_house.post("/incidents", {**RUBBISH, "unit": ROADS}, WANG)

    assert refusal(answer) == (422, "unit-not-asked")


def test_an_order_upon_a_unit_that_there_is_not_is_refused(small_house):
    answer = small_house.post("/incidents", {**ORDER, "unit": "u-none"}, SUPERVISOR)

    assert refusal(answer)[1] == "unknown-unit"
