"""A late case calls the owner of its rung until he acknowledges: its page tells it."""

import re
from html import unescape

import pytest

from ops.scheduling import fire_due
from tests.city import KAIFENG, SANITATION
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


@pytest.mark.parametrize("path", ["/board", "/times", "/workflows/street-incident"])
def test_the_path_of_a_page_links_only_to_what_its_reader_may_list(small_house, path):
    reader = Browser(small_house, CHEN)

    page = reader.get(f"{path}?area={KAIFENG}").text

    way = re.search(r'class="path">(.*)</span>', page)
    links = [unescape(link) for link in re.findall(r'href="([^"]*)"', way[1])]
    assert {reader.get(link).status_code for link in links} == {200}
    assert f"area={CHEN.area}" in links[0]
