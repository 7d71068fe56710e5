"""Photos of a case over HTTP: added, shown to who may see it, blurred, opened for a reason."""

import io
from dataclasses import replace
from uuid import uuid4

import pytest
from PIL import Image

from domain.kernel.act import OPERATOR, Act
from tests.city import DAYINGMEN, KAIFENG, Someone, add_units, grid
from tests.house import as_
from tests.keys import give_key
from tests.web.evidence.hostile import exif, jpeg, photo, png, saved
from tests.web.test_pages import Browser
from workflows.privacy.commands import ErasePerson, ReadmitPerson

FAR = Someone(handle="p-far-acceptor", name="远方", role="acceptor", area=DAYINGMEN)
WANG, LI, ZHANG = "grid_member", "acceptor", "duty_leader"


class Album:
    """A case that a grid member reported, and its photos."""

    def __init__(self, house):
        self.house = house
        body = {"area": str(grid(KAIFENG)), "category": "01-02", "source": "grid-member"}
        self.case = house.post("/incidents", body, self.who(WANG)).json["id"]
        self.at = f"/incidents/{self.case}/photos"

    def who(self, role):
        return self.house.city.who(role)

    def send(self, role=WANG, content=None, key=None, query=""):
        headers = {"Idempotency-Key": key or str(uuid4()), **as_(self.who(role))}
        return self.house.client().post(
            f"/api/v1{self.at}{query}",
            data=content or jpeg(exif=exif()),
            headers=headers,
            content_type="image/jpeg",
        )

    def added(self, **given):
        return self.send(**given).json["photo"]

    def blur(self, photo, role=ZHANG, **part):
        rectangles = [{"x": 0, "y": 0, "width": 20, "height": 20} | part]
        return self.house.post(
            f"{self.at}/{photo}/blur", {"rectangles": rectangles}, self.who(role)
        )

    def uncover(self, photo, role, reason="申诉"):
        at = f"{self.at}/{photo}/original"
        return self.house.post(at, {"reason": reason}, self.who(role))

    def items(self, role="auditor"):
        return self.house.get(self.at, self.who(role)).json["items"]

    def topics(self):
        told = self.house.get(f"/incidents/{self.case}/timeline").json["items"]
        return [item["topic"].partition(".")[2] for item in told]


def spread(picture, box):
    """How far the darkest and the lightest of a part lie apart, of 255."""
    greys = picture.crop(box).convert("L").tobytes()
    return max(greys) - min(greys)


@pytest.fixture
def album(small_house):
    return Album(small_house)


def test_a_photo_is_recorded_by_its_hash_on_both_databases(house):
    album = Album(house)
    answer = album.send(query="?kind=after")

    (item,) = album.items()
    assert answer.status_code == 201
    assert item["photo"] == answer.json["photo"]
    assert (item["kind"], item["width"], item["height"]) == ("after", 64, 48)
    assert item["taken_at"] == "2026-11-16T00:30:00+00:00"
    assert item["place"] == {"lon": 117.19, "lat": 39.108333}
    assert album.topics() == ["reported", "photo-added"]


def test_the_same_order_sent_twice_adds_one_photo(album):
    first, second = (album.send(key="once") for _ in range(2))

    assert first.json == second.json
    assert second.headers["Idempotency-Replayed"] == "true"
    assert len(album.items()) == 1


def test_a_photo_is_shown_and_never_run(album):
    answer = album.house.get(f"{album.at}/{album.added()}")

    assert answer.mimetype == "image/jpeg"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert answer.headers["Content-Disposition"].startswith('inline; filename="261116-')
    assert answer.headers["Cache-Control"] == "private, max-age=31536000, immutable"


def test_a_photo_that_is_sent_lies_in_no_temporary_file(album, monkeypatch):
    def spool(**_given):
        raise AssertionError("a photo was written in the clear")

    monkeypatch.setattr("werkzeug.formparser.SpooledTemporaryFile", spool)
    form = {"picture": (io.BytesIO(saved(photo(1600, 1200), "PNG")), "wall.png")}
    headers = {"Idempotency-Key": str(uuid4()), **as_(album.who(WANG))}

    answer = album.house.client().post(f"/api/v1{album.at}", data=form, headers=headers)

    assert answer.status_code == 201


def test_photos_of_an_erased_case_are_gone_and_its_page_stands(album):
    kept, house = album.added(), album.house
    order = ErasePerson(subject=f"case:{album.case}", basis="pipl-47")
    act = Act(
        person=OPERATOR, role=OPERATOR, area=str(KAIFENG), command_id="erase", at=house.clock()
    )
    house.gridward.desk.do(order, act)
    house.gridward.desk.do(
        ReadmitPerson(subject=order.subject, basis="consent"), replace(act, command_id="again")
    )
    again = album.added(content=saved(photo(32, 24), "JPEG"))

    assert house.get(f"{album.at}/{kept}").status_code == 404
    assert [item["photo"] for item in album.items()] == [again]
    browser = Browser(house, album.who("duty_leader"))
    assert browser.get(f"/incidents/{album.case}").status_code == 200


def test_a_thumb_is_small(album):
    kept = album.added(content=saved(photo(1600, 1200), "JPEG"))

    thumb = album.house.get(f"{album.at}/{kept}?size=thumb")

    assert Image.open(io.BytesIO(thumb.data)).size == (320, 240)


def test_who_may_not_see_the_case_sees_no_photo_of_it(album):
    kept, house = album.added(), album.house
    add_units(house.gridward.desk, (), (FAR,), at=house.clock())
    give_key(house.gridward.desk, FAR.handle, FAR.role, area=DAYINGMEN, at=house.clock())

    refused = [house.get(path, FAR) for path in (album.at, f"{album.at}/{kept}")]
    refused += [house.get(f"{album.at}/{kept}", house.city.who("handler"))]
    stranger = house.client().get(f"/api/v1{album.at}/{kept}")

    assert [answer.json["code"] for answer in refused] == ["no-such-incident"] * 3
    assert stranger.status_code == 401


def test_a_photo_of_another_case_is_not_found_through_ones_own(album):
    other = Album(album.house)

    answer = album.house.get(f"{album.at}/{other.added()}")

    assert (answer.status_code, answer.json["code"]) == (404, "no-such-photo")


def test_who_only_reads_adds_nothing(album):
    answer = album.send(role="auditor")

    assert (answer.status_code, answer.json["code"]) == (403, "not-for-your-role")


def test_a_blurred_photo_stands_for_the_one_before(album):
    kept = album.added(content=png())
    blurred = album.blur(kept).json["photo"]

    (item,) = album.items()
    before = album.house.get(f"{album.at}/{kept}")
    assert (item["photo"], item["blurred"]) == (blurred, True)
    assert (before.status_code, before.json["code"]) == (403, "photo-blurred")
    assert before.json["facts"]["shown"] == blurred
    assert album.topics()[-1] == "photo-blurred"


def test_a_blurred_part_cannot_be_read_and_the_rest_is_as_it_was(album):
    noise = Image.effect_noise((400, 300), 90).convert("RGB")
    kept = album.added(content=saved(noise, "PNG"))
    album.blur(kept, x=100, y=100, width=200, height=100)

    shown = album.house.get(f"{album.at}/{album.items()[0]['photo']}").data
    with Image.open(io.BytesIO(shown)) as picture:
        part, rest = spread(picture, (110, 110, 290, 190)), spread(picture, (0, 0, 90, 90))
    assert part < 60
    assert rest > 200


@pytest.mark.parametrize("role", ["duty_leader", "auditor"])
def test_the_photo_before_is_opened_for_a_reason_that_is_recorded(album, role):
    kept = album.added()
    album.blur(kept)

    answer = album.uncover(album.items()[0]["photo"], role)

    assert answer.mimetype == "image/jpeg"
    assert answer.headers["Cache-Control"] == "no-store"
    told = album.house.get(f"/incidents/{album.case}/timeline").json["items"][-1]
    assert (told["topic"], told["role"]) == ("incident.photo-uncovered", role)
    assert told["words"] == {"reason": "申诉"}


@pytest.mark.parametrize("role", ["acceptor", "grid_member", "dispatcher"])
def test_others_do_not_open_it(album, role):
    kept = album.added()
    album.blur(kept)

    assert album.uncover(kept, role).json["code"] == "not-for-your-role"
    assert "photo-uncovered" not in album.topics()


@pytest.mark.parametrize("part", [{"x": 64}, {"y": 4000}])
def test_a_part_outside_the_photo_is_refused(album, part):
    answer = album.blur(album.added(), **part)

    assert answer.json["code"] == "rectangles-out-of-range"


def test_a_case_keeps_sixty_photos(album, monkeypatch):
    monkeypatch.setattr("domain.incident.photos.MOST_PHOTOS", 2)
    album.added(), album.added(content=png())

    answer = album.send(content=saved(photo(9, 9), "PNG"))

    assert answer.json["code"] == "photos-too-many"


def test_a_form_that_is_shown_again_keeps_its_photo(album):
    browser = Browser(album.house, album.who("grid_member"))
    browser.get("/report")
    key = browser.key()
    fields = {"category": "01-02", "area": "nowhere", "key": key}
    refused = browser.post("/report", **fields, picture=(io.BytesIO(jpeg()), "x.jpg"))
    receipt = refused.text.split('name="receipt" value="')[1][:64]

    sent = browser.post(
        "/report", **fields | {"area": str(grid(KAIFENG))}, receipt=receipt, same="another"
    )

    case = sent.headers["Location"].split("done=")[1]
    assert refused.status_code == 422
    assert len(album.house.get(f"/incidents/{case}/photos").json["items"]) == 1


def test_the_receipt_of_somebody_else_counts_for_nothing(album):
    album.send(key="of-wang")
    # The photo went to its case; what still lies with the sender is the receipt.
    coming = album.house.gridward.settings.evidence_folder / "coming"
    (receipt,) = [path.name for path in coming.rglob("*") if path.is_file()]
    browser = Browser(album.house, album.who("acceptor"))
    browser.get(f"/incidents/{album.case}")

    answer = browser.post(f"/incidents/{album.case}/photos", key="of-wang", receipt=receipt)

    assert answer.status_code == 422


def test_the_pages_add_show_and_blur_without_scripts(album):
    browser = Browser(album.house, album.who("duty_leader"), language="en")
    case = browser.get(f"/incidents/{album.case}").text
    assert "Add a photo" in case
    picture = (io.BytesIO(jpeg()), "wall.jpg")
    browser.post(
        f"/incidents/{album.case}/photos", key=browser.key(), picture=picture, kind="before"
    )
    (item,) = album.items()
    page = f"/incidents/{album.case}/photos/{item['photo']}"
    assert "Blur faces" in browser.get(page).text
    whole = {"left": "0", "top": "0", "width": "50", "height": "50"}

    answer = browser.post(f"{page}/blur", key=browser.key(), **whole)

    shown = browser.get(answer.headers["Location"]).text
    assert "Open it unblurred" in shown
    assert "blurred a photo in 1 places" in browser.get(f"/incidents/{album.case}").text
    opened = browser.post(f"{page}/original", key=browser.key(), reason="appeal")
    assert opened.mimetype == "image/jpeg"


def test_nothing_marked_is_refused_on_the_page(album):
    browser = Browser(album.house, album.who("duty_leader"))
    page = f"/incidents/{album.case}/photos/{album.added()}"
    browser.get(page)

    answer = browser.post(f"{page}/blur", key=browser.key(), rectangles="1,2;x")

    assert answer.status_code == 422
