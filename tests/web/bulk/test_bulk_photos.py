"""Many photos in one request: each is drawn anew and added, or refused, by itself."""

import json
from io import BytesIO
from uuid import uuid4

import pytest
from PIL import Image

from tests.city import TAISHAN, grid
from tests.house import as_
from tests.web.bulk.test_bulk import results, still
from tests.web.evidence.hostile import exif, jpeg, png
from tests.web.test_commands import LI, RUBBISH, WANG, WHO, refusal
from tests.web.test_pages import Browser

__all__ = ["still"]
FAR = WHO["p-sun-li"]


def photo(key, incident, file=None, **more):
    return {"key": key, "incident": str(incident), "file": file or key, **more}


def send(house, orders, files, who=LI):
    form = {name: (BytesIO(content), f"{name}.jpg") for name, content in files.items()}
    text = orders if isinstance(orders, str) else json.dumps(orders)
    answer = house.client().post(
        "/api/v1/bulk/photos",
        data={"orders": text, **form},
        headers=as_(who),
        content_type="multipart/form-data",
    )
    house.catch_up()
    return answer


@pytest.fixture
def cases(small_house):
    """A case of this street, and one of another."""
    far = {**RUBBISH, "area": str(grid(TAISHAN))}
    return [
        small_house.post("/incidents", RUBBISH, WANG).json["id"],
        small_house.post("/incidents", far, FAR).json["id"],
    ]


def test_each_photo_has_a_result_of_its_own(small_house, cases):
    near, far = cases
    orders = [
        photo("a", near),
        photo("b", far),
        photo("c", near, kind="after"),
        photo("d", near),
        photo("e", near, file="nowhere"),
        photo("f", uuid4(), file="a"),
    ]
    files = {"a": jpeg(exif=exif()), "b": jpeg(), "c": png(), "d": b"GIF89a no photo"}

    answer = send(small_house, orders, files)

    assert [status for status, _ in results(answer)] == [201, 404, 201, 415, 422, 404]
    assert (answer.json["done"], answer.json["refused"]) == (2, 4)
    kinds = [one["kind"] for one in small_house.get(f"/incidents/{near}/photos").json["items"]]
    assert kinds == ["before", "after"]


def test_what_a_camera_wrote_into_a_photo_is_left_out(small_house, cases):
    (told,) = send(small_house, [photo("a", cases[0])], {"a": jpeg(exif=exif())}).json["items"]

    kept = small_house.client().get(told["url"], headers=as_(LI)).data

    assert not Image.open(BytesIO(kept)).getexif()


def test_photos_sent_again_are_added_once(small_house, cases):
    orders, files = [photo("tap-1", cases[0])], {"tap-1": jpeg()}
    first, second = (send(small_house, orders, files).json["items"][0] for _ in range(2))

    assert (first["repeated"], second["repeated"]) == (False, True)
    assert first["photo"] == second["photo"]
    assert len(small_house.get(f"/incidents/{cases[0]}/photos").json["items"]) == 1


@pytest.mark.parametrize(
    ("orders", "code"),
    [
        ("", "malformed-json"),
        ("[[[", "malformed-json"),
        ("[]", "fields-invalid"),
        ("{}", "fields-invalid"),
        ([photo("a", "no-id")], "fields-invalid"),
        ([photo("a", uuid4()), photo("a", uuid4())], "fields-invalid"),
        ([photo(f"k{n}", uuid4()) for n in range(21)], "fields-invalid"),
        ([photo("a", uuid4(), kind="during")], "fields-invalid"),
    ],
)
def test_a_list_of_photos_that_makes_no_sense_is_refused_whole(still, orders, code):
    assert refusal(send(still, orders, {"a": jpeg()}))[1] == code


def test_photos_come_as_a_form_and_of_somebody(still):
    bare = still.client().post("/api/v1/bulk/photos", data=jpeg(), headers=as_(LI))
    nobody = still.client().post("/api/v1/bulk/photos", data={"orders": "[]"})

    signed_in = Browser(still, LI)
    signed_in.get("/board")
    form = {"orders": json.dumps([photo("a", uuid4())]), "a": (BytesIO(jpeg()), "a.jpg")}
    by_page = signed_in.client.post("/api/v1/bulk/photos", data=form)

    assert refusal(bare) == (415, "photo-wrong-type")
    assert refusal(by_page) == (401, "sign-in-missing")
    assert refusal(nobody) == (401, "sign-in-missing")
