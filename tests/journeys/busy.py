"""A few days of an ordinary street: reports that wait, are handled, come too late, fail a check."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from tests.city import CHONGREN, KAIFENG, PEOPLE, ROADS, SANITATION, Someone, grid
from tests.house import House

WHO = {someone.handle: someone for someone in PEOPLE}
WANG, LIU, LI, ZHANG, CHEN, SUN, MA = (
    WHO[f"p-{name}"]
    for name in (
        "wang-fang", "liu-yang", "li-na", "zhang-wei", "chen-jing", "sun-qiang", "ma-chao",
    )
)  # fmt: skip
_LUNCH, _CLOSES, _OPENS, _SATURDAY = (12, 13), 17, 8, 5

LAST_MORNING = 10

# What was found, where, by whom, in words, and how many of the steps were taken.
MATTERS = (
    ("01-02", 1, WANG, "grid-member", "垃圾桶外溢，异味明显", 7),
    ("04-01", 2, LIU, "grid-member", "路面塌陷约半米，已放锥桶", 7),
    ("02-01", 1, WANG, "grid-member", "单元门口贴满小广告", 7),
    ("01-04", 2, LIU, "grid-member", "菜市场门前污水横流", 7),
    ("c02-01", 1, WANG, "grid-member", "人行道井盖松动", 7),
    ("01-03", 2, LI, "hotline", "居民来电：楼下堆放渣土", 7),
    ("01-02", 1, WANG, "grid-member", "早点摊收摊后垃圾未清", 7),
    ("04-01", 2, LIU, "grid-member", "路口坑洼积水", 7),
    ("01-03", 3, LI, "public", "停车位旁装修垃圾多日未清", 3),
    ("c02-01", 2, LIU, "grid-member", "井盖异响", 3),
    ("01-02", 2, LIU, "grid-member", "垃圾投放点满溢", 4),
    ("02-01", 1, WANG, "grid-member", "电线杆张贴小广告", 3),
    ("05-01", 1, WANG, "grid-member", "流动摊贩占道，行人绕行", 2),
    ("04-01", 1, WANG, "grid-member", "小学门口路面破损", 3),
    ("01-04", 2, LIU, "grid-member", "道路遗撒沙土", 3),
    ("03-04", 3, LI, "public", "脚手架占用便道", 1),
    ("01-02", 1, WANG, "grid-member", "沿街商户门前垃圾", 1),
    ("02-04", 2, LIU, "grid-member", "招牌松动，有掉落风险", 0),
    ("01-06", 1, WANG, "grid-member", "绿地内堆放杂物", 0),
)


def live(house: House) -> str:
    """Let the days pass; give the case that has seen most."""
    incident = ""
    for number, (category, place, who, source, words, steps) in enumerate(MATTERS):
        if number == LAST_MORNING:
            incident = _trouble(house)
        _work(house, minutes=9 if number >= LAST_MORNING else 95)
        body = {"area": str(_grid(who, place)), "category": category, "words": words}
        matter = _reported(house, body | {"source": source}, who)
        _take(house, matter, category, place, who, steps)
        house.ring()
    _work(house, minutes=4)
    house.post("/incidents", {**_found(WANG, "01-04"), "words": "雨后泥水漫上人行道"}, WANG)
    house.ring()
    return incident


def _grid(who: Someone, place: int) -> str:
    if who.role == "grid_member":
        return str(who.area)
    return str(grid(CHONGREN if place == 3 else KAIFENG, place))


def _found(who: Someone, category: str) -> dict[str, str]:
    return {"area": str(who.area), "category": category}


def _take(house: House, incident: str, category: str, place: int, who: Someone, steps: int) -> None:
    """Take the first steps of the way to closing; a public report is verified before."""
    unit, handler = (ROADS, MA) if category[:2] in ("04", "c0") else (SANITATION, SUN)
    member = {1: WANG, 2: LIU}.get(place)
    if who is LI and member and steps:
        _step(house, incident, 9, "send_to_verify", LI)
        _step(house, incident, 17, "confirm_true", member, remark="属实")
    way: tuple[tuple[int, str, Someone | None, dict[str, str]], ...] = (
        (7, "pass_on", LI, {}),
        (11, "file", ZHANG, {"category": category}),
        (13, "dispatch", CHEN, {"unit": unit, "handler": handler.handle}),
        (95, "done", handler, {"remark": "已处置，照片留存"}),
        (12, "send_to_check", LI, {}),
        (16, "pass_check", member, {}),
        (22, "close", ZHANG, {"outcome": "normal"}),
    )
    for minutes, step, actor, answers in way[: steps if member else 0]:
        assert actor is not None
        _step(house, incident, minutes if steps == len(way) else 4, step, actor, **answers)


def _trouble(house: House) -> str:
    """One that is dispatched too late, fails its check, and waits for more time."""
    body = {**_found(WANG, "01-02"), "words": "小学门口垃圾外溢，影响孩子通行"}
    incident = _reported(house, body, WANG)
    _step(house, incident, 6, "pass_on", LI, remark="情况属实")
    _step(house, incident, 12, "file", ZHANG, category="01-02")
    house.clock.forward(minutes=33)
    house.ring()
    sent = {"unit": SANITATION, "handler": SUN.handle}
    _step(house, incident, 10, "dispatch", CHEN, **sent)
    _step(house, incident, 55, "done", SUN, remark="已清运")
    _step(house, incident, 9, "send_to_check", LI)
    _step(house, incident, 14, "fail_check", WANG, reason="墙角还有一袋")
    _step(house, incident, 8, "dispatch", CHEN, **sent)
    _step(house, incident, 15, "ask_deferral", SUN, minutes=60, reason="清运车故障，正在调车")
    return incident


def _reported(house: House, body: dict[str, str], who: Someone) -> str:
    answer = house.post("/incidents", body, who)
    assert answer.status_code == 201, answer.json  # created
    assert answer.json is not None
    return str(answer.json["id"])


def _step(
    house: House, incident: str, minutes: int, step: str, who: Someone, /, **answers: object
) -> None:
    _work(house, minutes=minutes)
    answer = house.step(incident, step, who, **answers)
    assert answer.status_code == 200, (step, answer.json)


def _work(house: House, *, minutes: int) -> None:
    """Let time pass that people work in: no nights, no weekends, no lunch."""
    house.clock.forward(minutes=minutes)
    zone = ZoneInfo("Asia/Shanghai")
    while True:
        local = house.clock.at.astimezone(zone)
        works = _OPENS <= local.hour < _CLOSES and local.hour not in _LUNCH
        if works and local.weekday() < _SATURDAY:
            return
        house.clock.at += timedelta(minutes=5)
