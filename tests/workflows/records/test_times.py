"""Local times as instants: the hour that is read twice, the one that is skipped, and bare days."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from workflows.records.times import BadTime, LocalTimes

BOSTON = LocalTimes(zone=ZoneInfo("America/New_York"))
CHICAGO = LocalTimes(zone=ZoneInfo("America/Chicago"), formats=("iso", "%m/%d/%Y"), precision="day")


def at(*when: int) -> datetime:
    return datetime(*when, tzinfo=UTC)  # type: ignore[misc,arg-type]


def test_summer_and_winter_have_their_own_offsets():
    assert BOSTON.read("2011-07-01T01:32:33") == at(2011, 7, 1, 5, 32, 33)
    assert BOSTON.read("2012-01-01 01:32:33") == at(2012, 1, 1, 6, 32, 33)


def test_the_hour_read_twice_is_its_first_pass():
    assert BOSTON.read("2011-11-06T01:30:00") == at(2011, 11, 6, 5, 30)


def test_the_second_pass_is_taken_where_only_that_keeps_the_order():
    opened_at = BOSTON.read("2011-11-06T01:50:00")

    closed_at = BOSTON.read("2011-11-06T01:10:00", not_before=opened_at)

    assert closed_at == at(2011, 11, 6, 6, 10)


def test_a_closing_that_no_pass_explains_stays_before_the_opening():
    opened_at = BOSTON.read("2011-11-06T03:00:00")

    assert BOSTON.read("2011-11-06T01:10:00", not_before=opened_at) == at(2011, 11, 6, 5, 10)


def test_a_time_in_the_skipped_hour_goes_by_the_offset_before_it():
    assert BOSTON.read("2012-03-11T02:30:00") == BOSTON.read("2012-03-11T03:30:00")


def test_a_time_with_an_offset_keeps_it():
    assert BOSTON.read("2026-03-20 09:00:00+00:00") == at(2026, 3, 20, 9)


def test_a_day_is_stamped_at_its_first_instant():
    assert CHICAGO.read("2011-01-03") == at(2011, 1, 3, 6)
    assert CHICAGO.read("07/04/2011") == at(2011, 7, 4, 5)


@pytest.mark.parametrize(
    ("times", "text"),
    [
        (BOSTON, "soon"),
        (BOSTON, "2011-13-01T00:00:00"),
        (BOSTON, "1066-10-14T09:00:00"),
        (BOSTON, "2011-07-01"),
        (CHICAGO, "2011-07-01T08:15:00"),
    ],
    ids=["word", "month-13", "before-1970", "day-for-a-second", "second-for-a-day"],
)
def test_a_time_that_would_have_to_be_guessed_is_refused(times, text):
    with pytest.raises(BadTime):
        times.read(text)
