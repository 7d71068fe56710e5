"""What the fuzzer knows of its city: who may send, and the ids and codes that are there."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import uuid4

from werkzeug.test import TestResponse

from domain.kernel.act import OPERATOR, Act
from domain.kernel.confiding import Words
from tests.city import (
    AREAS,
    CITY,
    COMMUNITIES,
    HEPING,
    PEOPLE,
    UNITS,
    XIAOBAILOU,
    Someone,
    centre,
    grid,
)
from tests.house import House, as_
from tests.keys import give_key
from tests.web.fuzzing.cooking import LAMPS, SECRET
from tests.web.test_pages import Browser
from workflows.people.commands import EnrolPerson, FoundUnit, GrantRole
from workflows.rulebook.reading import read_book
from workflows.sender.commands import RegisterSender

NEWCOMERS = ("p-new-a", "p-new-b", "p-new-c")
"""They send nothing, so administrators may do with them what they like."""
LEAVING = "p-leaving"
_KEPT = (
    *(("id", "incident"), ("photo", "photo"), ("next", "after")),
    *(("service_request_id", "incident"), ("token", "token"), ("number", "number")),
)
_NAMED = {"id", "photo", "service_request_id"}
_MOST = 60
_CASES = 8


@dataclass(slots=True, kw_only=True)
class Town:
    """The headers of each sender, and what may be named in a request."""

    senders: dict[str, dict[str, str]]
    pool: dict[str, list[str]]

    def remember(self, body: bytes, keeps: str = "") -> None:
        """Keep what an answer named, so that later requests can name it too."""
        if len(body) > 2_000:
            return
        try:
            told = json.loads(body)
        except ValueError:
            return
        told = told[0] if isinstance(told, list) and told else told
        if isinstance(told, dict):
            for name, keep in _KEPT:
                if isinstance(told.get(name), str):
                    self._keep(keep, told[name])
                    if keeps and name in _NAMED:
                        self._keep(keeps, told[name])

    def _keep(self, name: str, value: str) -> None:
        kept = self.pool[name]
        if len(kept) >= _MOST:
            del kept[_MOST // 2]
        kept.append(value)


def furnished(house: House) -> Town:
    """Appoint an administrator, report a few cases and blow a whistle."""
    boss = Someone(handle="p-boss", name="柳青", role="administrator", area=HEPING)
    top = replace(boss, handle="p-top", area=CITY)
    others = (replace(boss, handle=handle, role="acceptor") for handle in (*NEWCOMERS, LEAVING))
    clerk = replace(boss, handle="p-clerk", role="hotline")
    for who in (boss, top, clerk, *others):
        _appoint(house, who)
    _found(house)
    pool = _names(house)
    _report(house, pool)
    senders = _senders(house, boss) | {
        "key of city administrator": as_(top),
        "key of hotline": as_(clerk),
    }
    return Town(senders=senders, pool=pool)


def _act(house: House) -> Act:
    command_id, at = str(uuid4()), house.clock()
    return Act(person=OPERATOR, role=OPERATOR, area=CITY, command_id=command_id, at=at)


def _found(house: House) -> None:
    """Found a unit that nobody needs, and register three senders: one reports, two are spared."""
    desk, day = house.gridward.desk, house.clock().date()
    unit = FoundUnit(
        code="u-spared", name="路灯所", name_en="", kind="roads", area=HEPING, from_day=day
    )
    desk.do(unit, _act(house))
    for code in (LAMPS, "s-spared", "s-ended"):
        sender = RegisterSender(
            code=code,
            title="Lamp posts",
            handle="p-li-na",
            role="acceptor",
            channel="device",
            area=XIAOBAILOU,
            categories=("04",),
            expires_at=house.clock() + timedelta(days=30),
            secret=Words(text=SECRET, key=bytes(32)),
        )
        desk.do(sender, _act(house))


def _appoint(house: House, who: Someone) -> None:
    desk, day = house.gridward.desk, house.clock().date()
    desk.do(EnrolPerson(handle=who.handle, name=who.name, key=bytes(32)), _act(house))
    grant = GrantRole(handle=who.handle, role=who.role, area=who.area, from_day=day)
    desk.do(grant, _act(house))
    give_key(desk, who.handle, who.role, area=CITY, at=house.clock())
    house.catch_up()


def _senders(house: House, boss: Someone) -> dict[str, dict[str, str]]:
    """Everybody by key, a few by the session of a page, and nobody."""
    found: dict[str, dict[str, str]] = {"nobody": {}}
    for who in {one.role: one for one in (boss, *reversed(PEOPLE))}.values():
        found[f"key of {who.role}"] = as_(who)
    district = next(one for one in PEOPLE if one.role == "commander" and one.area == HEPING)
    found["key of district commander"] = as_(district)
    for who in (house.city.who("acceptor"), house.city.who("handler")):
        browser = Browser(house, who)
        cookies = browser.client._cookies.values()  # werkzeug shows them one by one
        sent = "; ".join(f"{one.key}={one.value}" for one in cookies)
        found[f"session of {who.role}"] = {"Cookie": sent}
    return found


def _names(house: House) -> dict[str, list[str]]:
    areas = [str(one[0]) for one in AREAS] + [str(grid(one)) for one in COMMUNITIES]
    handles = [one.handle for one in PEOPLE]
    key = as_(house.city.who("acceptor"))["Authorization"].partition(" ")[2]
    units = [one[0] for one in UNITS]
    books = sorted({rules.name for rules in read_book()})
    lon, lat = centre(grid(COMMUNITIES[0]))
    said = {
        "area": areas,
        "within": areas,
        "address_id": areas,
        "api_key": [key, "gw.p-x.k.s"],
        "by": [*units, "unit", "district"],
        "category": ["01", "01-02", "04", "c02", "01-99"],
        "categories": ["01", "04"],
        "cause": ["pressing-matter", "night-fire"],
        "clock": ["working"],
        "code": [*areas, *units, "01-02"],
        "deputy_for": handles,
        "factor": ["f1"],
        "field": ["words", "reason"],
        "handle": [*handles, "p-boss", "p-new"],
        "handler": handles,
        "hours": ["22:00-06:00", "08:00-20:00"],
        "jurisdiction_id": [str(CITY)],
        "key": ["k1", "k2"],
        "kind": ["work", "grid", "street", "sanitation", "categories", "workflow", "limits"],
        "lat": [str(lat)],
        "level": ["street", "grid"],
        "lon": [str(lon)],
        "long": [str(lon)],
        "minutes": ["30", "working"],
        "name": [*books, "某某"],
        "newcomer": list(NEWCOMERS),
        "good key": [key],
        "spared handle": [*NEWCOMERS, *NEWCOMERS, "p-nobody"],
        "spared code": [
            *("120101002001", "120101002001001", "hexi-sanitation", "120101002002"),
            *("u-spared", "s-spared"),
        ],
        "parties": units,
        "party": units,
        "reference": ["street-incident", "street-incident@1", *books],
        "role": sorted({one.role for one in PEOPLE}),
        "search": ["网格", "12", "和"],
        "service_code": ["01-02", "04-01"],
        "stage": ["reported", "filed", "dispatched", "accepted"],
        "status": ["open", "closed", "OPEN", "FIXED"],
        "step": ["pass_on", "file", "dispatch", "refuse", "accept", "report_done", "close"],
        "unit": units,
        "what": ["open", "invite", "reset", "disable", "enable"],
        "workflow": ["street-incident", "street-incident@1"],
    }
    return defaultdict(list, {name: list(found) for name, found in said.items()})


def _report(house: House, pool: dict[str, list[str]]) -> None:
    city = house.city
    lon, lat = centre(grid(COMMUNITIES[0]))
    place = {"lon": lon, "lat": lat}
    body = {"place": place, "category": "01-02", "words": "沙发"}
    for number in range(_CASES):
        made = _id(house.post("/incidents", body, city.who("grid_member")))
        pool["incident"].append(made)
        if number:
            house.step(made, "pass_on", city.who("acceptor"))
        if number > 1:
            house.step(made, "file", city.who("duty_leader"), category="01-02")
        if number > 3:
            house.step(made, "dispatch", city.who("dispatcher"), unit=UNITS[0][0])
    order = {"kind": "work", "cause": "pressing-matter", "parties": [UNITS[0][0], UNITS[1][0]]}
    for case in pool["incident"][:2]:
        blown = house.post(f"/incidents/{case}/whistles", order, city.who("commander"))
        pool["whistle"].append(_id(blown))
    pool["leading"] = pool["service_request_id"] = pool["token"] = pool["incident"]
    pool["whistle"] *= 3
    pool["old"] = pool["incident"][:1]
    house.clock.forward(minutes=1)  # what is reported from now on is younger than these


def _id(answer: TestResponse) -> str:
    return str(json.loads(answer.data)["id"])
