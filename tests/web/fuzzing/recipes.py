"""Requests that are granted as they stand: bent a little, they reach further than chance does."""

from __future__ import annotations

from typing import Any

from tests.city import KAIFENG as HERE
from tests.city import ROADS, SANITATION, XIAOBAILOU, centre, grid

_LON, _LAT = centre(grid(HERE))
_POINT = {"lon": _LON, "lat": _LAT}
_CASE, _WHISTLE = "/api/v1/incidents/{incident}", "/api/v1/whistles/{whistle}"
_NEW = "/api/v1/admin/people/{spared handle}"
_DAY = {"from_day": "2026-11-16"}

# who, address, body
RECIPES: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("grid_member", "/api/v1/incidents", {"place": _POINT, "category": "01-02", "words": "沙发"}),
    ("acceptor", f"{_CASE}/steps/pass_on", {"answers": {}}),
    ("duty_leader", f"{_CASE}/steps/file", {"answers": {"category": "01-02"}}),
    ("dispatcher", f"{_CASE}/steps/dispatch", {"answers": {"unit": SANITATION}}),
    ("handler", f"{_CASE}/steps/accept", {"answers": {}}),
    ("auditor", f"{_CASE}/reveal", {"version": 1, "field": "words", "reason": "complaint"}),
    (
        "commander",
        f"{_CASE}/whistles",
        {"kind": "work", "cause": "pressing-matter", "parties": [SANITATION, ROADS]},
    ),
    ("handler", f"{_WHISTLE}/parties/{SANITATION}/sign-for", {}),
    ("handler", f"{_WHISTLE}/parties/{SANITATION}/contact", {}),
    ("handler", f"{_WHISTLE}/parties/{SANITATION}/check-in", {"place": _POINT, "photo": "ab" * 32}),
    ("handler", f"{_WHISTLE}/parties/{SANITATION}/begin", {}),
    ("handler", f"{_WHISTLE}/parties/{SANITATION}/finish", {"result": "cleared"}),
    ("commander", f"{_WHISTLE}/parties/{ROADS}/withdraw", {"reason": "not needed"}),
    ("commander", f"{_WHISTLE}/parties/{SANITATION}/rate", {"stars": 4}),
    ("commander", f"{_WHISTLE}/confirm", {"result": "solved"}),
    ("administrator", f"{_NEW}/roles", {"role": "dispatcher", "area": str(XIAOBAILOU), **_DAY}),
    ("administrator", f"{_NEW}/absences", {**_DAY, "to_day": "2026-11-20"}),
    (
        "administrator",
        f"{_NEW}/duties",
        {"role": "acceptor", "area": "120101000000", "hours": "22:00-06:00", **_DAY},
    ),
    (
        "administrator",
        "/api/v1/admin/areas",
        {
            "code": "120101001003",
            "name": "新社区",
            "kind": "community",
            **_DAY,
        },
    ),
)
