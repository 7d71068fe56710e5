"""A late case calls the owner of its rung until he acknowledges: its page tells it."""

import pytest

from ops.scheduling import fire_due
from tests.city import SANITATION
from tests.web.test_commands import CHEN, LI, RUBBISH, WANG, ZHANG
from tests.web.test_pages import Browser


@pytest.fixture
def left_alone(small_house):
    case = small_house.post("/incidents", RUBBISH, WANG).json["id"]
    small_house.step(case, "pass_on", LI)
    small_house.step(case, "file", ZHANG, category="01-02", condition="ordinary")
    small_house.step(case, "dispatch", CHEN, unit=SANITATION)
    small_house.clock.forward(days=21)
    fire_due(small_house.gridward, small_house.clock())
    small_house.catch_up()
    return case


def test_the_page_of_a_late_case_tells_of_the_calls(small_house, left_alone):
    page = Browser(small_house, CHEN).get(f"/incidents/{left_alone}")

    assert page.status_code == 200
    assert "not acknowledged yet" in page.text
