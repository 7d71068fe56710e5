"""What holds for every request: who asks, in which form, how much, from where."""

import io
import json
from ipaddress import ip_network
from typing import Any

import pytest

from tests.city import KAIFENG, grid
from tests.house import as_
from tests.keys import header_of
from tests.web.test_commands import LI, RUBBISH, WANG, refusal

POST = "/api/v1/incidents"
FIVE_MEGABYTES = 5 * 1024 * 1024


def sent(house, **changes):
    """Send a report with one thing wrong."""
    headers: dict[str, str | None] = {
        **as_(WANG),
        "Idempotency-Key": "k",
        "Content-Type": "application/json",
        **changes.pop("headers", {}),
    }
    body = changes.pop("data", json.dumps(RUBBISH))
    kept = {name: value for name, value in headers.items() if value is not None}
    return house.client().post(POST, data=body, headers=kept, **changes)


def test_a_request_without_a_person_is_told_how_to_say_it(small_house):
    answer = small_house.client().get("/api/v1/whoami")

    assert refusal(answer) == (401, "sign-in-missing")
    assert "Bearer" in answer.json["reason"]
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_stranger_is_nobody(small_house):
    answer = small_house.client().get("/api/v1/whoami", headers=header_of("p-x", "auditor"))

    assert refusal(answer) == (401, "key-not-good")


def test_a_command_without_an_id_is_told_what_to_do(small_house):
    answer = sent(small_house, headers={"Idempotency-Key": None})

    assert refusal(answer) == (400, "idempotency-key-missing")
    assert "UUID" in answer.json["reason"]


@pytest.mark.parametrize("key", ["", "x" * 201, "with space", "ümlaut", "tab\tbed"])
def test_an_unusable_command_id_is_refused(small_house, key):
    assert refusal(sent(small_house, headers={"Idempotency-Key": key}))[0] == 400


def test_the_longest_command_id_is_taken(small_house):
    assert sent(small_house, headers={"Idempotency-Key": "x" * 200}).status_code == 201


@pytest.mark.parametrize(
    "body",
    ["{bad", "", "\xff\xfe", '{"a":1}}', "[" * 100_000, '{"area": NaN', b"\xff\xfe\x00"],
)
def test_malformed_json_is_refused(small_house, body):
    status, code = refusal(sent(small_house, data=body))

    assert (status, code) in [(400, "malformed-json"), (422, "fields-invalid")]


def test_a_number_of_five_thousand_digits_is_refused(small_house):
    answer = sent(small_house, data='{"stars": ' + "9" * 5_000 + "}")

    assert refusal(answer) == (400, "malformed-json")


def test_half_a_character_in_the_name_of_a_field_is_refused(small_house):
    body = '{"reason": "complaint", "\\ud800": 1}'
    headers = {**as_(LI), "Idempotency-Key": "k", "Content-Type": "application/json"}

    answer = small_house.client().post("/api/v1/people/p-li-na/reveal", data=body, headers=headers)

    assert refusal(answer) == (422, "fields-invalid")


@pytest.mark.parametrize("path", ["/api/v1/whoami", "/sign-in", "/admin", "/open311/v2/services"])
def test_a_query_that_is_no_text_is_refused(small_house, path):
    answer = small_house.client().get(path, environ_overrides={"QUERY_STRING": "\xff"})

    assert answer.status_code == 400


@pytest.mark.parametrize("body", ["[]", "3", '"report"', "null", "true"])
def test_json_that_is_no_object_is_refused(small_house, body):
    assert refusal(sent(small_house, data=body)) == (422, "fields-invalid")


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "", "x"])
def test_another_content_type_is_refused(small_house, kind):
    assert refusal(sent(small_house, headers={"Content-Type": kind})) == (415, "not-json")


class Unread(io.BytesIO):
    """A body that tells how much of it was read."""

    read_bytes = 0

    def read(self, size=-1, /):
        taken = super().read(size)
        self.read_bytes += len(taken)
        return taken


def test_five_megabytes_are_refused_before_they_are_read(small_house):
    body = Unread(b" " * FIVE_MEGABYTES)

    answer = sent(small_house, data=None, input_stream=body, content_length=FIVE_MEGABYTES)

    assert refusal(answer)[0] == 413
    assert body.read_bytes == 0


def test_a_megabyte_and_a_byte_is_too_much(small_house):
    assert refusal(sent(small_house, data=b" " * (1024 * 1024 + 1)))[0] == 413


@pytest.mark.parametrize(
    "query",
    [
        "stage=x&colour=red",
        "limit=0",
        "limit=-1",
        "limit=1001",
        "limit=99999999999999999999",
        "limit=ten",
        "light=blue",
        "state=half",
        "area=999",
        "unit=%00",
        "after=" + "x" * 401,
    ],
)
def test_a_query_that_makes_no_sense_is_refused(still_house, query):
    status, code = refusal(still_house.get(f"/incidents?{query}"))

    assert status == 422
    assert code in {"fields-invalid", "invalid-area-code"}


@pytest.mark.parametrize("after", ["x", "%F0%9F%8D%8E", "MS4xLjE", "LTEuLTEuLTE", "a" * 399])
@pytest.mark.parametrize(
    "path", ["/incidents?", "/people?", "/areas?search=1&", "/areas/120000000000/children?"]
)
def test_a_cursor_that_nobody_gave_is_refused(still_house, path, after):
    assert refusal(still_house.get(f"{path}after={after}")) == (422, "bad-cursor")


@pytest.mark.parametrize("path", ["/categories", "/workflows", "/whoami"])
def test_a_query_where_none_is_taken_is_refused(small_house, path):
    assert refusal(small_house.get(f"{path}?x=1")) == (422, "fields-invalid")


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/nowhere", 404, "not-found"),
        ("/incidents/not-an-id", 404, "not-found"),
        ("/areas/120199000000", 404, "no-such-area"),
        ("/areas/12", 422, "invalid-area-code"),
        ("/workflows/no-such-flow", 404, "unknown-publication"),
        ("/workflows/street-incident@99", 404, "unknown-version"),
        ("/workflows/UPPER@1", 404, "unknown-publication"),
        ("/durations?first=2026-11-17&last=2026-11-16", 422, "fields-invalid"),
        ("/durations?minutes=moon", 422, "fields-invalid"),
        ("/indicators?by=planet", 422, "fields-invalid"),
    ],
)
def test_what_is_not_there_is_said(small_house, path, status, code):
    assert refusal(small_house.get(path)) == (status, code)


def test_another_method_is_told_which_are_taken(small_house):
    answer = small_house.client().delete("/api/v1/incidents", headers=as_(LI))

    assert refusal(answer) == (405, "method-not-allowed")
    assert "POST" in answer.headers["Allow"]


def test_an_error_of_ours_shows_nothing_of_the_inside(small_house, monkeypatch):
    def break_down(*_arguments):
        raise RuntimeError("secret: /etc/passwd")

    monkeypatch.setattr(type(small_house.gridward.desk), "do", break_down)

    answer = sent(small_house)

    assert refusal(answer) == (500, "internal-server-error")
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    "path",
    ["/", "/board", "/api/v1/whoami", "/nowhere", "/static/gridward.css", "/health", "/metrics"],
)
def test_every_answer_carries_the_headers(small_house, path):
    answer = small_house.client().get(path)
    answer.close()

    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "10.0.0.1", "", "[::1", "[x]:1"]
)
def test_a_foreign_host_is_not_served(small_house, host):
    for path in ("/", "/api/v1/whoami", "/health"):
        answer = small_house.client().get(
            path, headers={"Host": host, "Accept": "application/json"}
        )
        assert refusal(answer) == (400, "unknown-host")


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8000", "[::1]:8000"])
def test_this_machine_is_served(small_house, host):
    assert small_house.client().get("/", headers={"Host": host}).status_code == 200


def test_a_caller_goes_on_page_by_page(house):
    for number in range(5):
        house.clock.forward(minutes=1)
        house.post("/incidents", RUBBISH, WANG, key=f"k{number}")
    seen, path = [], "/incidents?limit=2"
    while True:
        page = house.get(path).json
        seen += [item["id"] for item in page["items"]]
        if page["next"] is None:
            break
        path = f"/incidents?limit=2&after={page['next']}"

    assert len(seen) == len(set(seen)) == 5


def test_areas_people_and_units_go_on_page_by_page(house):
    for path in ("/areas?search=网格&limit=5", "/people?limit=4", "/units?limit=2"):
        whole = house.get(path.split("limit")[0] + "limit=100").json["items"]
        seen: list[object] = []
        after: str | None = ""
        while after is not None:
            page = house.get(f"{path}{after and f'&after={after}'}").json
            seen += page["items"]
            after = page["next"]
        assert seen == whole
        assert len(whole) > 2


def test_an_unchanged_timeline_is_not_sent_again(house):
    incident = house.post("/incidents", RUBBISH, WANG).json["id"]

    answer = house.get(f"/incidents/{incident}/timeline", **{"If-None-Match": '"1"'})

    assert (answer.status_code, answer.data) == (304, b"")


def test_the_nearest_units_that_answer_come_first(house):
    found = house.get(f"/units?category=01-02&area={grid(KAIFENG)}").json["items"]

    assert [unit["code"] for unit in found] == ["heping-sanitation"]


def test_chinese_is_written_as_it_is(small_house):
    assert "天津市" in small_house.get("/areas/120000000000").text


def test_operators_are_told_what_ops_gives():
    from web.app import create_app

    nothing: Any = None  # nothing is asked of the city here
    app = create_app(nothing, health=lambda: {"ok": False}, metrics=lambda: b"up 1\n")
    client = app.test_client()

    assert (client.get("/health").status_code, client.get("/metrics").data) == (503, b"up 1\n")


def test_figures_are_for_the_operators_networks_and_strangers_learn_only_whether_all_is_well():
    from web.app import create_app

    nothing: Any = None
    told = {"ok": False, "checks": {"database": {"ok": False}}}
    app = create_app(
        nothing,
        health=lambda: told,
        metrics=lambda: b"up 1\n",
        watchers=[ip_network("10.1.0.0/16")],
    )

    def ask(path, address):
        return app.test_client().get(path, environ_base={"REMOTE_ADDR": address})

    for address in ("10.1.2.3", "::ffff:10.1.2.3"):
        assert ask("/metrics", address).data == b"up 1\n"
        assert ask("/health", address).json == told
    for address in ("10.2.0.1", "127.0.0.1", "2001:db8::1", ""):
        assert refusal(ask("/metrics", address)) == (403, "not-for-your-network")
        assert (ask("/health", address).status_code, ask("/health", address).json) == (
            503, {"ok": False}
        )  # fmt: skip
