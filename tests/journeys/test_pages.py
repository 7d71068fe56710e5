"""The pages in a real browser: wide and narrow, light and dark, in both languages."""

import os
from pathlib import Path

import pytest

from tests.city import HEPING, HEXI, XIAOBAILOU
from tests.houses import copied
from tests.journeys.browser import chromium, served
from tests.journeys.busy import CHEN, LI, WANG, WHO, live

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WIDE, NARROW = (1440, 900), (390, 844)
LOOKS = [
    pytest.param(size, scheme, language, id=f"{size[0]}-{scheme}-{language}")
    for size in (WIDE, NARROW)
    for scheme in ("light", "dark")
    for language in ("zh", "en")
]
TARGET = 44  # the smallest side of what a thumb is to hit, in pixels


@pytest.fixture(scope="module")
def browser():
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def street(city_on_sqlite, tmp_path_factory):
    """A busy street, served: its house, its address, and one case with a long story."""
    with copied(city_on_sqlite, tmp_path_factory.mktemp("street")) as house:
        incident = live(house)
        with served(house.app) as address:
            yield house, address, incident


@pytest.fixture(scope="module")
def pictures(tmp_path_factory):
    """Where pictures are put: $GRIDWARD_TEST_PICTURES, or a folder that is named in the log."""
    named = os.environ.get("GRIDWARD_TEST_PICTURES")
    folder = Path(named) if named else tmp_path_factory.mktemp("pictures")
    folder.mkdir(parents=True, exist_ok=True)
    print(f"pictures in {folder}")
    return folder


class Visit:
    """One window; it keeps what the console said."""

    def __init__(self, browser, address, *, size=WIDE, scheme="light", language="en", **more):
        self.context = browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            color_scheme=scheme,
            has_touch=size == NARROW,
            locale="en-GB",
            **more,
        )
        self.address, self.size = address, size
        self.who = None
        self.said: list[str] = []
        self.context.add_cookies([{"name": "gridward-language", "value": language, "url": address}])
        self.page = self.context.new_page()
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self.context.close()

    def be(self, who):
        if who == self.who:
            return
        self.who = who
        self.go("/")
        token = self.page.locator("form[action='/who'] input[name=token]").first.input_value()
        form = {"token": token, "handle": who.handle, "role": who.role}
        answer = self.context.request.post(self.address + "/who", form=form)
        assert answer.ok

    def go(self, path):
        answer = self.page.goto(self.address + path)
        assert answer is not None
        assert answer.ok, path

    def is_calm(self):
        """Nothing in the console, nothing wider than the window."""
        assert self.said == []
        width = self.page.evaluate("document.documentElement.scrollWidth")
        assert width <= self.size[0]


def pages(incident):
    zhao = WHO["p-zhao-lei"]
    return {
        "home": (CHEN, "/"),
        "report": (WANG, "/report"),
        "board": (CHEN, f"/board?area={XIAOBAILOU}"),
        "ended": (CHEN, f"/board?area={XIAOBAILOU}&state=ended"),
        "empty": (WHO["p-zheng-shuang"], f"/board?area={HEXI}"),
        "incident": (CHEN, f"/incidents/{incident}"),
        "closed": (LI, f"/incidents/{incident}?story=full"),
        "times": (WHO["p-qian-feng"], f"/times?area={HEPING}"),
        "times-by-class": (WHO["p-qian-feng"], f"/times?area={HEPING}&by=class"),
        "area": (zhao, f"/areas/{XIAOBAILOU}"),
    }


@pytest.mark.parametrize(("size", "scheme", "language"), LOOKS)
def test_every_page_is_calm(browser, street, pictures, size, scheme, language):
    _, address, incident = street
    with Visit(browser, address, size=size, scheme=scheme, language=language) as visit:
        for name, (who, path) in pages(incident).items():
            visit.be(who)
            visit.go(path)
            visit.page.screenshot(
                path=pictures / f"{name}-{size[0]}-{scheme}-{language}.png", full_page=True
            )
            visit.is_calm()


def test_thumbs_hit_what_they_aim_at(browser, street):
    _, address, incident = street
    controls = "button, .button, .brand, summary, select, .chip, nav a, .forms a, .choices label"
    controls += ", input:not([type=hidden]):not([type=radio]):not([type=checkbox])"
    with Visit(browser, address, size=NARROW, language="zh") as visit:
        for who, path in pages(incident).values():
            visit.be(who)
            visit.go(path)
            small = [
                (one.inner_text()[:20], box["height"])
                for one in visit.page.locator(controls).all()
                if one.is_visible()
                and (box := one.bounding_box())
                and round(box["height"]) < TARGET
            ]
            assert small == [], path


def test_a_report_with_one_thumb(browser, street):
    house, address, _ = street
    point = {"longitude": 117.1915, "latitude": 39.1005}
    with Visit(
        browser, address, size=NARROW, geolocation=point, permissions=["geolocation"]
    ) as visit:
        visit.be(WANG)
        visit.go("/report")
        visit.page.get_by_role("radio", name="Exposed rubbish").check()
        visit.page.get_by_role("button", name="Where I stand").click()
        visit.page.get_by_text("Your position is sent along").wait_for()
        visit.page.get_by_label("In a few words").fill("门口")
        visit.page.get_by_role("button", name="Send").click()
        visit.page.get_by_role("button", name="Another matter").click()
        visit.page.get_by_text("Your number is").wait_for()
        number = visit.page.locator(".number").inner_text()
        visit.is_calm()

    (item,) = house.get(f"/incidents?number={number}").json["items"]
    assert (item["source"], item["area"]) == ("grid-member", str(WANG.area))


def test_without_network_nothing_is_sent_and_nothing_is_lost(browser, street):
    _, address, _ = street
    with Visit(browser, address, size=NARROW) as visit:
        visit.be(WANG)
        visit.go("/report")
        visit.page.locator(".rest summary").click()
        visit.page.locator("#other").select_option("04-07")
        visit.page.locator("#words").fill("no light for three days")
        visit.context.set_offline(True)
        visit.page.get_by_role("button", name="Send").click()
        visit.page.get_by_text("No network. Nothing was sent").wait_for()
        assert visit.page.locator("#words").input_value() == "no light for three days"
        visit.context.set_offline(False)
        visit.page.get_by_text("No network. Nothing was sent").wait_for(state="hidden")
        visit.page.get_by_role("button", name="Send").click()
        visit.page.locator(
            ".number, .alike"
        ).first.wait_for()  # recorded, or asked whether it is new
        visit.is_calm()


def test_a_category_is_found_by_a_word(browser, street):
    _, address, _ = street
    with Visit(browser, address, size=NARROW) as visit:
        visit.be(WANG)
        visit.go("/report")
        visit.page.get_by_text("Something else").click()
        visit.page.locator("#find").fill("松动")
        chosen = visit.page.locator("#other").input_value()
        visit.is_calm()

    assert chosen


def test_the_board_is_walked_by_keys(browser, street):
    _, address, _ = street
    with Visit(browser, address) as visit:
        visit.be(CHEN)
        visit.go("/board")
        visit.page.keyboard.press("j")
        visit.page.keyboard.press("j")
        second = visit.page.locator("#board tbody tr").nth(1)
        assert "at" in (second.get_attribute("class") or "")
        wanted = second.locator("a").get_attribute("href")
        visit.page.keyboard.press("/")
        visit.page.keyboard.type("jk")
        assert visit.page.locator("#search").input_value() == "jk"
        second.locator("a").focus()
        visit.page.keyboard.press("Enter")
        visit.page.wait_for_url(f"**{wanted}")
        visit.is_calm()


def test_keys_can_be_switched_off(browser, street):
    _, address, _ = street
    with Visit(browser, address) as visit:
        visit.be(CHEN)
        visit.go("/board")
        visit.page.locator("#keys summary").click()
        visit.page.locator("#usekeys").uncheck()
        visit.go("/board")
        visit.page.keyboard.press("j")

        assert visit.page.locator("#board tr.at").count() == 0


def test_a_step_is_taken_without_scripts(browser, street):
    house, address, incident = street
    with Visit(browser, address, java_script_enabled=False) as visit:
        visit.be(CHEN)
        visit.go(f"/incidents/{incident}")
        visit.page.locator("summary", has_text="Grant more time").click()
        form = visit.page.locator("details[open] form")
        form.locator("input[type=number]").fill("45")
        form.get_by_role("button").click()
        visit.page.get_by_text("granted more time: 45 min more").wait_for()
        visit.is_calm()

    assert house.get(f"/incidents/{incident}").json["request"] is None


def test_times_have_an_exact_form(browser, street):
    _, address, incident = street
    with Visit(browser, address) as visit:
        visit.be(CHEN)
        visit.go(f"/incidents/{incident}")
        for one in visit.page.locator("time").all():
            assert one.get_attribute("datetime")
            assert one.get_attribute("title")
