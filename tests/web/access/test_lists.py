"""Every list, page and form, and every order about an area and its people, by every role."""

from collections.abc import Mapping
from datetime import timedelta

import pytest

from tests.city import SINCE
from tests.web.access.expected_cases import ROLES
from tests.web.access.expected_lists import LISTS, ORDERS, REPORT
from tests.web.access.hall import STREET, area_for, handle_of, unit_at
from tests.web.access.judging import Ledger, code_of, everybody, is_open

DAY = str(SINCE.replace(year=2027))
POST = {"role": "acceptor", "area": str(STREET)}
LACKING = (409, 422)
"""Statuses of an order that was let through and could not be carried out for another reason."""
NOT_THERE = ("no-such-key", "no-such-duty")
NAMED = {"/units/": unit_at("own"), "/senders/": "device-1"}
REACH = {"area": str(STREET), "categories": ["01"], "expires_at": "2027-03-01T00:00:00+08:00"}
WHO = {"handle": handle_of("acceptor", "own")}
SHEET = "number,category,area\n1,01-02,120101010010010\n"
PHOTOS = '[{"key": "k", "incident": "7b1f7f0e-6f51-4c5b-9a39-0a4c5f0d2e11", "file": "f"}]'
MORE = {"/api/v1/areas": {"search": "某"}, "/api/v1/calls/alike": {"category": "01"}}
BODIES = {
    "/people": {"handle": "p-newly-enrolled", "name": "新人"},
    "/roles": {"role": "hotline", "area": str(STREET), "from_day": DAY},
    "/roles/end": {**POST, "to_day": DAY},
    "/leave": {"from_day": DAY},
    "/absences": {"from_day": DAY, "to_day": str(SINCE.replace(year=2028))},
    "/back": {"to_day": DAY},
    "/duties": {**POST, "hours": "22:00-06:00", "from_day": DAY},
    "/1/end": {**POST, "to_day": DAY},
    "/units": {
        "code": "a-new-unit",
        "name": "新单位",
        "kind": "roads",
        "area": str(STREET),
        "from_day": DAY,
    },
    "/senders": {"code": "device-2", "title": "设备", "role": "acceptor", **REACH, **WHO},
    "/device-1/key": {},
    "/device-1/revise": REACH,
    "/device-1/end": {},
    "/searches": {"kind": "phone", "value": "13800000000", "purpose": "call-back"},
    "/categories": {"categories": ["01"], "from_day": DAY},
    "/areas": {"code": "120101010099", "name": "新社区", "kind": "community", "from_day": DAY},
    "/rename": {"name": "新名", "from_day": DAY},
    "/move": {"code": "120101010098", "from_day": DAY},
    "/merge": {"code": "120101010020", "from_day": DAY},
    "/close": {"from_day": DAY},
    "/outline": {"outline": {"type": "Point"}, "from_day": DAY},
    "/tianjin-grid": {"toml": "title = 1"},
    "/keys": {"label": "bot", "role": "acceptor", "area": str(STREET), "scopes": ["read"]},
    "/reveal": {"reason": "为了核实"},
}
ASKED_THERE = ("/report", "/account/role", "/admin/outline")
FORMS = {
    "/report": {"category": "01-02", "same": "another"},
    "/account/role": {},
    "/account/keys": {"label": "bot", "area": str(STREET), "scope": "read"},
    "/keys": {"name": "k1"},
    "/factors": {"name": "totp"},
}


def asked(hall, route, role, relation, *, who=None):
    method, _, path = route.partition(" ")
    area = area_for(role, relation)
    subject = handle_of("grid_member" if role == "grid_member" else "acceptor", "own")
    if role == "grid_member" and relation == "above":
        subject = handle_of("grid_member", "below")
    code = STREET if method == "POST" else area
    code = next((one for part, one in NAMED.items() if part in path), code)
    for name, value in (("<code>", code), ("<handle>", subject), ("<what>", "disable"),
                        ("<reference>", "street-incident@1"), ("<int:number>", 1),
                        ("<kind>", "limits"), ("<name>", "tianjin-grid"), ("<key>", "k1"),
                        ("<factor>", "totp")):  # fmt: skip
        path = path.replace(name, str(value))
    me = who or (handle_of(role, relation), role)
    if method == "GET":
        more = MORE.get(path, {})
        takes = "/api/v1/areas" not in path and not path.endswith(
            ("/whoami", "/snags", "/searches")
        )
        plain = any(part in path for part in ("/api/v1/categories", "/api/v1/workflows"))
        if path.endswith("/changes"):
            return hall.ask(method, path, me, query_string={"kind": "area", "code": str(area)})
        query = {**more, **({"area": str(area)} if takes and not plain else {})}
        return hall.ask(method, path, me, query_string=query)
    if path == "/api/v1/incidents/sheet":
        typed = {"Content-Type": "text/csv"}
        return hall.ask(method, path, me, data=SHEET, headers=typed, query_string={"list": "l"})
    if path == "/api/v1/bulk/photos":
        form = {"data": {"orders": PHOTOS}, "content_type": "multipart/form-data"}
        return hall.ask(method, path, me, **form)
    if path.startswith("/api/"):
        return hall.ask(method, path, me, json=body_of(path, area))
    return hall.ask(method, path, me, data=form_of(path, area, role))


def body_of(path, area):
    if path == "/api/v1/incidents":
        return {"area": str(area), "category": "01-02"}
    if path == "/api/v1/bulk":
        return {"orders": [{"key": "one", "report": {"area": str(area), "category": "01-02"}}]}
    return next((body for end, body in BODIES.items() if path.endswith(end)), {})


def form_of(path, area, role):
    found = next((form for end, form in FORMS.items() if path.endswith(end)), {})
    asked_there = {"area": str(area), "role": role}
    return {**found, **(asked_there if path in ASKED_THERE else {})}


@pytest.mark.parametrize("route", LISTS)
def test_every_list_is_open_to_whom_it_was_written_for(hall, route):
    ledger = Ledger()
    for role, relation in everybody():
        answer = asked(hall, route, role, relation)
        expected = is_open(LISTS[route][ROLES.index(role)], relation, own=False)
        ledger.note((route, role, relation), expected, answer)
    ledger.must_be_as_written()


@pytest.mark.parametrize("route", ORDERS)
def test_every_order_is_open_to_whom_it_was_written_for(hall, route):
    ledger = Ledger()
    for role, relation in everybody():
        answer = asked(hall, route, role, relation)
        expected = is_open(ORDERS[route][ROLES.index(role)], relation, own=False)
        ledger.note((route, role, relation), expected, Reached(answer))
    ledger.must_be_as_written()


class Reached:
    """An answer that says no for another reason than who asks counts as let through."""

    def __init__(self, answer):
        reached = answer.status_code in LACKING or code_of(answer) in NOT_THERE
        reached = reached or b"passkey-not-good" in answer.data
        self.status_code = 200 if reached else answer.status_code
        self.is_json, self.json = answer.is_json, answer.json if answer.is_json else None
        self.headers = answer.headers


def test_who_keeps_the_whole_city_publishes_rules(hall):
    who = ("p-city-administrator", "administrator")
    route = "POST /api/v1/admin/rules/<kind>/<name>"

    assert asked(hall, route, "administrator", "own", who=who).status_code in LACKING


@pytest.mark.parametrize("route", ["POST /api/v1/bulk"])
def test_each_order_of_many_is_asked_as_one_sent_alone(hall, route):
    ledger = Ledger()
    for role, relation in everybody():
        (one,) = asked(hall, route, role, relation).json["items"]
        expected = is_open(REPORT[ROLES.index(role)], relation, own=False)
        ledger.note((route, role, relation), expected, Result(one))
    ledger.must_be_as_written()


class Result:
    """What became of one order among many."""

    is_json = False
    headers: Mapping[str, str] = {}

    def __init__(self, told):
        self.status_code = told["status"]


def test_an_area_asked_for_far_ahead_is_no_way_around(hall):
    ahead = hall.clock().date() + timedelta(days=300)
    path = f"/api/v1/areas/{STREET}?day={ahead}"

    assert hall.ask("GET", path, (handle_of("acceptor", "own"), "acceptor")).status_code == 200
