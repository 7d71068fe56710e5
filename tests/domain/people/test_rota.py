"""A rota says who is on duty at which hours; an absence says who is away and keeps the role."""

from datetime import date, datetime, timedelta

import pytest

from domain.people.absence import be_absent, come_back
from domain.people.roles import Post
from domain.people.rota import Duty, Rota, rota_id
from tests.domain.people.test_person import A_DAY, ACT, MONDAY, STREET, a_person, refused

POST = Post(role="dispatcher", area=STREET)
NIGHT = Duty(handle="p-wang", from_day=MONDAY, begins=22 * 60, ends=6 * 60)
DAY = Duty(handle="p-li", from_day=MONDAY, begins=8 * 60, ends=18 * 60)
WEEKEND = Duty(handle="p-li", from_day=MONDAY, begins=480, ends=1080, weekdays=(5, 6))


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute)  # noqa: DTZ001  # local time


@pytest.mark.parametrize(
    ("duty", "moment", "on"),
    [
        (DAY, at(MONDAY, 8), True),
        (DAY, at(MONDAY, 18), False),
        (NIGHT, at(MONDAY, 22), True),
        (NIGHT, at(MONDAY + A_DAY, 5, 59), True),
        (NIGHT, at(MONDAY + A_DAY, 6), False),
        (NIGHT, at(MONDAY, 5), False),
        (WEEKEND, at(MONDAY, 9), False),
        (WEEKEND, at(MONDAY + 5 * A_DAY, 9), True),
    ],
)
def test_a_night_on_duty_belongs_to_the_evening_it_begins_on(duty, moment, on):
    assert duty.holds_at(moment) is on


def a_rota(*duties):
    rota = Rota(rota_id(POST))
    for duty in duties:
        rota.give_duty(ACT, post=POST, duty=duty)
    return rota


def test_a_duty_ends_with_its_last_night():
    rota = a_rota(NIGHT)

    rota.end_duty(ACT, post=POST, number=1, to_day=MONDAY + A_DAY)

    (duty,) = rota.duties
    assert duty.holds_at(at(MONDAY + A_DAY, 5))
    assert not duty.holds_at(at(MONDAY + A_DAY, 23))


def test_the_same_duty_twice_is_one_duty():
    rota = a_rota(DAY, NIGHT, DAY)
    rota.end_duty(ACT, post=POST, number=2, to_day=MONDAY + A_DAY)
    rota.end_duty(ACT, post=POST, number=2, to_day=MONDAY + A_DAY)

    assert len(rota.collect_events()) == 3


def test_a_duty_has_hours_and_days():
    def odd(**given):
        return lambda: a_rota(Duty(handle="p-li", from_day=MONDAY, **given))

    assert refused(odd(begins=60, ends=60)) == "invalid-duty"
    assert refused(odd(begins=0, ends=60, weekdays=())) == "invalid-duty"
    assert refused(odd(begins=0, ends=60, to_day=MONDAY)) == "days-out-of-order"
    wish = a_rota(DAY)
    assert refused(lambda: wish.end_duty(ACT, post=POST, number=2, to_day=MONDAY)) == "no-such-duty"


def test_whoever_is_away_keeps_the_role_and_comes_back_earlier():
    person = a_person("p-wang", POST)

    be_absent(person, ACT, from_day=MONDAY, to_day=MONDAY + 7 * A_DAY)
    be_absent(person, ACT, from_day=MONDAY + A_DAY, to_day=MONDAY + 2 * A_DAY)
    come_back(person, ACT, to_day=MONDAY + 3 * A_DAY)
    come_back(person, ACT, to_day=MONDAY + 4 * A_DAY)

    away = [person.is_absent_on(MONDAY + passed * A_DAY) for passed in range(-1, 5)]
    assert away == [False, True, True, True, False, False]
    assert person.holds("dispatcher", STREET, MONDAY + A_DAY)
    assert refused(lambda: be_absent(person, ACT, from_day=MONDAY, to_day=MONDAY)) == (
        "days-out-of-order"
    )


def test_a_deputy_stands_in_for_somebody_else_and_for_a_time():
    person = a_person("p-li")
    week = {"post": POST, "from_day": MONDAY, "to_day": MONDAY + timedelta(days=7)}

    person.grant_role(ACT, **week, deputy_for="p-wang")

    assert person.grants[0].deputy_for == "p-wang"
    assert person.holds("dispatcher", STREET, MONDAY)
    assert not person.holds("dispatcher", STREET, MONDAY + timedelta(days=7))
    own = a_person("p-wang")
    assert refused(lambda: own.grant_role(ACT, **week, deputy_for="p-wang")) == "own-deputy"
    endless = {"post": POST, "from_day": MONDAY}
    assert refused(lambda: own.grant_role(ACT, **endless, deputy_for="p-li")) == "deputy-needs-end"
