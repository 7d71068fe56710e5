"""The pages of whistles, duplicates and workflows in a real browser, and a check-in by thumb."""

import hashlib

import pytest
from PIL import Image

from tests.city import XIAOBAILOU
from tests.houses import copied
from tests.journeys.browser import served
from tests.journeys.test_pages import LOOKS, NARROW, TARGET, Visit, browser, pictures
from tests.journeys.wall import HERE, LI, LIN, POLICE, URBAN, WANG, ZHAO, Wall

pytestmark = [pytest.mark.browser, pytest.mark.slow]
__all__ = ["browser", "pictures"]


@pytest.fixture(scope="module")
def street(city_on_sqlite, tmp_path_factory):
    """The facade on the Monday at half past eleven, served."""
    with copied(city_on_sqlite, tmp_path_factory.mktemp("wall")) as house:
        wall = Wall(house)
        wall.report_and_dispatch()
        wall.blow()
        wall.answer()
        wall.until("11:30")
        again = {"area": str(WANG.area), "category": "02-04", "place": HERE}
        follower = reported(house, again)
        house.step(follower, "merge", LI, leading=wall.incident)
        house.post("/incidents", again, WANG)
        with served(house.app) as address:
            yield wall, address, follower


def reported(house, body):
    answer = house.post("/incidents", body, WANG)
    assert answer.json is not None
    return answer.json["id"]


def pages(wall, follower):
    return {
        "whistle": (LIN, f"/whistles/{wall.whistle}"),
        "whistle-of-the-street": (ZHAO, f"/whistles/{wall.whistle}"),
        "whistled-case": (ZHAO, f"/incidents/{wall.incident}"),
        "merged-case": (LI, f"/incidents/{follower}"),
        "summons": (LIN, "/whistles"),
        "no-summons": (ZHAO, "/whistles?state=over"),
        "workflows": (ZHAO, "/workflows"),
        "workflow": (ZHAO, f"/workflows/street-incident@1?area={XIAOBAILOU}"),
        "way-of-a-party": (ZHAO, "/workflows/whistle@1"),
    }


@pytest.mark.parametrize(("size", "scheme", "language"), LOOKS)
def test_every_page_is_calm(browser, street, pictures, size, scheme, language):
    wall, address, follower = street
    with Visit(browser, address, size=size, scheme=scheme, language=language) as visit:
        for name, (who, path) in pages(wall, follower).items():
            visit.be(who)
            visit.go(path)
            visit.page.screenshot(
                path=pictures / f"{name}-{size[0]}-{scheme}-{language}.png", full_page=True
            )
            visit.is_calm()


def test_thumbs_hit_what_they_aim_at(browser, street):
    wall, address, follower = street
    controls = "button, .button, summary, select, .chip, nav a, .forms a, .choices label"
    with Visit(browser, address, size=NARROW, language="zh") as visit:
        for who, path in pages(wall, follower).values():
            visit.be(who)
            visit.go(path)
            for opened in visit.page.locator("details").all():
                opened.evaluate("one => (one.open = true)")
            small = [
                (one.inner_text()[:20], box["height"])
                for one in visit.page.locator(controls).all()
                if one.is_visible() and (box := one.bounding_box())
                if round(box["height"]) < TARGET
            ]
            assert small == [], path


def test_a_report_of_a_known_matter_asks_first_and_keeps_the_words(browser, street, pictures):
    _, address, _ = street
    for language, size in (("zh", NARROW), ("en", NARROW)):
        with Visit(browser, address, size=size, language=language) as visit:
            visit.be(WANG)
            visit.go("/report")
            visit.page.locator(".rest summary").click()
            visit.page.locator("#other").select_option("02-04")
            visit.page.locator("#words").fill("墙砖又掉了一块")
            visit.page.locator(".send").click()
            visit.page.locator(".alike").wait_for()
            assert visit.page.locator("#words").input_value() == "墙砖又掉了一块"
            visit.page.screenshot(path=pictures / f"same-{language}.png", full_page=True)
            visit.is_calm()


def test_a_handler_checks_in_with_one_thumb(browser, street, tmp_path, pictures):
    wall, address, _ = street
    photo = tmp_path / "wall.jpg"
    Image.effect_noise((1800, 1400), 60).save(photo, quality=95)  # larger than other forms may be
    point = {"longitude": HERE["lon"], "latitude": HERE["lat"]}
    with Visit(
        browser, address, size=NARROW, geolocation=point, permissions=["geolocation"]
    ) as visit:
        visit.be(LIN)
        visit.go(f"/whistles/{wall.whistle}")
        visit.page.locator("summary", has_text="Check in on site").click()
        visit.page.get_by_role("button", name="Where I stand").click()
        visit.page.get_by_text("You are 0 m from the matter. Near enough").wait_for()
        visit.page.locator("input[type=file]").set_input_files(photo)
        visit.page.screenshot(path=pictures / "check-in.png", full_page=True)
        visit.page.get_by_role("button", name="Check in on site").click()
        visit.page.locator(".card.mine strong", has_text="On site").wait_for()
        visit.is_calm()

    parties = {
        one["unit"]: one for one in wall.house.get(f"/whistles/{wall.whistle}").json["parties"]
    }
    (kept,) = wall.house.get(f"/incidents/{wall.incident}/photos").json["items"]
    assert kept["original"] == hashlib.sha256(photo.read_bytes()).hexdigest()
    assert parties[POLICE]["photo"] == kept["photo"]
    assert parties[POLICE]["distance_m"] == 0
    assert parties[URBAN]["photo"] is None


def test_a_drawing_is_zoomed_and_begins_in_the_middle(browser, street):
    _, address, _ = street
    with Visit(browser, address, size=NARROW) as visit:
        visit.be(ZHAO)
        visit.go("/workflows/street-incident@1")
        drawing = visit.page.locator(".diagram svg")
        before = drawing.bounding_box()
        visit.page.get_by_role("button", name="Fit").click()
        after = drawing.bounding_box()
        assert before
        assert after
        assert after["width"] < before["width"]
        visit.is_calm()
