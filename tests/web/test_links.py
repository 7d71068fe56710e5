"""Links of a page lead where its reader may go, and nowhere else."""

import re
from html import unescape

import pytest

from tests.city import HEPING, KAIFENG
from tests.web.test_admin import BOSS, appoint
from tests.web.test_commands import CHEN
from tests.web.test_pages import Browser, found


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
