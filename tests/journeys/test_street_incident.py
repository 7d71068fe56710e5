"""One incident over HTTP from report to closing: late, raised, failed, handled again, closed late.

Every figure below was counted by hand from the calendar: 08:00 to 12:00 and 14:00 to 18:00.
"""

from datetime import UTC, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from domain.incident.incident import Incident
from tests.city import HEPING, KAIFENG, PEOPLE, SANITATION, XIAOBAILOU, grid

CITY_ZONE = ZoneInfo("Asia/Shanghai")
WHO = {someone.handle: someone for someone in PEOPLE}
WANG, LI, ZHANG, CHEN, SUN = (
    WHO[f"p-{name}"] for name in ("wang-fang", "li-na", "zhang-wei", "chen-jing", "sun-qiang")
)


def at(clock_time):
    """Give a time of that Monday as the API writes it."""
    hours, minutes = map(int, clock_time.split(":"))
    local = datetime(2026, 11, 16, hours, minutes, tzinfo=CITY_ZONE)
    return local.astimezone(UTC).isoformat()


class Day:
    """The Monday, and what people do on it by the city's clock."""

    def __init__(self, house):
        self.house = house

    def until(self, clock_time):
        self.house.clock.at = datetime.fromisoformat(at(clock_time))
        return self.house.ring()

    def report(self):
        body = {"area": str(grid(KAIFENG)), "category": "01-02", "words": "小学门口垃圾外溢"}
        answer = self.house.post("/incidents", body, WANG)
        assert answer.status_code == 201
        self.incident = answer.json["id"]
        self.version = 1

    def step(self, clock_time, step, who, **answers):
        fired = self.until(clock_time)
        assert fired == []
        answer = self.house.post(
            f"/incidents/{self.incident}/steps/{step}",
            {"answers": answers},
            who,
            **{"If-Match": f'"{self.case()["version"]}"'},
        )
        assert answer.status_code == 200, answer.json

    def case(self):
        return self.house.get(f"/incidents/{self.incident}").json

    def row(self, query="state=all"):
        (row,) = self.house.get(f"/incidents?{query}").json["items"]
        return row

    def stands(self):
        row, case = self.row(), self.case()
        same = ("stage", "level", "light", "unit", "handler", "version", "escalations")
        assert {name: row[name] for name in same} == {name: case[name] for name in same}
        due = row["due_at"] and datetime.fromisoformat(row["due_at"]).astimezone(CITY_ZONE)
        return row["stage"], row["level"], row["light"], due and f"{due:%H:%M}"


@pytest.fixture
def day(house):
    return Day(house)


def live_through(day):
    """Let the Monday pass; at each hour the board says what was counted by hand."""
    day.report()
    assert day.stands() == ("accepting", "community", "on-time", "10:00")
    day.step("09:06", "pass_on", LI, remark="属实")
    assert day.stands() == ("awaiting_filing", "community", "on-time", "09:36")
    day.step("09:18", "file", ZHANG, category="01-02")
    assert day.stands() == ("awaiting_dispatch", "community", "on-time", "09:48")
    day.until("09:41")
    assert day.stands()[2] == "on-time"
    day.until("09:42")
    assert day.stands()[2] == "soon"

    assert day.until("09:50") == ["awaiting_dispatch/3"]
    assert day.stands() == ("awaiting_dispatch", "street", "overdue", "09:48")

    day.step("10:01", "dispatch", CHEN, unit=SANITATION, handler="p-sun-qiang")
    assert day.stands() == ("handling", "street", "on-time", "16:01")
    day.step("11:36", "done", SUN, remark="已清运")
    assert day.stands() == ("awaiting_check", "street", "on-time", "14:36")
    day.step("11:45", "send_to_check", LI)
    assert day.stands() == ("checking", "community", "on-time", "14:15")
    day.step("11:59", "fail_check", WANG, reason="墙角还有一袋")
    assert day.stands() == ("awaiting_dispatch", "community", "on-time", "14:29")
    day.step("14:10", "dispatch", CHEN, unit=SANITATION, handler="p-sun-qiang")
    assert day.stands() == ("handling", "community", "on-time", "16:01")

    assert day.until("16:05") == ["bundled/1"]
    assert day.stands() == ("handling", "street", "overdue", "16:01")

    day.step("16:30", "done", SUN, remark="全部清运")
    assert day.stands() == ("awaiting_check", "street", "on-time", "17:30")
    day.step("16:35", "send_to_check", LI)
    day.step("16:55", "pass_check", WANG)
    assert day.stands() == ("awaiting_closing", "community", "on-time", "17:55")
    day.step("17:10", "close", ZHANG, outcome="late")
    assert day.stands() == ("closed", "community", "overdue", None)


def test_a_street_incident_from_report_to_closing(day):
    live_through(day)

    timeline_tells_all_of_it(day)
    case_is_settled(day)
    durations_are_exact(day)
    indicators_are_exact(day)
    nothing_fires_any_more(day)


def timeline_tells_all_of_it(day):
    items = day.house.get(f"/incidents/{day.incident}/timeline").json["items"]
    told = [(one["at"], one["person"], one["topic"], one["minutes"], one["over"]) for one in items]

    assert told == [
        (at("09:00"), "p-wang-fang", "incident.reported", 0, None),
        (at("09:06"), "p-li-na", "incident.stage-changed", 6, None),
        (at("09:18"), "p-zhang-wei", "incident.filed", 12, None),
        (at("09:18"), "p-zhang-wei", "incident.stage-changed", 0, None),
        (at("09:50"), "clockwork", "incident.deadline-missed", 32, None),
        (at("09:50"), "clockwork", "incident.escalated", 0, None),
        (at("10:01"), "p-chen-jing", "incident.stage-changed", 11, 13),
        (at("10:01"), "p-chen-jing", "incident.assigned", 0, None),
        (at("11:36"), "p-sun-qiang", "incident.stage-changed", 95, None),
        (at("11:45"), "p-li-na", "incident.stage-changed", 9, None),
        (at("11:45"), "p-li-na", "incident.lowered", 0, None),
        (at("11:59"), "p-wang-fang", "incident.stage-changed", 14, None),
        (at("14:10"), "p-chen-jing", "incident.stage-changed", 131, None),
        (at("16:05"), "clockwork", "incident.deadline-missed", 115, None),
        (at("16:05"), "clockwork", "incident.escalated", 0, None),
        (at("16:30"), "p-sun-qiang", "incident.stage-changed", 25, None),
        (at("16:35"), "p-li-na", "incident.stage-changed", 5, None),
        (at("16:35"), "p-li-na", "incident.lowered", 0, None),
        (at("16:55"), "p-wang-fang", "incident.stage-changed", 20, None),
        (at("17:10"), "p-zhang-wei", "incident.stage-changed", 15, None),
        (at("17:10"), "p-zhang-wei", "incident.settled", 0, None),
    ]
    assert [one["version"] for one in items] == list(range(1, 22))
    said = {one["version"]: one["words"] for one in items if one["words"]}
    assert said == {
        1: {"words": "小学门口垃圾外溢"},
        2: {"remark": "属实"},
        9: {"remark": "已清运"},
        12: {"remark": "墙角还有一袋"},
        16: {"remark": "全部清运"},
    }
    assert items[5]["facts"] | {"grace": None, "repeat": None} == {
        "left": "community",
        "level": "street",
        "owner": "commander",
        "due_at": "2026-11-16T01:48:00Z",
        "grace": None,
        "repeat": None,
        "cause": "late",
    }


def case_is_settled(day):
    case = day.case()

    assert (case["final"], case["outcome"], case["on_time"]) == ("settled", "late", False)
    assert (case["reworks"], case["wrong_dispatches"], case["escalations"]) == (1, 0, 2)
    assert case["deadlines"] == []
    assert {one["step"] for one in case["offers"] if not one["allowed"]} == {
        *("rate", "ask_reopening", "grant_reopening", "refuse_reopening"),
    }
    assert case["ended_at"] == at("17:10")
    assert day.house.get("/incidents").json["items"] == []
    assert day.row(f"state=ended&area={HEPING}&category=01&unit={SANITATION}&light=overdue")


def durations_are_exact(day):
    found = day.house.get(f"/durations?area={XIAOBAILOU}&by=unit").json
    shown = ("stage", "count", "median", "p90", "judged", "on_time", "limit_minutes")
    whole = day.house.get(f"/durations?area={XIAOBAILOU}").json

    stages = {tuple(one[name] for name in shown) for one in whole["stages"]}
    assert stages == {
        ("accepting", 1, 6, 6, 1, 1, 60),
        ("awaiting_filing", 1, 12, 12, 1, 1, 30),
        ("awaiting_dispatch", 2, 11, 43, 2, 1, 30),
        ("handling", 2, 95, 140, 1, 1, 240),
        ("awaiting_check", 2, 5, 9, 2, 2, 60),
        ("checking", 2, 14, 20, 2, 2, 30),
        ("awaiting_closing", 1, 15, 15, 1, 1, 60),
    }
    (case,) = whole["cases"]
    assert (case["median"], case["judged"], case["on_time"]) == (370, 1, 0)
    assert [one["group"] for one in found["cases"]] == [SANITATION]
    for minutes, expected in (("clock", 490), ("handling", 269)):
        (case,) = day.house.get(f"/durations?minutes={minutes}").json["cases"]
        assert case["median"] == expected
    weeks = whole["weeks"]
    assert len(weeks) == 13
    assert [week["durations"] and week["durations"]["count"] for week in weeks] == [None] * 12 + [1]


def indicators_are_exact(day):
    (sums,) = day.house.get(f"/indicators?area={HEPING}").json["items"]
    rates = {
        name: (rate["numerator"], rate["denominator"], rate["percent"])
        for name, rate in sums["rates"].items()
        if rate["denominator"]
    }

    assert rates == {
        "closing": (1, 1, "100.00"),
        "on-time-closing": (0, 1, "0.00"),
        "rework": (1, 1, "100.00"),
        "deferral": (0, 1, "0.00"),
        "return": (0, 1, "0.00"),
        "void": (0, 1, "0.00"),
        "reopening": (0, 1, "0.00"),
        "backlog": (0, 1, "0.00"),
        "suspension": (0, 1, "0.00"),
        "accurate-dispatch": (1, 1, "100.00"),
        "wrong-dispatch": (0, 1, "0.00"),
        "second-dispatch": (0, 1, "0.00"),
        "whistle": (0, 1, "0.00"),
        "accurate-filing": (1, 1, "100.00"),
        "on-time-filing": (1, 1, "100.00"),
        "on-time-dispatch": (1, 2, "50.00"),
        "on-time-check": (2, 2, "100.00"),
        "missed-by-the-grid": (0, 1, "0.00"),
        "escalation": (1, 1, "100.00"),
        "self-handled": (0, 1, "0.00"),
    }


def nothing_fires_any_more(day):
    day.house.clock.forward(days=400)  # longer than any key of a machine lasts

    assert day.house.ring() == []
    assert day.house.gridward.ledger.load(Incident, UUID(day.incident)).version == 21
