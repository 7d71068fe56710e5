"""Photos in a real browser: blurred by mouse and by finger, calm in every look."""

import io
from itertools import pairwise

import pytest
from PIL import Image, ImageDraw

from tests.houses import copied
from tests.journeys.browser import served
from tests.journeys.test_pages import LOOKS, NARROW, TARGET, WIDE, Visit, browser, pictures
from tests.keys import header_of
from tests.web.evidence.hostile import exif
from tests.web.test_commands import LI, RUBBISH, WANG, WHO, ZHANG

pytestmark = [pytest.mark.browser, pytest.mark.slow]
__all__ = ["browser", "pictures"]
# Each size, scheme and language twice, in four looks: the rest is held by the other pages.
FOUR = [LOOKS[0], LOOKS[3], LOOKS[5], LOOKS[6]]
AUDITOR = WHO["p-zheng-shuang"]
SIZE = (1600, 1200)
PLATE = (500, 700, 900, 800)


def a_street() -> bytes:
    """A grey street with a car, whose plate is finely striped: blurred, the stripes are gone."""
    image = Image.new("RGB", SIZE, "#b8bec4")
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 0, SIZE[0], 420), fill="#dfe8ee")
    pen.rectangle((300, 520, 1100, 900), fill="#39536e")
    for x in range(PLATE[0], PLATE[2], 8):
        pen.rectangle((x, PLATE[1], x + 3, PLATE[3]), fill="white")
    written = io.BytesIO()
    image.save(written, "JPEG", quality=95, exif=exif())
    return written.getvalue()


def stripes(jpeg: bytes) -> int:
    """How strongly the plate is striped: the greatest step between neighbours, of 255."""
    with Image.open(io.BytesIO(jpeg)) as image:
        middle = (PLATE[1] + PLATE[3]) // 2
        box = (PLATE[0] + 20, middle, PLATE[2] - 20, middle + 1)
        row = image.crop(box).convert("L").tobytes()
    return max(abs(one - other) for one, other in pairwise(row))


class Street:
    """A case with photos, served."""

    def __init__(self, house, address):
        self.house, self.address = house, address
        self.case = house.post("/incidents", RUBBISH, WANG).json["id"]
        self.at = f"/incidents/{self.case}/photos"

    def add(self, kind="before"):
        """The same street, a case of its own each time, so that no test sees another's."""
        self.case = self.house.post("/incidents", RUBBISH, WANG).json["id"]
        self.at = f"/incidents/{self.case}/photos"
        headers = {**header_of(WANG.handle, WANG.role), "Idempotency-Key": f"photo-{self.case}"}
        path = f"/api/v1{self.at}?kind={kind}"
        sent = self.house.client().post(
            path, data=a_street(), headers=headers, content_type="image/jpeg"
        )
        assert sent.status_code == 201, sent.text
        return f"{self.at}/{sent.json['photo']}"

    def blurred(self):
        page = self.add()
        part = {"x": 500, "y": 700, "width": 400, "height": 100}
        answer = self.house.post(f"{page}/blur", {"rectangles": [part]}, ZHANG)
        return f"{self.at}/{answer.json['photo']}"

    def shown(self):
        """The photo as it stands now, and what is told of it."""
        [item] = self.house.get(self.at).json["items"]
        return self.house.get(f"{self.at}/{item['photo']}").data, item


@pytest.fixture(scope="module")
def street(city_on_sqlite, tmp_path_factory):
    with (
        copied(city_on_sqlite, tmp_path_factory.mktemp("photos")) as house,
        served(house.app) as address,
    ):
        yield Street(house, address)


@pytest.mark.parametrize(("size", "scheme", "language"), FOUR)
def test_pages_of_photos_are_calm(browser, street, pictures, size, scheme, language):
    blurred = street.blurred()
    pages = {"photo-blurred": blurred, "case-with-photo": blurred.rpartition("/photos")[0]}
    with Visit(browser, street.address, size=size, scheme=scheme, language=language) as visit:
        visit.be(ZHANG)
        for name, path in pages.items():
            visit.go(path)
            visit.page.screenshot(
                path=pictures / f"{name}-{size[0]}-{scheme}-{language}.png", full_page=True
            )
            visit.is_calm()


def test_a_plate_is_blurred_with_the_mouse(browser, street):
    page = street.add()
    before, _ = street.shown()
    with Visit(browser, street.address, size=WIDE) as visit:
        visit.be(LI)
        visit.go(page)
        drag(visit.page, PLATE, by_mouse)
        visit.page.get_by_role("button", name="Blur").click()
        visit.page.get_by_text("blurred").first.wait_for()
        visit.is_calm()

    after, item = street.shown()
    assert item["blurred"]
    assert stripes(before) > 100
    assert stripes(after) < 20


def test_a_plate_is_blurred_with_a_finger_and_a_slip_is_taken_back(browser, street):
    page = street.add()
    with Visit(browser, street.address, size=NARROW) as visit:
        visit.be(LI)
        visit.go(page)
        drag(visit.page, (20, 20, 1580, 400), by_finger)
        visit.page.get_by_role("button", name="Take the last back").click()
        drag(visit.page, PLATE, by_finger)
        buttons = visit.page.locator("form.blur button")
        sides = [one.bounding_box() for one in buttons.all()]
        visit.page.get_by_role("button", name="Blur").click()
        visit.page.get_by_text("blurred").first.wait_for()

    after, _ = street.shown()
    assert stripes(after) < 20
    assert sky(after) == sky(a_street())
    assert all(box["height"] >= TARGET for box in sides)


def test_who_may_opens_it_unblurred_for_a_reason_that_the_case_tells(browser, street):
    page = street.blurred()
    with Visit(browser, street.address, size=WIDE) as visit:
        visit.be(AUDITOR)
        visit.go(page)
        visit.page.get_by_label("Why").fill("appeal against the fine")
        visit.page.get_by_role("button", name="Open it unblurred").click()
        visit.page.wait_for_url("**/original")
        visit.go(page.rpartition("/photos")[0])
        visit.page.get_by_text("appeal against the fine").first.wait_for()


def test_what_the_camera_wrote_is_told_and_stripped(street):
    street.add()
    shown, item = street.shown()

    assert item["taken_at"] == "2026-11-16T00:30:00+00:00"
    assert item["place"] == {"lon": 117.19, "lat": 39.108333}
    with Image.open(io.BytesIO(shown)) as image:
        assert not image.getexif()
        assert image.size == SIZE


def drag(page, part, how):
    """Draw a rectangle over a part that is given in the photo's own pixels."""
    box = page.locator("#picture canvas").bounding_box()
    across, down = box["width"] / SIZE[0], box["height"] / SIZE[1]
    first = (box["x"] + (part[0] - 10) * across, box["y"] + (part[1] - 10) * down)
    last = (box["x"] + (part[2] + 10) * across, box["y"] + (part[3] + 10) * down)
    how(page, first, last)


def by_mouse(page, first, last):
    page.mouse.move(*first)
    page.mouse.down()
    page.mouse.move(*last, steps=4)
    page.mouse.up()


def by_finger(page, first, last):
    """Touch as a phone does: the browser makes the pointer events of it."""
    touch = page.context.new_cdp_session(page)
    middle = [(one + other) / 2 for one, other in zip(first, last, strict=True)]
    for kind, at in (("touchStart", first), ("touchMove", middle), ("touchMove", last)):
        points = [{"x": at[0], "y": at[1]}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def sky(jpeg):
    """The colour of the middle of the sky, which nobody blurred."""
    with Image.open(io.BytesIO(jpeg)) as image:
        return image.convert("L").crop((800, 200, 801, 201)).tobytes()[0] // 8
