"""Duplicates on the pages: a case reported before is offered, chosen, and told of in the story."""

from uuid import UUID

from domain.kernel.ids import incident_number
from tests.web.test_commands import LI, RUBBISH, WANG
from tests.web.test_pages import Browser


def two(house):
    first = house.post("/incidents", RUBBISH, WANG).json["id"]
    house.clock.forward(minutes=1)
    return first, house.post("/incidents", RUBBISH, WANG).json["id"]


def test_the_case_reported_first_is_offered_and_merged_into(small_house):
    first, second = two(small_house)
    number = incident_number(UUID(first))
    browser = Browser(small_house, LI)
    page = browser.get(f"/incidents/{second}").text
    assert f'<option value="{first}">{number}' in page

    fields = {"answer.leading": first, "key": browser.key(), "version": ""}
    answer = browser.post(f"/incidents/{second}/steps/merge", **fields)

    assert answer.status_code == 303
    page = browser.get(f"/incidents/{second}").text
    assert f"took it for the same matter as {number}" in page
    assert f"Leading case: {number}" in page


def test_a_case_alone_asks_for_the_id_of_the_leading_one(small_house):
    first = small_house.post("/incidents", RUBBISH, WANG).json["id"]

    page = Browser(small_house, LI).get(f"/incidents/{first}").text

    assert '<input name="answer.leading"' in page
