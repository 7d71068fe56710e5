"""Links of a page lead where its reader may go, and nowhere else."""

import re
from html import unescape
from uuid import UUID

import pytest

from domain.kernel.ids import incident_number
from tests.city import HEPING, KAIFENG, SANITATION, XIAOBAILOU
from tests.web.test_admin import BOSS, appoint
from tests.web.test_commands import CHEN, LI, RUBBISH, WANG, WHO, ZHANG
from tests.web.test_pages import Browser, found

SUN, MA = WHO["p-sun-qiang"], WHO["p-ma-chao"]


@pytest.mark.parametrize("path", ["/board", "/times", "/workflows/street-incident"])
def test_the_path_of_a_page_links_only_to_what_its_reader_may_list(small_house, path):
    reader = Browser(small_house, CHEN)

    page = reader.get(f"{path}?area={KAIFENG}").text

    way = found(r'class="path">(.*)</span>', page)
    links = [unescape(link) for link in re.findall(r'href="([^"]*)"', way)]
    assert {reader.get(link).status_code for link in links} == {200}
    assert f"area={CHEN.area}" in links[0]


@pytest.mark.parametrize(
    "path", ["/times", "/workflows", "/workflows/street-incident", f"/areas/{HEPING}"]
)
def test_an_administrator_is_led_to_no_case(small_house, path):
    """Whoever keeps people and rules sees how long things take, and no case."""
    appoint(small_house, BOSS, HEPING)
    reader = Browser(small_house)
    reader.get("/")
    reader.post("/who", handle=BOSS, role="administrator")

    page = reader.get(path)

    assert page.status_code == 200
    assert re.findall(r"href=\"(/(?:board|incidents)[^\"]*)", page.text) == []


def test_a_handler_is_led_to_the_board_of_no_other_unit(small_house):
    reader = Browser(small_house, SUN)

    page = reader.get(f"/areas/{HEPING}").text

    links = {unescape(link) for link in re.findall(r"href=\"(/board\?[^\"]*unit=[^\"]*)", page)}
    assert {reader.get(link).status_code for link in links} == {200}
    assert all(f"unit={SUN.unit}" in link for link in links)


def test_what_is_wrong_with_a_filter_is_said_in_the_language_of_the_page(small_house):
    reader = Browser(small_house, CHEN, "zh")

    wrong = {
        "/board?light=purple": "灯: 只能是：overdue, soon, on-time。",
        "/times?first=2026-13-45": "起始日: 日期无效",
        "/times?first=2026-11-20&last=2026-11-01": "起始日: 起始日晚于截止日",
    }
    for path, said in wrong.items():
        page = reader.get(path)
        assert page.status_code == 422
        assert said in page.text


@pytest.fixture
def closed(small_house):
    """A case that sanitation handled and the street closed."""
    incident = small_house.post("/incidents", RUBBISH, WANG).json["id"]
    for step, who, answers in (
        ("pass_on", LI, {}),
        ("file", ZHANG, {"category": "01-02"}),
        ("dispatch", CHEN, {"unit": SANITATION}),
        ("done", SUN, {}),
        ("send_to_check", LI, {}),
        ("pass_check", WANG, {}),
        ("close", ZHANG, {"outcome": "normal"}),
    ):
        assert small_house.step(incident, step, who, **answers).status_code == 200
    small_house.catch_up()
    return incident


def test_a_handler_is_led_to_no_case_of_another_unit(small_house, closed):
    """What took longest is told by number to all who see measures; the case opens to few."""
    for who in (CHEN, SUN, MA):
        reader = Browser(small_house, who)
        page = reader.get(f"/times?area={XIAOBAILOU}").text
        may = reader.get(f"/incidents/{closed}").status_code == 200

        assert incident_number(UUID(closed)) in page
        assert (f'href="/incidents/{closed}"' in page) == may
    assert not may, "the last of them is of another unit"
