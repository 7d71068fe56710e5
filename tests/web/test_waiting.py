"""What waits in the stages of a workflow, counted alike on both databases."""

import pytest

from tests.city import HEPING, HEXI, KAIFENG, QUANYECHANG, grid
from tests.web.test_commands import CHEN, LI, WANG, WHO
from tests.web.test_pages import Browser

CITY_WIDE = WHO["p-zheng-shuang"]


def test_each_stage_tells_how_many_wait_how_long_and_how_many_are_late(house):
    reported = []
    for minutes in (50, 20, 7):
        body = {"area": str(grid(KAIFENG)), "category": "01-02"}
        reported.append(house.post("/incidents", body, WANG).json["id"])
        house.clock.forward(minutes=minutes)
    house.step(reported[1], "pass_on", LI)
    house.clock.forward(minutes=5)

    sheet = Browser(house, CHEN).get("/workflows/street-incident.csv").text.splitlines()
    elsewhere = Browser(house, CITY_WIDE).get(f"/workflows/street-incident.csv?area={HEXI}").text

    assert sheet[1:] == ["accepting,2,1,12", "awaiting_filing,1,0,5"]
    assert elsewhere.splitlines()[1:] == []
    assert "3 open cases, 1 late" in Browser(house, CHEN).get("/workflows").text


@pytest.mark.parametrize("area", [QUANYECHANG, HEPING, HEXI])
@pytest.mark.parametrize("path", ["/workflows", "/workflows/street-incident.csv"])
def test_what_waits_elsewhere_is_counted_for_nobody_of_a_street(small_house, path, area):
    assert Browser(small_house, CHEN).get(f"{path}?area={area}").status_code == 403


def test_without_an_area_what_waits_in_ones_own_is_counted(small_house):
    far = {"area": str(grid(KAIFENG)), "category": "01-02"}
    small_house.post("/incidents", far, WANG)
    small_house.catch_up()
    zhou = WHO["p-zhou-jie"]

    sheet = Browser(small_house, zhou).get("/workflows/street-incident.csv").text

    assert sheet.splitlines()[1:] == []


def test_the_page_of_a_foreign_area_counts_no_cases(small_house):
    page = Browser(small_house, CHEN).get(f"/areas/{QUANYECHANG}").text

    assert "Quanyechang" in page
    assert "/board?area=" + str(QUANYECHANG) not in page
