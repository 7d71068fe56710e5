"""A device's picture in its signed message: drawn anew, added to the case, or refused whole."""

from base64 import b64encode
from io import BytesIO

import pytest
from PIL import Image

from tests.house import as_
from tests.web.evidence.hostile import exif, jpeg, png, saved
from tests.web.sender.test_intake import cases, lamps, refused
from tests.web.test_commands import LI, refusal
from web.evidence.limits import LONGEST_SENT_PHOTO, LONGEST_SIGNED

__all__ = ["lamps", "refused"]


def written(content):
    return b64encode(content).decode()


def photos(house, case):
    return house.get(f"/incidents/{case}/photos").json["items"]


def test_a_picture_comes_with_its_report_and_is_the_photo_of_the_case(lamps):
    answer = lamps.send({"picture": written(jpeg(exif=exif()))})

    assert answer.status_code == 201, answer.text
    (one,) = photos(lamps.house, answer.json["id"])
    assert (one["photo"], one["kind"]) == (answer.json["photo"], "before")
    assert one["person"] == LI.handle


def test_what_the_camera_wrote_into_it_is_left_out(lamps):
    told = lamps.send({"picture": written(jpeg(exif=exif()))}).json
    at = photos(lamps.house, told["id"])[0]["url"]

    kept = lamps.house.client().get(at, headers=as_(LI)).data

    assert not Image.open(BytesIO(kept)).getexif()


def test_a_message_with_a_picture_sent_twice_is_one_case_with_one_photo(lamps):
    picture = {"picture": written(jpeg())}
    first, second = (lamps.send(picture, message="msg_1") for _ in range(2))

    assert (first.status_code, second.status_code) == (201, 200)
    assert (first.json["id"], first.json["photo"]) == (second.json["id"], second.json["photo"])
    assert len(photos(lamps.house, first.json["id"])) == 1
    other = lamps.send({"picture": written(png())}, message="msg_1")
    assert refusal(other) == (409, "message-id-reused")


def test_a_message_without_a_picture_names_none(lamps):
    assert lamps.send().json["photo"] is None


@pytest.mark.parametrize(
    ("picture", "status", "code"),
    [
        ("no base64!", 422, "fields-invalid"),
        ("AAA", 422, "fields-invalid"),
        (written(b"GIF89a and no picture"), 415, "photo-wrong-type"),
        (written(jpeg()[:-200]), 422, "photo-unreadable"),
        (written(b"<script>alert(1)</script>"), 415, "photo-wrong-type"),
        (written(bytes(LONGEST_SENT_PHOTO + 1)), 413, "photo-too-large"),
        ("", 422, "fields-invalid"),
        (7, 422, "fields-invalid"),
    ],
)
def test_a_picture_that_is_refused_opens_no_case(refused, picture, status, code):
    assert refusal(refused.send({"picture": picture})) == (status, code)
    assert cases(refused.house) == []


def test_a_message_is_as_short_as_before_beside_its_picture(refused):
    long = refused.send({"words": "长" * 30_000, "picture": written(jpeg())})

    assert refusal(long) == (413, "message-too-long")
    assert cases(refused.house) == []


def test_a_picture_that_nobody_signed_is_not_looked_at(refused):
    refused.secret, kept = "whsec_" + "QUJD" * 10, refused.secret
    try:
        answer = refused.send({"picture": written(b"GIF89a")})
    finally:
        refused.secret = kept

    assert refusal(answer) == (401, "signature-not-good")


def test_more_than_a_picture_can_be_is_not_read(refused):
    body = b'{"type": "incident.report", "data": "' + b"x" * LONGEST_SIGNED + b'"}'

    assert refusal(refused.send(body=body)) == (413, "photo-too-large")
    bare = refused.house.client().post(
        "/api/v1/intake/lamp-sensors", data=body, content_type="application/json"
    )
    assert bare.status_code == 413


def test_a_large_honest_picture_is_taken(lamps):
    noise = Image.effect_noise((1600, 1200), 90).convert("RGB")
    content = saved(noise, "JPEG", quality=92)
    assert 1_000_000 < len(content) < LONGEST_SENT_PHOTO

    assert lamps.send({"picture": written(content)}).status_code == 201
