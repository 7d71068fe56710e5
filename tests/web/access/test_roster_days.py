"""Roles count from their day until their day: over HTTP, with the clock moved by hand."""

from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest

from domain.kernel.codes import AreaCode
from tests.city import CITY, HEXI, JIANSHAN, KAIFENG, QUANYECHANG, SINCE, TAISHAN, XIAOBAILOU, grid
from tests.keys import give_key, header_of
from tests.web.test_commands import CHEN, LI, WANG
from tests.web.test_pages import Browser
from tests.web.test_sign_in import order
from workflows.area.commands import AddArea
from workflows.people.commands import EndRole, EnrolPerson, GiveDuty, GrantRole

A_SECOND = timedelta(seconds=1)
TO_MIDNIGHT = timedelta(hours=15)  # the house opens at nine in the morning
RUBBISH = {"category": "01-02", "words": "门口有垃圾"}
NEWCOMER = "p-newcomer"
HELD, NOT_HELD = 200, (403, "role-not-held")


class Roster:
    """A city with somebody new in it, and a case in each of two streets."""

    def __init__(self, house):
        self.house, self.clock = house, house.clock
        self.today = house.clock().date()
        order(house, EnrolPerson(handle=NEWCOMER, name="新人", key=bytes(32)))
        self.near = self.reported(grid(KAIFENG), WANG)
        self.far = self.reported(grid(TAISHAN), house.city.people["p-sun-li"])
        house.catch_up()

    def reported(self, area, who):
        return self.house.post("/incidents", {**RUBBISH, "area": str(area)}, who).json["id"]

    def day(self, days):
        return self.today + timedelta(days=days)

    def grant(self, role, first, last=None, *, area=XIAOBAILOU, **more):
        days = {"from_day": self.day(first), "to_day": self.day(last) if last else None}
        order(self.house, GrantRole(handle=NEWCOMER, role=role, area=area, **days, **more))

    def end(self, role, area=XIAOBAILOU):
        order(self.house, EndRole(handle=NEWCOMER, role=role, area=area, to_day=self.today))

    def key(self, role):
        give_key(self.house.gridward.desk, NEWCOMER, role, area=CITY, at=self.clock())
        return header_of(NEWCOMER, role)

    def look(self, header, path=None):
        path = path or f"/incidents/{self.near}"
        return self.house.client().get(f"/api/v1{path}", headers=header)

    def step(self, header, step, case=None, **answers):
        path = f"/api/v1/incidents/{case or self.near}/steps/{step}"
        sent = {**header, "Idempotency-Key": str(uuid4())}
        return self.house.client().post(path, json={"answers": answers}, headers=sent)


def told(answer):
    return 200 if answer.status_code == 200 else (answer.status_code, answer.json["code"])


@pytest.fixture
def roster(house):
    return Roster(house)


def test_a_role_to_come_opens_nothing_before_its_day_and_all_of_it_on_that_day(roster):
    roster.grant("acceptor", 1)
    key = roster.key("acceptor")
    roster.clock.at += TO_MIDNIGHT - A_SECOND

    before = [roster.look(key), roster.look(key, "/incidents"), roster.step(key, "pass_on")]
    roster.clock.at += A_SECOND
    after = [roster.look(key), roster.look(key, "/incidents"), roster.step(key, "pass_on")]

    assert [told(one) for one in before] == [NOT_HELD] * 3
    assert [told(one) for one in after] == [HELD] * 3


def test_a_role_opens_all_of_it_until_its_last_midnight_and_nothing_from_then_on(roster):
    roster.grant("acceptor", 0, 1)
    key = roster.key("acceptor")
    roster.clock.at += TO_MIDNIGHT - A_SECOND

    before = [roster.look(key), roster.look(key, "/incidents")]
    roster.clock.at += A_SECOND
    after = [roster.look(key), roster.look(key, "/incidents"), roster.step(key, "pass_on")]

    assert [told(one) for one in before] == [HELD] * 2
    assert [told(one) for one in after] == [NOT_HELD] * 3


def test_a_role_that_is_ended_today_opens_nothing_from_that_instant(roster):
    roster.grant("acceptor", 0)
    key = roster.key("acceptor")
    browser = session_of(roster, "acceptor")
    assert told(roster.look(key)) == HELD

    roster.end("acceptor")

    assert [told(roster.look(key)), told(roster.step(key, "pass_on"))] == [NOT_HELD] * 2
    assert browser.get(f"/incidents/{roster.near}").status_code == 303


def session_of(roster, role):
    browser = Browser(roster.house)
    browser.get("/")
    assert browser.post("/who", handle=NEWCOMER, role=role).status_code == 303
    assert browser.get(f"/incidents/{roster.near}").status_code == 200
    return browser


def test_a_deputy_may_what_the_other_may_and_only_while_standing_in(roster):
    roster.grant("dispatcher", 1, 3, deputy_for=CHEN.handle)
    key, others = roster.key("dispatcher"), header_of(CHEN.handle, CHEN.role)
    paths = (
        f"/incidents/{roster.near}",
        f"/incidents/{roster.far}",
        "/incidents",
        f"/incidents?area={CITY}",
        "/whistles",
        "/indicators",
        f"/people?area={CITY}",
        "/snags",
    )

    seen = {}
    for day in range(4):
        seen[day] = [told(roster.look(key, path)) for path in paths]
        roster.clock.forward(days=1)

    own = [told(roster.look(others, path)) for path in paths]
    assert seen == {0: [NOT_HELD] * 8, 1: own, 2: own, 3: [NOT_HELD] * 8}
    nowhere, outside = (404, "no-such-incident"), (403, "outside-your-area")
    not_for_you = (403, "not-for-your-role")
    assert own == [HELD, nowhere, HELD, outside, HELD, HELD, HELD, not_for_you]


def test_a_deputy_orders_what_the_other_may_order(roster):
    house = roster.house
    roster.grant("dispatcher", 0, 1, deputy_for=CHEN.handle)
    key = roster.key("dispatcher")
    zhang = house.city.people["p-zhang-wei"]
    for step, who, answers in (("pass_on", LI, {}), ("file", zhang, {"category": "01-02"})):
        assert house.step(roster.near, step, who, **answers).status_code == 200
    roster.clock.at += TO_MIDNIGHT - A_SECOND

    done = roster.step(key, "dispatch", unit="heping-sanitation")

    facts = house.get(f"/incidents/{roster.near}/timeline").json["items"]
    assert told(done) == HELD
    assert (facts[-1]["person"], facts[-1]["role"]) == (NEWCOMER, "dispatcher")
    roster.clock.at += A_SECOND
    assert told(roster.look(key)) == NOT_HELD


def test_a_turn_on_the_rota_gives_no_right_and_being_off_takes_none(roster):
    """Who is on duty is called first; what may be done hangs on the post, at every hour."""
    roster.grant("acceptor", 0)
    key, duty = roster.key("acceptor"), partial(GiveDuty, role="acceptor", area=XIAOBAILOU)
    order(roster.house, duty(handle=NEWCOMER, from_day=roster.today, hours="22:00-06:00"))

    off_duty = told(roster.look(key))
    roster.clock.forward(hours=14)
    on_duty = told(roster.look(key))
    roster.end("acceptor")

    assert (off_duty, on_duty) == (HELD, HELD)
    assert told(roster.look(key)) == NOT_HELD


def test_a_move_counts_at_once_for_an_open_session_and_a_key(roster):
    roster.grant("acceptor", 0)
    key, browser = roster.key("acceptor"), session_of(roster, "acceptor")

    roster.end("acceptor")
    roster.grant("acceptor", 0, area=QUANYECHANG)

    left, come = f"/incidents/{roster.near}", f"/incidents/{roster.far}"
    assert [browser.get(path).status_code for path in (left, come)] == [404, 200]
    assert [told(roster.look(key, path)) for path in (left, come)] == [
        (404, "no-such-incident"),
        HELD,
    ]
    assert told(roster.step(key, "pass_on")) == (404, "no-such-incident")
    assert told(roster.step(key, "pass_on", roster.far)) == HELD
    listed = roster.look(key, "/incidents").json["items"]
    assert [one["id"] for one in listed] == [roster.far]


ALIKE = tuple(map(AreaCode, ("120103001010", "120103010000", "120103001011")))
"""Cut of its zeros the first is 12010300101, which the others and Jianshan 1201030010(01) share."""


def test_codes_that_begin_alike_leak_nothing_before_or_after_a_move(roster):
    for code in ALIKE:
        kind = "street" if code.endswith("000") else "community"
        order(roster.house, AddArea(code=code, name="某地", kind=kind, from_day=SINCE))
    places = (*ALIKE, JIANSHAN, grid(JIANSHAN))
    roster.grant("acceptor", 0, area=HEXI)
    every = roster.key("acceptor")
    cases = {}
    for place in places:
        body, sent = {**RUBBISH, "area": str(place)}, {**every, "Idempotency-Key": str(uuid4())}
        answer = roster.house.client().post("/api/v1/incidents", json=body, headers=sent)
        cases[place] = answer.json["id"]
    roster.house.catch_up()

    def seen():
        return {
            place
            for place, case in cases.items()
            if told(roster.look(every, f"/incidents/{case}")) == HELD
        }

    def listed():
        return {one["area"] for one in roster.look(every, "/incidents").json["items"]}

    assert seen() == listed() == set(places)
    before = HEXI
    for post, mine in (
        (ALIKE[0], {ALIKE[0]}),
        (ALIKE[1], {ALIKE[1]}),
        (JIANSHAN, {JIANSHAN, grid(JIANSHAN)}),
    ):
        roster.end("acceptor", before)
        roster.grant("acceptor", 0, area=post)
        before = post
        assert seen() == listed() == mine
