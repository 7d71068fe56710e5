"""Whoever tries to get round what holds stands in the log: who and where, and no words."""

import json
import logging
from contextlib import contextmanager
from io import StringIO
from itertools import count
from typing import Any

import pytest

from domain.account.account import account_id
from ops import logs
from tests.house import as_
from tests.web.test_commands import LI, RUBBISH, WANG, refusal
from tests.web.test_sign_in import PASSWORD, Visitor, quick_hashes, with_password
from web.account.sample import SAMPLE
from web.app import create_app
from web.limiting.counts import Limits

__all__ = ["quick_hashes"]
WORDS = "李雷 13912345678\nlevel=info event=forged"
PEER = "10.4.3.2"
MINUTES = count(1_700_000_040, 60)


@pytest.fixture(autouse=True)
def a_minute(monkeypatch):
    """Stand in a minute of one's own: the application, and what it counts, is shared."""
    at = float(next(MINUTES))
    monkeypatch.setattr("web.watching.time.time", lambda: at)


@contextmanager
def watched():
    """Give what is told of refusals while this is open, as it is written."""
    root, written = logging.getLogger(), StringIO()
    told: list[dict[str, Any]] = []
    level = root.level
    logs.set_up(level="info", form="json", stream=written)
    try:
        yield told
    finally:
        logs._remove_ours()
        root.setLevel(level)
    lines = [json.loads(line) for line in written.getvalue().splitlines()]
    told += [line for line in lines if line["event"] == "refused"]
    for piece in ("李雷", "13912345678", "forged", WANG.handle, LI.handle, PASSWORD):
        assert piece not in written.getvalue()
        assert json.dumps(piece)[1:-1] not in written.getvalue()


def send(house, method, path, **given):
    where = {"REMOTE_ADDR": PEER}
    return house.client().open(path, method=method, environ_base=where, **given)


def foreign_page(house):
    headers = {"Origin": "https://evil.example"}
    return send(house, "POST", "/sign-in", data={"handle": WORDS}, headers=headers)


def form_without_token(house):
    return send(house, "POST", "/report", data={"words": WORDS, "token": WORDS})


def forged_signature(house):
    headers = {"webhook-id": "m-1", "webhook-timestamp": "1", "webhook-signature": "v1,AAAA"}
    return send(house, "POST", "/api/v1/intake/cameras", json={"words": WORDS}, headers=headers)


def made_up_key(house):
    headers = {"Authorization": f"Bearer gw.{WANG.handle}.k1.{'x' * 43}"}
    return send(house, "GET", "/api/v1/whoami", headers=headers)


def foreign_name(house):
    return send(house, "GET", "/board", headers={"Host": "evil.example"})


TRIES = [
    (foreign_page, "foreign-origin", "/sign-in"),
    (form_without_token, "form-expired", "/report"),
    (forged_signature, "signature-not-good", "/api/v1/intake/<sender>"),
    (made_up_key, "key-not-good", "/api/v1/whoami"),
    (foreign_name, "unknown-host", "/board"),
]


@pytest.mark.parametrize(("attempt", "code", "route"), TRIES, ids=[code for _, code, _ in TRIES])
def test_each_way_round_a_control_is_told_at_the_first_try(small_house, attempt, code, route):
    with watched() as told:
        answer = attempt(small_house)

    assert answer.status_code in {400, 401, 403}
    (line,) = told
    assert (line["code"], line["route"], line["peer"], line["times"]) == (code, route, PEER, 1)
    assert line["level"] == "warning"


def test_who_asks_too_much_is_told_of(small_house):
    app = create_app(small_house.gridward, sample=True, limits=Limits(address=2))
    with watched() as told:
        for _ in range(5):
            app.test_client().get("/api/v1/whoami", environ_base={"REMOTE_ADDR": PEER})

    assert [(line["code"], line["times"]) for line in told] == [("too-many-requests", 1)]


def test_what_is_refused_for_want_of_rights_tells_account_and_role(small_house):
    case = small_house.post("/incidents", RUBBISH, WANG).json["id"]
    with watched() as told:
        order = small_house.step(case, "pass_on", WANG, words=WORDS)
        hidden = small_house.get(f"/incidents/{case}", small_house.city.people["p-zhou-jie"])

    assert (order.status_code, hidden.status_code) == (403, 404)
    assert [(line["code"], line["role"]) for line in told] == [
        (order.json["code"], "grid_member"),
        ("out-of-reach", "acceptor"),
    ]
    assert told[0]["account"] == str(account_id(WANG.handle))
    assert told[1]["account"] == str(account_id("p-zhou-jie"))


def test_a_page_that_refuses_is_told_of_as_the_api_is(small_house):
    small_house.app.extensions[SAMPLE] = False
    visitor = with_password(small_house, WANG.handle)
    for _ in range(5):
        visitor.sign_in(WANG.handle, "wrong password here")
    with watched() as told:
        visitor.sign_in(WANG.handle)

    assert [(line["code"], line["route"]) for line in told] == [("too-many-tries", "/sign-in")]


def test_bad_input_is_told_from_the_tenth_time_of_a_minute_on(small_house):
    with watched() as told:
        for _ in range(25):
            assert small_house.post("/incidents", {"words": WORDS}, WANG).status_code == 422

    assert [(line["code"], line["times"]) for line in told] == [("fields-invalid", 10)]


def test_nobody_fills_the_log_by_knocking(small_house):
    with watched() as told:
        for _ in range(120):
            foreign_page(small_house)

    assert [line["times"] for line in told] == [1, 10, 100]


def test_an_order_of_a_bundle_that_is_refused_is_told_of_by_itself(small_house):
    case = small_house.post("/incidents", RUBBISH, WANG).json["id"]
    order = {"step": {"incident": case, "step": "pass_on", "answers": {}}, "key": "k-1"}
    with watched() as told:
        answer = small_house.post("/bulk", {"orders": [order]}, WANG)

    assert answer.status_code == 200, answer.json
    assert [line["code"] for line in told] == [answer.json["items"][0]["problem"]["code"]]


def test_what_everybody_may_is_told_by_nothing(small_house):
    with watched() as told:
        Visitor(small_house).get("/sign-in")
        small_house.client().get("/api/v1/whoami", headers=as_(LI))
        assert refusal(small_house.client().get("/api/v1/whoami")) == (401, "sign-in-missing")

    assert told == []
