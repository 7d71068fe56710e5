"""Pages by which matters and people come in, in a real browser: calls, sheets, people."""

import json

import pytest

from tests.city import CITY, HEPING, KAIFENG, XIAOBAILOU, grid
from tests.house import as_
from tests.houses import copied
from tests.journeys.browser import chromium, served
from tests.journeys.test_pages import NARROW, TARGET, WIDE, Visit, pictures
from tests.web.hotline.test_calls import CLERK
from tests.web.sheet.test_sheets import BIN, SOFA, as_csv
from tests.web.test_admin import BOSS, appoint
from tests.web.test_commands import LI, RUBBISH, WANG
from tests.web.test_outlines import square
from tests.web.test_sign_in import order
from workflows.people.commands import EnrolPerson, GrantRole

__all__ = ["pictures"]
pytestmark = [pytest.mark.browser, pytest.mark.slow]

KEEPER = CLERK.__class__(handle=BOSS, name="柳青", role="administrator", area=HEPING)
LOOKS = [
    pytest.param(size, scheme, language, id=f"{size[0]}-{scheme}-{language}")
    for size, scheme, language in (
        (WIDE, "light", "zh"),
        (WIDE, "dark", "en"),
        (NARROW, "light", "en"),
        (NARROW, "dark", "zh"),
    )
]
PAGES = {
    "hotline": (CLERK, "/hotline"),
    "sheet": (LI, "/report/sheet"),
    "admin": (KEEPER, "/admin"),
    "outline": (KEEPER, f"/admin/outline?area={KAIFENG}"),
}


@pytest.fixture(scope="module")
def browser():
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def district(city_on_sqlite, tmp_path_factory):
    """Heping with a hotline clerk and an administrator, served."""
    with copied(city_on_sqlite, tmp_path_factory.mktemp("district")) as house:
        order(house, EnrolPerson(handle=CLERK.handle, name=CLERK.name, key=bytes(32)))
        day = house.clock().date()
        order(house, GrantRole(handle=CLERK.handle, role="hotline", area=HEPING, from_day=day))
        appoint(house, BOSS, HEPING)
        with served(house.app) as address:
            yield house, address


@pytest.mark.parametrize(("size", "scheme", "language"), LOOKS)
@pytest.mark.parametrize("name", PAGES)
def test_the_page_is_calm(browser, district, pictures, name, size, scheme, language):
    _, address = district
    who, path = PAGES[name]
    with Visit(browser, address, size=size, scheme=scheme, language=language) as visit:
        visit.be(who)
        visit.go(path)

        visit.page.screenshot(
            path=pictures / f"{name}-{size[0]}-{scheme}-{language}.png", full_page=True
        )
        visit.is_calm()
        if size == NARROW:
            buttons = visit.page.locator(
                "main button:visible, main input:visible:not([type=radio])"
            )
            heights = [one["height"] for one in map(_box, buttons.all()) if one]
            assert all(height >= TARGET - 0.5 for height in heights), heights


def _box(element):
    return element.bounding_box()


def test_a_call_is_taken_down_without_a_mouse(browser, district):
    house, address = district
    with Visit(browser, address) as visit:
        visit.be(CLERK)
        visit.go("/hotline")
        keys = visit.page.keyboard
        for typed in ("Han Xiuying", "13800138000", "No water", "04-01", str(grid(KAIFENG))):
            keys.type(typed)
            keys.press("Tab")
        keys.press("Alt+Digit1")
        keys.press("Control+Enter")
        visit.page.wait_for_url("**/hotline?done=*")

        assert "Taken down as" in visit.page.locator("[role=status]").inner_text()
        assert visit.page.evaluate("document.activeElement.name") == "name"
        assert visit.page.input_value("input[name=name]") == ""
    house.catch_up()
    (case,) = (
        one
        for one in house.get(f"/incidents?area={CITY}").json["items"]
        if one["source"] == "hotline"
    )
    assert case["stage"] == "awaiting_dispatch"


def test_a_sheet_is_tried_out_and_recorded_on_the_page(browser, district):
    house, address = district
    bad = ("2", "99-99", *BIN[2:])
    sheet = {"name": "walk.csv", "mimeType": "text/csv", "buffer": as_csv(SOFA, bad)}
    with Visit(browser, address) as visit:
        visit.be(LI)
        visit.go("/report/sheet")
        for button, said in (("try", "nothing was recorded"), ("record", "Recorded")):
            visit.page.set_input_files("input[name=sheet]", sheet)
            visit.page.click(f"button[value={button}]")
            visit.page.wait_for_selector("#outcome")
            assert said in visit.page.locator("#outcome").inner_text()
        assert "category" in visit.page.locator("table.rows").first.inner_text()
    house.catch_up()
    told = house.client().get("/api/v1/incidents?source=public", headers=as_(LI)).json["items"]
    assert len(told) == 1


def test_an_administrator_invites_disables_and_enables_somebody(browser, district):
    _, address = district
    with Visit(browser, address) as visit:
        visit.be(KEEPER)
        visit.go("/admin?role=acceptor")
        row = visit.page.locator(f"tr#{LI.handle}")

        row.locator("button[formaction$='/invite']").click()
        link = visit.page.locator("p.given code").inner_text()
        assert f"/link/{LI.handle}/" in link
        row.locator("input[name=reason]").fill("on long leave")
        row.locator("button[formaction$='/disable']").click()
        assert row.locator("button[formaction$='/enable']").is_visible()
        row.locator("button[formaction$='/enable']").click()

        assert row.locator("button[formaction$='/disable']").is_visible()
        assert visit.page.locator("select[name=role]").input_value() == "acceptor"
        visit.is_calm()


def test_an_outline_is_tried_out_and_set_on_the_page(browser, district, pictures):
    _, address = district
    with Visit(browser, address) as visit:
        visit.be(KEEPER)
        visit.go(f"/admin/outline?area={XIAOBAILOU}")
        visit.page.fill("textarea[name=outline]", json.dumps(square(117.189, 39.09, 0.004)))
        visit.page.fill("input[name=reason]", "As the gazette has it")
        visit.page.click("button[value=try]")

        assert "nothing was recorded" in visit.page.locator("#fits").inner_text()
        assert visit.page.locator("path.wished").count() == 1
        visit.page.screenshot(path=pictures / "outline-tried.png", full_page=True)
        visit.is_calm()
        visit.page.click("button[value=set]")
        visit.page.wait_for_selector("[role=status]")
        assert visit.page.locator("path.own").count() == 1
        assert "As the gazette has it" in visit.page.locator("ol.drawn").inner_text()


@pytest.mark.parametrize(("size", "scheme", "language"), LOOKS)
def test_a_call_is_joined_to_a_known_case_on_the_page(
    browser, district, pictures, size, scheme, language
):
    house, address = district
    known = house.post("/incidents", {**RUBBISH, "category": "05-01"}, WANG).json
    house.catch_up()
    with Visit(browser, address, size=size, scheme=scheme, language=language) as visit:
        visit.be(CLERK)
        visit.go("/hotline")
        visit.page.fill("input[name=name]", "Han Xiuying")
        visit.page.fill("input[name=category]", "05-01")
        visit.page.fill("input[name=area]", str(grid(KAIFENG)))
        visit.page.click("button.send")
        chosen = visit.page.locator(f"button[name=join][value='{known['id']}']")
        name = f"{size[0]}-{scheme}-{language}.png"
        visit.page.screenshot(path=pictures / f"known-{name}", full_page=True)
        visit.is_calm()

        chosen.click()

        said = visit.page.locator("p.given").inner_text()
        assert known["number"] in said
        assert "/follow/" in said
        assert visit.page.input_value("input[name=name]") == ""
        visit.page.screenshot(path=pictures / f"joined-{name}", full_page=True)
        visit.is_calm()
