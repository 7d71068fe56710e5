"""Working time against a slow reference that walks the clock minute by minute."""

from bisect import bisect_left
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import accumulate, pairwise
from time import perf_counter
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.kernel.calendar import ELAPSED, WorkingCalendar
from domain.kernel.refusals import Refused
from domain.kernel.shifts import Season

MINUTE = timedelta(minutes=1)
EVERY_DAY = frozenset(range(7))
# Days on which clocks are put forward or back, by an hour or half of one, and a quiet one.
PLACES = [
    ("Asia/Shanghai", date(2026, 2, 16)),
    ("America/New_York", date(2026, 3, 8)),
    ("America/New_York", date(2026, 11, 1)),
    ("Europe/Berlin", date(2026, 3, 29)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),
    ("America/Havana", date(2026, 3, 8)),
    ("America/Sao_Paulo", date(2018, 11, 4)),
    ("America/Sao_Paulo", date(2018, 2, 17)),
]


def in_tianjin(year, month, day, hour=0):
    local = datetime(year, month, day, hour, tzinfo=ZoneInfo("Asia/Shanghai"))
    return local.astimezone(UTC)


def a_calendar(**given):
    return WorkingCalendar(reference="office@1", **given)


OFFICE = a_calendar()
HOLIDAYS = a_calendar(
    off=frozenset({date(2026, 1, 1), date(2026, 1, 2)}), on=frozenset({date(2026, 1, 4)})
)


@cache
def walked(zone_name, day):
    """Each minute of the days around `day`, and the latest local time read until then."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    minutes = [midnight + minute * MINUTE for minute in range(-4 * 1440, 6 * 1440)]
    zone = ZoneInfo(zone_name)
    read = [minute.astimezone(zone).replace(tzinfo=None) for minute in minutes]
    return minutes, list(accumulate(read, max))


def working_minutes(calendar, day):
    """The reference: the starts of all working minutes in the days around `day`, one by one."""
    minutes, read = walked(calendar.time_zone, day)
    found = set()
    for passed in range(-2, 4):
        local = datetime(day.year, day.month, day.day) + timedelta(days=passed)  # noqa: DTZ001
        for opens, closes in calendar.shifts_on(local.date()):
            first = bisect_left(read, local + opens * MINUTE)
            found.update(minutes[first : bisect_left(read, local + closes * MINUTE)])
    return sorted(found)


@st.composite
def calendars(draw):
    zone, day = draw(st.sampled_from(PLACES))
    near = [day + timedelta(days=passed) for passed in range(-2, 4)]
    bounds = sorted(
        draw(st.sets(st.integers(0, 48).map(lambda half: half * 30), min_size=2, max_size=6))
    )
    shifts = tuple(pairwise(bounds))[::2]
    off = draw(st.frozensets(st.sampled_from(near), max_size=2))
    on = draw(st.frozensets(st.sampled_from(near), max_size=2)) - off
    week = draw(st.frozensets(st.integers(0, 6), min_size=1))
    return day, a_calendar(time_zone=zone, week=week, shifts=shifts, off=off, on=on)


seconds = st.integers(-36 * 3600, 60 * 3600)


def at_second(day, second):
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(seconds=second)


@given(calendars(), seconds, seconds)
def test_minutes_between_counts_the_working_minutes_that_end_in_between(drawn, one, other):
    day, calendar = drawn
    start, end = sorted((at_second(day, one), at_second(day, other)))

    counted = sum(start < minute + MINUTE <= end for minute in working_minutes(calendar, day))

    assert calendar.minutes_between(start, end) == counted
    assert calendar.minutes_between(end, start) == -counted


@given(calendars(), st.integers(-36 * 3600, 24 * 3600), st.integers(1, 900))
def test_after_is_the_first_instant_at_which_so_many_minutes_were_worked(drawn, second, minutes):
    day, calendar = drawn
    start = at_second(day, second)

    left = timedelta(minutes=minutes)
    for minute in working_minutes(calendar, day):
        worked = minute + MINUTE - max(minute, start)
        if worked >= left:
            assert calendar.after(start, minutes) == max(minute, start) + left
            return
        left -= max(worked, timedelta())


@given(calendars(), seconds)
def test_a_minute_is_working_as_the_reference_says(drawn, second):
    day, calendar = drawn
    at = at_second(day, second)

    assert calendar.is_working(at) == (at.replace(second=0) in working_minutes(calendar, day))


instants = st.integers(0, 11 * 365 * 86_400 * 10**6).map(
    lambda passed: datetime(2019, 1, 1, tzinfo=UTC) + timedelta(microseconds=passed)
)
clocks = st.sampled_from([OFFICE, HOLIDAYS, ELAPSED, a_calendar(time_zone="America/New_York")])


@given(clocks, instants, st.integers(0, 200_000))
def test_after_and_minutes_between_are_inverse(clock, start, minutes):
    assert clock.minutes_between(start, clock.after(start, minutes)) == minutes


@given(clocks, instants, st.integers(1, 20_000))
def test_not_one_microsecond_of_a_deadline_is_missing(clock, start, minutes):
    early = clock.after(start, minutes) - timedelta(microseconds=1)

    assert clock.minutes_between(start, early) <= minutes
    assert clock.after(early, 1) > clock.after(start, minutes)


@given(clocks, st.lists(instants, min_size=3, max_size=3))
def test_stages_add_up_to_the_whole(clock, three):
    first, second, third = three

    parts = clock.minutes_between(first, second) + clock.minutes_between(second, third)

    assert parts == clock.minutes_between(first, third)


@given(clocks, instants, st.integers(0, 5000), st.integers(0, 5000))
def test_granted_minutes_may_be_added_in_any_order(clock, start, one, other):
    assert clock.after(clock.after(start, one), other) == clock.after(start, one + other)


@given(clocks, instants, instants, instants)
def test_more_time_never_counts_less(clock, start, one, other):
    sooner, later = sorted((one, other))

    assert clock.minutes_between(start, sooner) <= clock.minutes_between(start, later)


@given(instants, st.integers(0, 400))
def test_a_calendar_asked_for_another_time_first_answers_the_same(start, days):
    fresh = a_calendar()
    fresh.minutes_between(start - timedelta(days=days), start)

    assert fresh.after(start, 480) == OFFICE.after(start, 480)


def test_a_friday_afternoon_goes_on_on_monday():
    friday = in_tianjin(2026, 3, 6, 17)

    assert OFFICE.after(friday, 120) == in_tianjin(2026, 3, 9, 9)


def test_a_working_day_is_480_minutes_and_not_24_hours():
    monday = in_tianjin(2026, 3, 9, 8)

    assert OFFICE.day_minutes == 480
    assert OFFICE.minutes_between(monday, monday + timedelta(hours=24)) == 480


def test_a_limit_of_many_days_does_not_overflow_past_25_days_of_milliseconds():
    start = in_tianjin(2026, 3, 9, 8)

    assert ELAPSED.after(start, 60 * 1440) == start + timedelta(days=60)
    assert ELAPSED.minutes_between(start, start + timedelta(days=400)) == 576_000
    assert OFFICE.minutes_between(start, OFFICE.after(start, 500 * 480)) == 240_000


def test_a_deadline_ends_with_the_shift_and_not_with_the_next_one():
    morning = in_tianjin(2026, 3, 9, 8)

    assert OFFICE.after(morning, 240) == in_tianjin(2026, 3, 9, 12)
    assert not OFFICE.is_working(in_tianjin(2026, 3, 9, 12))
    assert OFFICE.is_working(in_tianjin(2026, 3, 9, 14))


def test_no_minutes_are_over_at_once_even_at_night():
    night = in_tianjin(2026, 3, 9, 3)

    assert OFFICE.after(night, 0) == night


def test_seconds_are_kept_by_deadlines_and_counted_by_the_minute_mark():
    start = datetime(2026, 3, 9, 1, 0, 59, tzinfo=UTC)

    assert OFFICE.after(start, 30) == datetime(2026, 3, 9, 1, 30, 59, tzinfo=UTC)
    assert OFFICE.minutes_between(start, start + timedelta(seconds=1)) == 1
    assert OFFICE.minutes_between(start, start + timedelta(seconds=0.9)) == 0


def test_the_short_night_of_spring_is_an_hour_shorter():
    always = a_calendar(time_zone="America/New_York", week=EVERY_DAY, shifts=((0, 1440),))
    midnight = datetime(2026, 3, 8, 5, tzinfo=UTC)

    assert always.minutes_between(midnight, datetime(2026, 3, 9, 4, tzinfo=UTC)) == 23 * 60


def test_office_hours_stay_the_local_ones_when_clocks_change():
    boston = a_calendar(time_zone="America/New_York", shifts=((480, 1020),))

    assert boston.is_working(datetime(2026, 3, 6, 13, tzinfo=UTC))  # Friday 08:00 EST
    assert not boston.is_working(datetime(2026, 3, 6, 12, 59, tzinfo=UTC))
    assert boston.is_working(datetime(2026, 3, 9, 12, tzinfo=UTC))  # Monday 08:00 EDT


def test_a_season_has_its_own_hours_and_a_special_day_its_own_again():
    summer = Season(first=date(2026, 7, 1), last=date(2026, 8, 31), shifts=((480, 720),))
    calendar = a_calendar(seasons=(summer,), special={date(2026, 7, 2): ()})

    assert calendar.shifts_on(date(2026, 7, 1)) == ((480, 720),)
    assert calendar.shifts_on(date(2026, 7, 2)) == ()
    assert calendar.shifts_on(date(2026, 9, 1)) == ((480, 720), (840, 1080))


def test_a_year_without_a_notice_is_named():
    calendar = a_calendar(published=frozenset({2025, 2026}))

    assert calendar.unpublished(in_tianjin(2026, 12, 1), in_tianjin(2026, 12, 31, 23)) == ()
    assert calendar.unpublished(in_tianjin(2026, 12, 1), in_tianjin(2028, 1, 1)) == (2027, 2028)
    assert calendar.unpublished(in_tianjin(2027, 1, 1), in_tianjin(2026, 1, 1)) == (2027,)


def test_a_calendar_without_yearly_notices_warns_of_no_year():
    assert OFFICE.unpublished(in_tianjin(1999, 1, 1), in_tianjin(2099, 1, 1)) == ()


def refusal_of(order):
    with pytest.raises(Refused) as refused:
        order()
    return refused.value.code


@pytest.mark.parametrize("clock", [OFFICE, ELAPSED])
def test_time_does_not_run_backwards(clock):
    assert refusal_of(lambda: clock.after(in_tianjin(2026, 1, 5), -1)) == "negative-minutes"


@pytest.mark.parametrize("clock", [OFFICE, ELAPSED])
def test_a_time_without_offset_is_refused(clock):
    naive = datetime(2026, 1, 5, 8)  # noqa: DTZ001  # that is the point

    assert refusal_of(lambda: clock.after(naive, 1)) == "time-not-utc"


def test_a_calendar_ends_somewhere():
    late, early = datetime(2199, 12, 1, tzinfo=UTC), datetime(1969, 1, 1, tzinfo=UTC)

    assert refusal_of(lambda: OFFICE.after(late, 480 * 60)) == "calendar-ends"
    assert refusal_of(lambda: OFFICE.is_working(early)) == "calendar-ends"


@pytest.mark.parametrize(
    "shifts",
    [
        ((480, 720), (700, 800)),
        ((720, 480),),
        ((480, 480),),
        ((1200, 1441),),
        ((840, 1080), (480, 720)),
        ((-10, 60),),
    ],
)
def test_shifts_that_overlap_or_leave_the_day_are_refused(shifts):
    assert refusal_of(lambda: a_calendar(shifts=shifts)) == "shifts-out-of-order"


@pytest.mark.parametrize("given", [{"shifts": ()}, {"week": frozenset()}])
def test_a_calendar_must_work_sometimes(given):
    assert refusal_of(lambda: a_calendar(**given)) == "calendar-never-works"


def test_a_day_is_not_on_and_off_at_once():
    day = frozenset({date(2026, 1, 1)})

    assert refusal_of(lambda: a_calendar(off=day, on=day)) == "date-on-and-off"


def test_a_hundred_thousand_deadlines_take_seconds_at_most():
    starts = [in_tianjin(2026, 1, 1) + timedelta(seconds=311 * n) for n in range(100_000)]
    OFFICE.after(starts[0], 1)

    began = perf_counter()
    for start in starts:
        OFFICE.after(start, 960)

    # Measured 0.27 s on two shared cores; the bound leaves room for a busy machine.
    assert perf_counter() - began < 5
