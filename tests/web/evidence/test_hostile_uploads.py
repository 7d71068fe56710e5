"""Hostile uploads: refused with a sentence, or kept without what they carried."""

import io
import json
import subprocess
import sys
from datetime import UTC, datetime
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from PIL import Image

from domain.kernel.places import Place
from domain.kernel.refusals import Refused
from tests.city import KAIFENG, grid
from tests.house import as_
from tests.web.evidence.hostile import (
    CLEANED,
    FOREIGN,
    HTML,
    REFUSED,
    after,
    all_files,
    chunk,
    exif,
    head,
    jpeg,
    photo,
    pixels,
    png,
    png_of,
    saved,
    webp,
)
from web.evidence.picture import drawn_anew

CITY_ZONE = ZoneInfo("Asia/Shanghai")
MOST_MEGABYTES = 240
MEASURE = """
import sys
from zoneinfo import ZoneInfo
from domain.kernel.refusals import Refused
from web.evidence.picture import drawn_anew
content = open(sys.argv[1], "rb").read()
try:
    drawn_anew(content, ZoneInfo("UTC"))
except Refused as refusal:
    print(refusal.code)
(peak,) = [line for line in open("/proc/self/status") if line.startswith("VmHWM")]
print(int(peak.split()[1]) // 1024)
"""


def test_there_are_sixty_hostile_files():
    assert len(list(all_files())) >= 60


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_good_photo_is_refused_with_a_sentence(name):
    code, build = REFUSED[name]

    with pytest.raises(Refused) as refusal:
        drawn_anew(build(), CITY_ZONE)

    assert refusal.value.code == code
    assert refusal.value.reason.endswith(".")


@pytest.mark.parametrize("name", CLEANED)
def test_nothing_foreign_survives(name):
    drawn = drawn_anew(CLEANED[name](), CITY_ZONE)

    assert not [foreign for foreign in FOREIGN if foreign in drawn.jpeg]
    with Image.open(io.BytesIO(drawn.jpeg)) as kept:
        assert (kept.format, kept.size, len(kept.getexif())) == ("JPEG", (64, 48), 0)


@pytest.mark.parametrize("build", [jpeg, png, webp])
def test_time_and_place_are_read_before_they_are_left_out(build):
    said = drawn_anew(build(exif=exif()), CITY_ZONE).said

    assert said.taken_at == datetime(2026, 11, 16, 0, 30, tzinfo=UTC)
    assert said.place == Place(lon_e6=117_190_000, lat_e6=39_108_333)


@pytest.mark.parametrize(
    ("turn", "size"), [(1, (64, 48)), (3, (64, 48)), (6, (48, 64)), (8, (48, 64))]
)
def test_a_photo_taken_sideways_stands_upright(turn, size):
    data = Image.Exif()
    data[0x0112] = turn
    drawn = drawn_anew(jpeg(exif=data.tobytes()), CITY_ZONE)

    assert (drawn.width, drawn.height) == size


@pytest.mark.parametrize(
    "image",
    [
        saved(photo(mode="CMYK"), "JPEG"),
        saved(photo(mode="L"), "JPEG"),
        saved(photo(), "JPEG", progressive=True),
        saved(photo(mode="P"), "PNG"),
        saved(photo(mode="RGBA"), "PNG"),
        saved(photo(mode="LA"), "PNG"),
        saved(photo(mode="1"), "PNG"),
        saved(photo().convert("I;16"), "PNG"),
        saved(photo(mode="RGBA"), "WEBP", lossless=True),
        saved(photo(mode="RGBA"), "WEBP", exif=exif()),
    ],
)
def test_honest_pictures_of_every_kind_are_kept(image):
    assert drawn_anew(image, CITY_ZONE).width == 64


def test_a_large_photo_is_kept_smaller():
    drawn = drawn_anew(saved(photo(5000, 4000), "JPEG"), CITY_ZONE)

    assert (drawn.width, drawn.height) == (2560, 2048)


def worst_files():
    """The largest that are allowed, and bombs that are not."""
    yield "jpeg", saved(photo(7300, 5470), "JPEG", quality=95)
    yield (
        "progressive",
        saved(photo(4032, 3024), "JPEG", quality=90, progressive=True, subsampling=0),
    )
    yield "cmyk", saved(photo(7300, 5470, "CMYK"), "JPEG", quality=90)
    yield "png", saved(photo(4032, 3024), "PNG")
    yield "clear png", saved(photo(3464, 2598, "RGBA"), "PNG")
    yield "larger clear png", saved(photo(4032, 3024, "RGBA"), "PNG")
    yield "grey", png_of(head(4032, 3024, 16, 0), pixels(4032, 3024, 2), chunk(b"IEND", b""))
    yield "webp", saved(photo(3000, 2000), "WEBP", method=0)
    yield "clear webp", saved(photo(3000, 2000, "RGBA"), "WEBP", lossless=True, method=0)
    yield "bomb", png_of(head(30_000, 30_000), pixels(30_000, 3000), chunk(b"IEND", b""))
    yield "texts", after(png(), *[chunk(b"zTXt", b"x\0\0" + bytes(190_000))] * 60)


@pytest.mark.slow
def test_memory_is_bounded_for_the_worst_that_is_read(tmp_path):
    measured = {}
    for name, content in worst_files():
        path = tmp_path / "picture"
        path.write_bytes(content)
        command = [sys.executable, "-c", MEASURE, str(path)]
        told = subprocess.run(command, capture_output=True, text=True, check=True)
        measured[name] = int(told.stdout.split()[-1])
    print(json.dumps(measured))
    assert max(measured.values()) <= MOST_MEGABYTES


@pytest.fixture
def case(small_house):
    body = {"area": str(grid(KAIFENG)), "category": "01-02", "source": "grid-member"}
    answer = small_house.post("/incidents", body, small_house.city.who("grid_member"))
    return UUID(answer.json["id"])


def send(house, case, who, **sent):
    headers = {"Idempotency-Key": str(uuid4()), **as_(house.city.who(who))}
    return house.client().post(f"/api/v1/incidents/{case}/photos", headers=headers, **sent)


def test_they_are_refused_over_http_too(small_house, case):
    wrong = []
    for name, (code, build) in REFUSED.items():
        answer = send(small_house, case, "grid_member", data=build(), content_type="image/jpeg")
        is_sniffed = answer.headers["X-Content-Type-Options"] != "nosniff"
        if answer.status_code not in (413, 415, 422) or answer.json["code"] != code or is_sniffed:
            wrong.append((name, answer.status_code, answer.json))

    assert not wrong
    assert small_house.get(f"/incidents/{case}/photos").json["items"] == []


@pytest.mark.parametrize(
    "name",
    ["../../../etc/passwd", "C:\\evil.exe", "a\0b.jpg", "x" * 5000, "evil.php", '"><script>', "."],
)
def test_the_name_of_a_file_counts_for_nothing(small_house, case, name):
    file = (io.BytesIO(jpeg()), name, "text/html")
    answer = send(small_house, case, "grid_member", data={"picture": file})

    assert answer.status_code == 201
    kept = small_house.gridward.settings.evidence_folder
    names = [path.name for path in kept.rglob("*") if path.is_file()]
    assert all(len(one) == 64 and one.isalnum() for one in names)


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ({"data": HTML, "content_type": "text/html"}, "photo-wrong-type"),
        ({"data": b"{}", "content_type": "application/json"}, "photo-wrong-type"),
        ({"data": {"picture": "words"}, "content_type": "multipart/form-data"}, "photo-missing"),
        ({"data": b"--x\r\n", "content_type": "multipart/form-data"}, "photo-missing"),
        ({"data": b"no parts", "content_type": "multipart/form-data; boundary=x"}, "photo-missing"),
        (
            {"data": {"a": (io.BytesIO(b"1"), "a"), "b": (io.BytesIO(b"2"), "b")}},
            "photo-missing",
        ),
    ],
)
def test_forms_that_trick_are_refused(small_house, case, sent, code):
    answer = send(small_house, case, "grid_member", **sent)

    assert (answer.status_code, answer.json["code"]) in ((415, code), (422, code))


def test_a_type_that_lies_is_not_believed(small_house, case):
    answer = send(small_house, case, "grid_member", data=png(), content_type="image/webp")

    shown = small_house.get(f"/incidents/{case}/photos/{answer.json['photo']}")
    assert (shown.mimetype, shown.data[:3]) == ("image/jpeg", b"\xff\xd8\xff")
