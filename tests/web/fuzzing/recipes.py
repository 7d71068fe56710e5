"""Requests that are granted as they stand, every operation of the document at least once.

Each round begins with all of them in this order; later they come by chance and bent, and so reach
further than chance alone does. ``<name>`` is filled from what the town knows by that name, and
``<new>`` is new each time.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

import openpyxl

from tests.city import (
    CHONGREN,
    HEPING,
    HEXI,
    KAIFENG,
    ROADS,
    SANITATION,
    TAISHAN,
    XIAOBAILOU,
    centre,
    grid,
)
from tests.web.fuzzing.pictures import drawn
from web.sheet.api import CSV, XLSX
from workflows.rulebook.reading import BOOK

FORM = "application/x-www-form-urlencoded"
JPEG = "image/jpeg"
NEVER: dict[str, str] = {}
"""The operations that no request of ours is granted, each with its reason: there are none."""

_LON, _LAT = centre(grid(KAIFENG))
_POINT = {"lon": _LON, "lat": _LAT}
_CASE, _WHISTLE = "/api/v1/incidents/<fresh>", "/api/v1/whistles/<blown>"
_ADMIN, _311 = "/api/v1/admin", "/open311/v2"
_NEW = f"{_ADMIN}/people/<newcomer>"
_DAY = {"from_day": "2026-11-16"}
_LIMITS = BOOK / "limits" / "tianjin-grid.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """A request: who sends it, where, with what; ``keeps`` is where the id answered goes."""

    who: str
    path: str
    method: str = "POST"
    body: Any = None
    kind: str = "application/json"
    keeps: str = ""
    signed: bool = False


def _order(who: str, path: str, body: Any = None, **more: Any) -> Recipe:
    return Recipe(who=f"key of {who}", path=path, body=body or {}, **more)


def _read(who: str, *paths: str) -> tuple[Recipe, ...]:
    return tuple(Recipe(who=f"key of {who}", path=path, method="GET") for path in paths)


def _workbook() -> bytes:
    book = openpyxl.Workbook()
    book.active.append(("number", "category", "area", "words", "happened_at"))
    book.active.append(("7", "01-02", str(grid(KAIFENG)), "垃圾桶满", "2026-11-16 08:00"))
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


_SOFA = {"place": _POINT, "category": "01-02", "words": "沙发"}
_ROWS = (
    f"number,category,area,words,name,phone\n8,01-02,{grid(KAIFENG)},旧沙发,韩秀英,13800138000\n"
)
_LAMP = {"category": "04-01", "place": _POINT, "words": "灯杆倾斜", "reference": "pole-17"}
_REACH = {
    "area": str(XIAOBAILOU),
    "categories": ["04"],
    "expires_at": "2027-01-31T00:00:00+08:00",
}
_SENDER = {"code": "s-<new>", "title": "Lamps", "handle": "p-li-na", "role": "acceptor", **_REACH}

CASES = (
    _order("grid_member", "/api/v1/incidents", _SOFA, keeps="fresh"),
    _order("grid_member", "/api/v1/incidents", _SOFA, keeps="twin"),
    _order("acceptor", "/api/v1/incidents/<twin>/steps/merge", {"answers": {"leading": "<old>"}}),
    _order("acceptor", "/api/v1/incidents/<twin>/unmerge", {"reason": "另一处"}),
    _order("acceptor", f"{_CASE}/steps/pass_on", {"answers": {}}),
    _order("duty_leader", f"{_CASE}/steps/file", {"answers": {"category": "01-02"}}),
    _order("dispatcher", f"{_CASE}/steps/dispatch", {"answers": {"unit": SANITATION}}),
    _order(
        "handler", f"{_CASE}/steps/ask_deferral", {"answers": {"minutes": 600, "reason": "rain"}}
    ),
    _order("auditor", f"{_CASE}/reveal", {"version": 1, "field": "words", "reason": "complaint"}),
    _order("acceptor", "/api/v1/people/p-wang-fang/reveal", {"reason": "call-back"}),
    _order(
        "acceptor",
        "/api/v1/searches",
        {"kind": "phone", "value": "13800138000", "purpose": "called-before"},
    ),
    _order("grid_member", "/api/v1/incidents/<fresh>/photos", drawn(), kind=JPEG, keeps="shot"),
    _order(
        "duty_leader",
        "/api/v1/incidents/<fresh>/photos/<shot>/blur",
        {"rectangles": [{"x": 0, "y": 0, "width": 5, "height": 5}]},
        keeps="blurred",
    ),
    _order("auditor", "/api/v1/incidents/<fresh>/photos/<shot>/original", {"reason": "申诉"}),
    _order(
        "acceptor",
        "/api/v1/bulk",
        {
            "orders": [
                {"key": "b-<new>", "report": {**_SOFA, "area": str(grid(KAIFENG))}},
                {"key": "c-<new>", "step": {"incident": "<incident>", "step": "pass_on"}},
            ]
        },
    ),
    _order(
        "grid_member",
        "/api/v1/bulk/photos",
        b'--x\r\nContent-Disposition: form-data; name="orders"\r\n\r\n'
        b'[{"key": "p-<new>", "incident": "<fresh>", "file": "a"}]\r\n--x\r\n'
        b'Content-Disposition: form-data; name="a"; filename="a.jpg"\r\n\r\n'
        + drawn()
        + b"\r\n--x--\r\n",
        kind="multipart/form-data; boundary=x",
    ),
    _order("hotline", f"{_CASE}/calls", {"words": "还在", "contact": {"name": "韩秀英"}}),
    _order("acceptor", "/api/v1/incidents/sheet?list=<new>", _ROWS.encode(), kind=CSV),
    _order("acceptor", "/api/v1/incidents/sheet?list=<new>", _workbook(), kind=XLSX),
)
_WORK = {"kind": "work", "cause": "pressing-matter", "parties": [SANITATION, ROADS]}
_HARD = {"kind": "hard-case", "cause": "unclear-ownership", "parties": [SANITATION]}
_PARTY = f"{_WHISTLE}/parties/{SANITATION}"
WHISTLES = (
    _order("commander", "/api/v1/incidents/<fresh>/whistles", _HARD, keeps="asked for"),
    _order("district commander", "/api/v1/whistles/<asked for>/approve"),
    _order("commander", "/api/v1/incidents/<twin>/whistles", _HARD, keeps="doubtful"),
    _order("district commander", "/api/v1/whistles/<doubtful>/decline", {"reason": "not hard"}),
    _order("commander", "/api/v1/incidents/<twin>/whistles", _WORK, keeps="spare"),
    _order(
        "commander",
        f"/api/v1/whistles/<spare>/parties/{ROADS}/substitute",
        {"by": "u-spared", "reason": "nearer"},
    ),
    _order("commander", "/api/v1/whistles/<spare>/call-off", {"reason": "solved meanwhile"}),
    _order("commander", f"{_CASE}/whistles", _WORK, keeps="blown"),
    _order("handler", f"{_PARTY}/sign-for"),
    _order("handler", f"{_PARTY}/contact"),
    _order("handler", f"{_PARTY}/check-in", {"place": _POINT, "photo": "ab" * 32}),
    _order("handler", f"{_PARTY}/begin"),
    _order("handler", f"{_PARTY}/finish", {"result": "cleared"}),
    _order("commander", f"{_WHISTLE}/parties/{ROADS}/withdraw", {"reason": "not needed"}),
    _order("commander", f"{_PARTY}/rate", {"stars": 4}),
    _order("commander", f"{_WHISTLE}/confirm", {"result": "solved"}),
)
_POST = {"role": "acceptor", "area": str(HEPING)}
_UNIT = {"code": "u-<new>", "name": "路灯所", "kind": "roads", "area": "120101000000", **_DAY}
PEOPLE = (
    _order("administrator", f"{_ADMIN}/people", {"handle": "p-<new>", "name": "新人"}),
    _order("administrator", f"{_NEW}/roles", {**_POST, "role": "dispatcher", **_DAY}),
    _order("administrator", f"{_NEW}/roles/end", {**_POST, "to_day": "2027-01-01"}),
    _order("administrator", f"{_NEW}/absences", {**_DAY, "to_day": "2026-11-20"}),
    _order("administrator", f"{_NEW}/back", {"to_day": "2026-11-18"}),
    _order("administrator", f"{_NEW}/duties", {**_POST, "hours": "22:00-06:00", **_DAY}),
    _order("administrator", f"{_ADMIN}/duties/1/end", {**_POST, "to_day": "2026-12-01"}),
    _order("administrator", f"{_ADMIN}/units", _UNIT),
    _order(
        "administrator",
        f"{_ADMIN}/units/u-spared/categories",
        {"categories": ["04"], **_DAY},
    ),
    _order("administrator", f"{_ADMIN}/units/u-spared/close", {"from_day": "2027-01-01"}),
    _order("administrator", f"{_ADMIN}/accounts/<newcomer>/invite"),
    _order(
        "administrator",
        f"{_ADMIN}/accounts/<newcomer>/keys",
        {"label": "a machine", **_POST, "scopes": ["read"]},
    ),
    _order("administrator", f"{_ADMIN}/accounts/<newcomer>/keys/k1/revoke"),
    _order("administrator", f"{_ADMIN}/accounts/<newcomer>/factors/totp/remove"),
    _order("administrator", f"{_ADMIN}/people/p-leaving/leave", {"from_day": "2026-11-17"}),
)
_RING = [[_LON + x, _LAT + y] for x, y in ((-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1))]
AREAS = (
    _order(
        "administrator",
        f"{_ADMIN}/areas/{XIAOBAILOU}/outline",
        {"outline": {"type": "Polygon", "coordinates": [_RING]}, **_DAY},
    ),
    _order(
        "administrator",
        f"{_ADMIN}/areas",
        {"code": "120101001<area>", "name": "新社区", "kind": "community", **_DAY},
    ),
    _order("administrator", f"{_ADMIN}/areas/{CHONGREN}/rename", {"name": "崇仁", **_DAY}),
    _order(
        "administrator",
        f"{_ADMIN}/areas/{grid(TAISHAN, 1)}/move",
        {"code": str(grid(CHONGREN, 2)), "from_day": "2026-11-17"},
    ),
    _order(
        "administrator",
        f"{_ADMIN}/areas/{grid(TAISHAN, 2)}/merge",
        {"code": str(grid(TAISHAN, 3)), "from_day": "2026-11-17"},
    ),
    _order(
        "administrator", f"{_ADMIN}/areas/{grid(CHONGREN, 3)}/close", {"from_day": "2026-11-17"}
    ),
    _order(
        "city administrator",
        f"{_ADMIN}/rules/limits/tianjin-grid",
        {"toml": _LIMITS.read_text("utf-8").replace('zh = "', 'zh = "新<new>', 1)},
    ),
)
SENDERS = (
    _order("administrator", f"{_ADMIN}/senders", _SENDER),
    _order("administrator", f"{_ADMIN}/senders/s-spared/revise", _REACH),
    _order("administrator", f"{_ADMIN}/senders/s-spared/key", {"overlap_hours": 2}),
    _order("administrator", f"{_ADMIN}/senders/s-ended/end"),
    Recipe(
        who="nobody",
        path="/api/v1/intake/lamp-sensors",
        body={"type": "incident.report", "data": _LAMP},
        signed=True,
    ),
)
_REPORT = f"service_code=01-02&lat={_LAT}&long={_LON}&description=bin&api_key=<good key>".encode()
_NOTE = (
    b"service_request_id=<seen>&update_id=<new>&status=OPEN&description=there&api_key=<good key>"
)
PUBLIC = (
    Recipe(who="nobody", path=f"{_311}/requests.json", body=_REPORT, kind=FORM, keeps="seen"),
    Recipe(who="nobody", path=f"{_311}/requests", body=_REPORT, kind=FORM),
    Recipe(who="nobody", path=f"{_311}/servicerequestupdates.json", body=_NOTE, kind=FORM),
    Recipe(who="nobody", path=f"{_311}/servicerequestupdates", body=_NOTE, kind=FORM),
)
_ALIKE = ("services", "services/01-02", "requests", "requests/<seen>", "tokens/<seen>")
READS = (
    *_read("auditor", "/api/v1/incidents", _CASE, f"{_CASE}/timeline", "/api/v1/requests"),
    *_read("acceptor", f"{_CASE}/suggestions", f"{_CASE}/followers", f"{_CASE}/whistles"),
    *_read("auditor", "/api/v1/whistles", _WHISTLE, "/api/v1/responses", "/api/v1/snags"),
    *_read("auditor", f"{_CASE}/reveals", "/api/v1/people/p-li-na/searches"),
    *_read("auditor", f"{_CASE}/photos", "/api/v1/incidents/<fresh>/photos/<blurred>"),
    *_read("administrator", f"{_ADMIN}/senders", f"{_ADMIN}/accounts"),
    *_read("administrator", f"{_ADMIN}/changes?kind=area&code={XIAOBAILOU}"),
    *_read("hotline", f"/api/v1/calls/alike?category=01-02&area={grid(KAIFENG)}"),
    *_read("auditor", f"/api/v1/areas/{XIAOBAILOU}/outline"),
    *_read("auditor", "/api/v1/areas?search=12", f"/api/v1/areas/{HEXI}"),
    *_read("auditor", f"/api/v1/areas/{HEXI}/children", "/api/v1/whoami", "/api/v1/people"),
    *_read("auditor", "/api/v1/units", "/api/v1/categories", "/api/v1/workflows"),
    *_read("auditor", "/api/v1/workflows/street-incident", "/api/v1/durations"),
    *_read("auditor", "/api/v1/indicators", "/api/v1/openapi.json"),
    *_read("auditor", "/open311/discovery.json", f"{_311}/servicerequestupdates"),
    *_read("auditor", f"{_311}/servicerequestupdates.xml"),
    *_read("auditor", *(f"{_311}/{one}{end}" for one in _ALIKE for end in ("", ".json"))),
)
RECIPES = (*CASES, *WHISTLES, *PEOPLE, *AREAS, *SENDERS, *PUBLIC, *READS)
