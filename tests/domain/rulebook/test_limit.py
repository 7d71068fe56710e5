"""Limits: how long something may take, by which clock."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.kernel.calendar import WorkingCalendar
from domain.kernel.limits import LONGEST, Limit, parse_limit
from domain.kernel.refusals import Refused

OFFICE = WorkingCalendar(reference="office@1")
MONDAY_8 = datetime(2026, 3, 9, 8, tzinfo=ZoneInfo("Asia/Shanghai")).astimezone(UTC)


def refusal_of(order):
    with pytest.raises(Refused) as refused:
        order()
    return refused.value.code


@pytest.mark.parametrize(
    ("written", "clock", "minutes"),
    [
        ("4 working hours", "working", 240),
        ("30 clock minutes", "elapsed", 30),
        ("2 working days", "working", 960),
        ("1 working day", "working", 480),
        ("7 clock days", "elapsed", 10_080),
        ("0 clock minutes", "elapsed", 0),
        ("1 clock hour", "elapsed", 60),
    ],
)
def test_limits_are_read_as_rules_write_them(written, clock, minutes):
    assert parse_limit(written) == Limit(clock=clock, minutes=minutes)


def test_a_working_day_has_the_minutes_of_its_calendar():
    assert parse_limit("2 working days", day_minutes=420).minutes == 840
    assert parse_limit("2 clock days", day_minutes=420).minutes == 2880


@pytest.mark.parametrize(
    "written",
    [
        "",
        "4 hours",
        "4.5 working hours",
        "-1 working day",
        "four working hours",
        "4  working hours",
        "4 working weeks",
        "4 working hours ",
        "٤ working hours",
        "4 working hourss",
    ],
)
def test_anything_else_is_not_understood(written):
    assert refusal_of(lambda: parse_limit(written)) == "limit-not-understood"


def test_a_limit_beyond_ten_years_is_a_slip():
    assert refusal_of(lambda: parse_limit("9999999 clock days")) == "limit-out-of-range"


def test_a_working_limit_waits_for_the_office_and_an_elapsed_one_does_not():
    night = MONDAY_8 - timedelta(hours=6)

    assert Limit(minutes=60).due_at(night, OFFICE) == MONDAY_8 + timedelta(hours=1)
    assert Limit(clock="elapsed", minutes=60).due_at(night, OFFICE) == night + timedelta(hours=1)


def test_granted_minutes_run_on_the_same_clock():
    limit = Limit(minutes=480)

    assert limit.due_at(MONDAY_8, OFFICE, added_minutes=60) == MONDAY_8 + timedelta(hours=25)


def test_the_light_turns_yellow_at_its_share_of_the_limit():
    limit = Limit(minutes=100, warn_percent=80)

    assert limit.warn_at(MONDAY_8, OFFICE) == MONDAY_8 + timedelta(minutes=80)
    assert limit.warn_at(MONDAY_8, OFFICE, added_minutes=50) == MONDAY_8 + timedelta(minutes=120)


def test_spent_time_is_counted_by_the_clock_of_the_limit():
    tuesday = MONDAY_8 + timedelta(days=1)

    assert Limit(minutes=1).spent(MONDAY_8, tuesday, OFFICE) == 480
    assert Limit(clock="elapsed", minutes=1).spent(MONDAY_8, tuesday, OFFICE) == 1440


def test_a_fixed_instant_is_due_then_and_warned_of_before():
    until = MONDAY_8 + timedelta(hours=4)
    limit = Limit(until=until)

    assert limit.due_at(MONDAY_8, OFFICE) == until
    assert limit.due_at(MONDAY_8, OFFICE, added_minutes=30) == MONDAY_8 + timedelta(hours=6.5)
    assert limit.warn_at(MONDAY_8, OFFICE) == MONDAY_8 + timedelta(minutes=192)


def test_a_fixed_instant_already_past_warns_at_once():
    limit = Limit(until=MONDAY_8 - timedelta(days=1))

    assert limit.warn_at(MONDAY_8, OFFICE) == limit.until


minutes = st.integers(0, 20_000)
limits = st.builds(
    Limit,
    clock=st.sampled_from(["working", "elapsed"]),
    minutes=minutes,
    warn_percent=st.integers(1, 100),
)
began = st.integers(0, 2 * 365 * 86_400).map(
    lambda second: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(seconds=second)
)


@given(limits, began, minutes)
def test_a_limit_warns_no_later_than_it_is_due(limit, began_at, added):
    warn_at = limit.warn_at(began_at, OFFICE, added_minutes=added)

    assert began_at <= warn_at <= limit.due_at(began_at, OFFICE, added_minutes=added)


@given(limits, began)
def test_a_limit_is_spent_when_it_is_due(limit, began_at):
    assert limit.spent(began_at, limit.due_at(began_at, OFFICE), OFFICE) == limit.minutes


@given(limits | st.builds(Limit, until=began))
def test_a_limit_travels_inside_a_fact_as_json(limit):
    assert msgspec.json.decode(msgspec.json.encode(limit), type=Limit) == limit


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({}, "limit-needs-one-end"),
        ({"minutes": 1, "until": MONDAY_8}, "limit-needs-one-end"),
        ({"minutes": -1}, "limit-out-of-range"),
        ({"minutes": 1.5}, "limit-out-of-range"),
        ({"minutes": True}, "limit-out-of-range"),
        ({"minutes": LONGEST + 1}, "limit-out-of-range"),
        ({"minutes": 1, "warn_percent": 0}, "limit-out-of-range"),
        ({"minutes": 1, "warn_percent": 101}, "limit-out-of-range"),
        ({"minutes": 1, "warn_percent": 0.8}, "limit-out-of-range"),
        ({"minutes": 1, "clock": "lunar"}, "unknown-clock"),
        ({"until": datetime(2026, 1, 1)}, "time-not-utc"),  # noqa: DTZ001  # that is the point
        ({"until": datetime(2026, 1, 1, tzinfo=ZoneInfo("Asia/Shanghai"))}, "time-not-utc"),
    ],
)
def test_a_limit_that_makes_no_sense_is_refused(given, code):
    assert refusal_of(lambda: Limit(**given)) == code


def test_granted_minutes_cannot_take_back_more_than_there_is():
    assert (
        refusal_of(lambda: Limit(minutes=10).due_at(MONDAY_8, OFFICE, added_minutes=-11))
        == "negative-minutes"
    )
