"""The book as delivered: calendars, categories and limits that can be published."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import chinese_calendar
import holidays
import pytest

from domain.kernel.limits import Limit
from domain.rulebook.calendars import calendar_from
from domain.rulebook.categories import categories_from
from domain.rulebook.limits import limits_from
from workflows.rulebook.reading import BOOK, read_book, read_rules

TIANJIN = calendar_from(
    "tianjin-government@1", read_rules(BOOK / "calendars" / "tianjin-government.toml").content
)
CATEGORIES = categories_from(
    "tianjin-grid@1", read_rules(BOOK / "categories" / "tianjin-grid.toml").content
)
LIMITS = limits_from("tianjin-grid@1", read_rules(BOOK / "limits" / "tianjin-grid.toml").content)
PUBLISHED = range(2019, 2027)


def in_tianjin(year, month, day, hour=0):
    local = datetime(year, month, day, hour, tzinfo=ZoneInfo("Asia/Shanghai"))
    return local.astimezone(UTC)


def days_of(years):
    first, end = date(years[0], 1, 1), date(years[-1] + 1, 1, 1)
    return [first + timedelta(days=passed) for passed in range((end - first).days)]


def works_on(calendar, day):
    return bool(calendar.shifts_on(day))


def test_the_whole_book_can_be_read():
    assert {(rules.kind, rules.name) for rules in read_book()} == {
        ("calendar", "boston-city"),
        ("calendar", "chicago-city"),
        ("calendar", "tianjin-always"),
        ("calendar", "tianjin-government"),
        ("calendar", "utc-always"),
        ("categories", "tianjin-grid"),
        ("limits", "hotline"),
        ("limits", "tianjin-grid"),
        ("whistles", "tianjin-grid"),
        ("routing", "tianjin-grid"),
        ("retention", "city"),
        ("workflow", "hotline-case"),
        ("workflow", "joint-task"),
        ("workflow", "self-handled"),
        ("workflow", "service-request"),
        ("workflow", "street-incident"),
        ("workflow", "supervision-order"),
        ("workflow", "whistle"),
    }


def test_the_calendar_agrees_with_chinesecalendar_on_every_published_day():
    differing = [
        day
        for day in days_of(PUBLISHED)
        if works_on(TIANJIN, day) != chinese_calendar.is_workday(day)
    ]

    assert differing == []


def test_the_calendar_agrees_with_holidays_on_every_published_day():
    china = holidays.country_holidays("CN", years=[*PUBLISHED])

    differing = [
        day for day in days_of(PUBLISHED) if works_on(TIANJIN, day) != china.is_working_day(day)
    ]

    assert differing == []


def test_no_made_up_day_is_a_working_day_anyway():
    assert [day for day in TIANJIN.on if day.weekday() in TIANJIN.week] == []


def test_the_spring_festival_of_2026_lasts_nine_days_between_two_made_up_saturdays():
    february = [date(2026, 2, day) for day in range(13, 29)]

    assert [day.day for day in february if works_on(TIANJIN, day)] == [13, 14, 24, 25, 26, 27, 28]


def test_a_deadline_given_before_the_spring_festival_waits_for_its_end():
    saturday_before = in_tianjin(2026, 2, 14, 17)

    assert TIANJIN.after(saturday_before, 120) == in_tianjin(2026, 2, 24, 9)


@pytest.mark.parametrize("day", [date(2026, 1, 4), date(2026, 9, 20), date(2025, 1, 26)])
def test_made_up_sundays_are_worked(day):
    assert day.isoweekday() == 7
    assert works_on(TIANJIN, day)


def test_a_year_that_nobody_has_announced_is_worked_as_plain_weeks_and_named():
    assert works_on(TIANJIN, date(2027, 10, 1))
    assert TIANJIN.unpublished(in_tianjin(2026, 12, 1), in_tianjin(2027, 2, 1)) == (2027,)


@pytest.mark.parametrize(
    ("name", "zone", "minutes"),
    [
        ("boston-city", "America/New_York", 540),
        ("chicago-city", "America/Chicago", 480),
        ("utc-always", "UTC", 1440),
    ],
)
def test_the_other_calendars_claim_no_holidays(name, zone, minutes):
    content = read_rules(BOOK / "calendars" / f"{name}.toml").content

    calendar = calendar_from(f"{name}@1", content)

    assert (calendar.time_zone, calendar.day_minutes) == (zone, minutes)
    assert (calendar.off, calendar.published) == (frozenset(), None)


def test_an_always_open_calendar_counts_every_minute():
    content = read_rules(BOOK / "calendars" / "utc-always.toml").content
    always, start = calendar_from("utc-always@1", content), datetime(2026, 1, 1, tzinfo=UTC)

    assert always.minutes_between(start, start + timedelta(days=365)) == 365 * 1440


def test_the_categories_hold_the_national_event_classes_and_the_component_classes():
    assert [whole.code for whole in CATEGORIES.classes] == [
        *("01", "02", "03", "04", "05", "06"),
        *("c01", "c02", "c03", "c04", "c05"),
    ]
    assert all(CATEGORIES.subs(whole.code) for whole in CATEGORIES.classes)


def test_no_two_categories_have_the_same_name():
    named = [category.name for category in CATEGORIES.by_code.values() if not category.is_class]

    assert len({name.zh for name in named}) == len({name.en for name in named}) == len(named)


def test_every_limit_is_for_a_category_that_is_written():
    found = {rule.found_by for rule in LIMITS.rules.values()}

    assert found - {"default"} <= set(CATEGORIES.by_code)


def test_every_category_has_a_rule_and_can_be_an_emergency():
    for code in CATEGORIES.by_code:
        assert LIMITS.rule(code).handling.minutes
        assert LIMITS.rule(code, "emergency").handling.clock == "elapsed"


def test_an_illegal_building_is_stopped_fined_and_demolished_each_in_its_time():
    rule = LIMITS.rule("01-01")

    assert {step.code: step.limit.minutes for step in rule.steps} == {
        "stop": 240,
        "fine": 7 * 480,
        "demolish": 20 * 480,
    }
    assert rule.handling == Limit(minutes=20 * 480)


def test_emergencies_run_by_the_clock_that_never_stops():
    subs = CATEGORIES.subs("04")

    assert {LIMITS.rule(sub.code).handling.clock for sub in subs} == {"elapsed"}
    assert LIMITS.rule("04-03").handling.minutes == 120
