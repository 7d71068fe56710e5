"""A loose facade: three departments are whistled, one sends another, one comes too late."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from tests.city import (
    CITY,
    HEPING,
    KAIFENG,
    PEOPLE,
    ROADS,
    SANITATION,
    XIAOBAILOU,
    Department,
    Someone,
    add_units,
    centre,
    grid,
)
from tests.house import House
from tests.keys import give_key
from workflows.processes.following import Follower
from workflows.processes.joining import Joining

CITY_ZONE = ZoneInfo("Asia/Shanghai")
WHO = {someone.handle: someone for someone in PEOPLE}
WANG, LI, ZHANG, CHEN, ZHAO, SUN, MA = (
    WHO[f"p-{name}"]
    for name in (
        "wang-fang", "li-na", "zhang-wei", "chen-jing", "zhao-lei", "sun-qiang", "ma-chao",
    )
)  # fmt: skip
URBAN, POLICE, SQUAD = "heping-urban", "heping-police", "xiaobailou-squad"
DEPARTMENTS: tuple[Department, ...] = (
    (URBAN, "和平区城市管理委员会", "Heping Urban Management", "urban", HEPING, ("02",)),
    (POLICE, "公安和平分局", "Heping Police", "police", HEPING, ("06",)),
    (SQUAD, "小白楼综合执法队", "Xiaobailou Squad", "squad", XIAOBAILOU, ("02",)),
)
HE = Someone(handle="p-he-yong", name="何勇", role="handler", unit=URBAN)
LIN = Someone(handle="p-lin-tao", name="林涛", role="handler", unit=POLICE)
GAO = Someone(handle="p-gao-jie", name="高洁", role="handler", unit=SQUAD)
LON, LAT = centre(grid(KAIFENG))
HERE = {"lon": LON, "lat": LAT}
NEARBY = {"lon": round(LON + 0.001, 6), "lat": round(LAT + 0.0005, 6)}
FAR = {"lon": round(LON + 0.03, 6), "lat": LAT}
PHOTO = "ab" * 32


def clock(words: str) -> datetime:
    """A time of that Monday."""
    hours, minutes = map(int, words.split(":"))
    return datetime(2026, 11, 16, hours, minutes, tzinfo=CITY_ZONE).astimezone(UTC)


class Wall:
    """The day of the facade, hour by hour, over HTTP."""

    def __init__(self, house: House) -> None:
        self.house = house
        city = house.gridward
        self.joining = Follower(Joining(), city.store, city.feed, city.desk, now=city.now)
        add_units(city.desk, DEPARTMENTS, (HE, LIN, GAO), at=house.clock.at)
        for who in (HE, LIN, GAO):
            give_key(city.desk, who.handle, who.role, area=CITY, at=house.clock.at)
        house.catch_up()
        self.joining.prepare()
        self.incident = self.whistle = ""

    def until(self, words: str) -> list[str]:
        """Let the time come; give the deadlines that fired."""
        self.house.clock.at = clock(words)
        fired = self.house.ring()
        self.joining.catch_up()
        self.house.catch_up()
        return fired

    def step(self, words: str, step: str, who: Someone, **answers: object) -> None:
        self.until(words)
        answer = self.house.step(self.incident, step, who, **answers)
        assert answer.status_code == 200, (step, answer.json)

    def order(self, words: str, order: str, who: Someone, party: str = "", **body: object) -> None:
        """Give an order to the whistle, for a party or for all."""
        answer = self.ordered(words, order, who, party, **body)
        assert answer.status_code == 200, (order, answer.json)

    def ordered(self, words, order, who, party="", **body):
        self.until(words)
        of = f"/parties/{party}" if party else ""
        answer = self.house.post(f"/whistles/{self.whistle}{of}/{order}", body, who)
        self.joining.catch_up()
        return answer

    def report_and_dispatch(self) -> None:
        body = {
            "area": str(grid(KAIFENG)),
            "category": "02-04",
            "words": "外墙砖松动，下方是小学",
            "place": HERE,
        }
        answer = self.house.post("/incidents", body, WANG)
        assert answer.status_code == 201, answer.json
        assert answer.json is not None
        self.incident = answer.json["id"]
        self.step("9:06", "pass_on", LI)
        self.step("9:18", "file", ZHANG, category="02-04")
        self.step("9:30", "dispatch", CHEN, unit=SANITATION, handler=SUN.handle)

    def blow(self) -> None:
        self.until("9:40")
        body = {
            "kind": "work",
            "cause": "pressing-matter",
            "parties": [URBAN, POLICE, ROADS],
            "words": "需拆除松动墙砖并封闭道路",
        }
        answer = self.house.post(f"/incidents/{self.incident}/whistles", body, ZHAO)
        assert answer.status_code == 201, answer.json
        assert answer.json is not None
        self.whistle = answer.json["id"]
        self.joining.catch_up()
        self.house.catch_up()

    def answer(self) -> list[str]:
        """Two sign, one of them sends the street's squad, the police are late."""
        self.order("10:00", "sign-for", HE, URBAN)
        self.order("10:05", "sign-for", MA, ROADS)
        self.order("10:08", "substitute", MA, ROADS, by=SQUAD, reason="该路段归街道养护")
        self.order("10:12", "sign-for", GAO, SQUAD)
        fired = self.until("10:41")
        self.order("10:50", "sign-for", LIN, POLICE)
        return fired

    def come(self) -> None:
        self.order("11:05", "check-in", HE, URBAN, place=NEARBY, photo=PHOTO)
        self.order("11:10", "check-in", GAO, SQUAD, place=HERE, photo=PHOTO)
        self.order("11:20", "check-in", LIN, POLICE, place=NEARBY, photo=PHOTO)

    def await_closing(self) -> None:
        """The case itself is handled meanwhile and waits to be closed."""
        self.step("11:30", "done", SUN, remark="已设围挡")
        self.step("11:35", "send_to_check", LI)
        self.step("11:50", "pass_check", WANG)

    def finish(self) -> None:
        """Each does its part and is rated."""
        for words, who, unit, stars, result in (
            ("14:10", HE, URBAN, 5, "松动墙砖已拆除"),
            ("14:20", GAO, SQUAD, 4, "道路已封闭"),
            ("14:30", LIN, POLICE, 2, "交通已疏导"),
        ):
            self.order(words, "finish", who, unit, result=result)
            self.house.clock.at += timedelta(minutes=2)
            self.order(
                f"{self.house.clock.at.astimezone(CITY_ZONE):%H:%M}",
                "rate",
                ZHAO,
                unit,
                stars=stars,
            )

    def confirm_and_close(self) -> None:
        self.order("14:40", "confirm", ZHAO, result="solved")
        self.step("14:45", "close", ZHANG, outcome="normal")

    def live(self) -> None:
        """Let the whole day pass."""
        self.report_and_dispatch()
        self.blow()
        self.answer()
        self.come()
        self.await_closing()
        self.finish()
        self.confirm_and_close()
