"""What no honest program sends is refused in the shape of the specification."""

from io import BytesIO

import pytest

from tests.web.open311.partner import LI, MATTER, errors, key_of
from web.open311.rendering import xml_of

XXE = '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><r>&x;</r>'
BOMB = '<!DOCTYPE l [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><l>&b;&b;</l>'


@pytest.mark.parametrize("body", [XXE, BOMB, "{}", "", "\0" * 100])
@pytest.mark.parametrize("kind", ["text/xml", "application/xml", "application/json", "text/plain"])
def test_only_forms_are_read(partner, body, kind):
    answer = partner.house.client().post(
        "/open311/v2/requests.json", data=body, content_type=kind, query_string={"api_key": "x"}
    )

    assert errors(answer)[0] == 400


@pytest.mark.parametrize(
    "number", ["1e400", "NaN", "inf", "-inf", "9" * 4000, "91", "-91", "٣٩", "0x1", "1,5", "1 2"]
)
def test_a_number_that_is_none_is_refused(partner, number):
    answer = partner.send("requests.json", {**MATTER, "lat": number})

    assert errors(answer)[0] == 400


def test_a_point_outside_the_city_is_refused(partner):
    assert errors(partner.send("requests.json", {**MATTER, "lat": "0", "long": "0"}))[0] == 400


@pytest.mark.parametrize(
    ("body", "charset"),
    [
        (b"&description=\xff\xfe\xfd", "utf-8"),
        (b"&description=%FF%FE", "utf-8"),
        (b"&description=%00", "utf-8"),
        (b"&description=%EF%BF%BD", "utf-8"),
        (b"&description=x", "utf-7"),
        (b"&description=x", "gbk"),
        (b"&description=x", "no such"),
    ],
)
def test_bytes_that_are_no_utf8_are_refused(partner, body, charset):
    known = f"api_key={key_of(LI)}&service_code=01-02&lat=39.1005&long=117.1915".encode()

    answer = partner.house.client().post(
        "/open311/v2/requests.json",
        data=known + body,
        content_type=f"application/x-www-form-urlencoded; charset={charset}",
    )

    assert errors(answer)[0] == 400


@pytest.mark.parametrize(
    "more",
    [
        {"description": "长" * 4001},
        {"description": "长" * 2001},
        {"phone": "1" * 201},
        {"media_url": "javascript:alert(1)"},
        {"address_id": "'; DROP TABLE cases; --", "lat": "", "long": ""},
        {"attribute[external_id]": "n" * 101},
        {"attribute[external_id]": "有空格 的"},
        {f"field{number}": "x" for number in range(70)},
    ],
)
def test_what_is_too_long_or_no_code_is_refused(partner, more):
    assert errors(partner.send("requests.json", {**MATTER, **more}))[0] == 400


def test_a_file_is_refused_rather_than_lost(partner):
    with_file = {**MATTER, "media": (BytesIO(b"GIF89a"), "a.gif")}

    answer = partner.send("requests.json", with_file, how="multipart/form-data")

    assert errors(answer)[0] == 400


@pytest.mark.parametrize(
    "query",
    [
        {"start_date": "yesterday"},
        {"start_date": "0001-01-01T00:00:00+14:00"},
        {"end_date": "9999-12-31T23:59:59-12:00"},
        {"start_date": "2026-11-16", "end_date": "2026-11-15"},
        {"start_date": "1" * 5000},
        {"status": "lost"},
        {"service_code": "\0"},
        {"service_request_id": ",".join(["x"] * 200)},
    ],
)
@pytest.mark.parametrize("form", ["json", "xml"])
def test_a_query_that_says_nothing_is_refused(partner, query, form):
    answer = partner.get(f"v2/requests.{form}", **query)

    assert answer.status_code == 400


def test_a_wrong_method_is_told_in_the_same_shape(partner):
    answer = partner.house.client().delete("/open311/v2/requests.json")

    assert errors(answer)[0] == 405


def test_a_foreign_page_orders_nothing_with_a_cookie(partner):
    answer = partner.send(
        "requests.json",
        MATTER,
        key=None,
        Origin="https://evil.example",
        Cookie="gridward-session=x",
    )

    assert errors(answer)[0] == 403


def test_characters_that_xml_cannot_hold_do_not_break_it(partner):
    assert b"\xef\xbf\xbd" in xml_of("errors", [{"code": 400, "description": "\x01"}])


def test_a_part_of_a_form_without_a_name_is_refused(small_house):
    body = b'--x\r\nContent-Disposition: form-data; name="service_code\r\n\r\n01-02\r\n--x--\r\n'

    answer = small_house.client().post(
        "/open311/v2/requests.json", data=body, content_type="multipart/form-data; boundary=x"
    )

    assert answer.status_code == 400
    assert "no name" in answer.json[0]["description"]
