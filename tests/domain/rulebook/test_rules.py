"""Calendars, categories and limits built of published content."""

from datetime import date

import pytest

from domain.kernel.limits import Limit
from domain.kernel.refusals import Refused
from domain.rulebook.calendars import calendar_from
from domain.rulebook.categories import categories_from
from domain.rulebook.limits import limits_from
from domain.rulebook.names import Named

TITLE = {"zh": "名", "en": "Name"}


def a_holiday(first, last):
    return {"zh": "假", "en": "Holiday", "first": first, "last": last}


def a_calendar(**given):
    week = ["mon", "tue", "wed", "thu", "fri"]
    office = {"title": TITLE, "time_zone": "Asia/Shanghai", "week": week, "shifts": ["09:00-17:00"]}
    return calendar_from("office@1", office | given)


def a_class(code="01", nature="event", **given):
    return {"code": code, "name": TITLE, "nature": nature, "unit_kind": "streets"} | given


def the_categories(*classes):
    return categories_from("grid@1", {"title": TITLE, "class": list(classes)})


def a_rule(category="default", handling="7 working days", **given):
    return {"category": category, "handling": handling, "filing": TITLE} | given


def the_limits(*rules, **given):
    return limits_from("grid@1", {"title": TITLE, "rule": [*rules]} | given)


def refusal_of(order):
    with pytest.raises(Refused) as refused:
        order()
    return refused.value.code, refused.value.facts.get("key")


def test_a_calendar_is_built_of_its_content():
    notice = {
        "year": 2026,
        "off": [a_holiday("2025-12-31", "2026-01-02")],
        "on": ["2026-01-04"],
    }
    summer = {"first": "2026-07-01", "last": "2026-08-31", "shifts": ["07:00-13:00"]}
    eve = {"date": "2026-12-31", "shifts": ["09:00-12:00"]}

    calendar = a_calendar(year=[notice], season=[summer], special=[eve])

    assert calendar.reference == "office@1"
    assert calendar.published == frozenset({2026})
    assert [calendar.shifts_on(date(2026, *day)) for day in [(1, 2), (1, 4), (7, 1), (12, 31)]] == [
        (),
        ((540, 1020),),
        ((420, 780),),
        ((540, 720),),
    ]


def test_a_calendar_without_years_depends_on_no_notice():
    assert a_calendar().published is None


@pytest.mark.parametrize(
    ("given", "key"),
    [
        ({"time_zone": "Asia/Tientsin-New"}, "time_zone"),
        ({"time_zone": "../etc"}, "time_zone"),
        ({"time_zone": ""}, "time_zone"),
        ({"week": ["monday"]}, "week"),
        ({"week": "mon"}, "week"),
        ({"shifts": ["8-12"]}, "shifts"),
        ({"shifts": ["08:00-24:30"]}, "shifts"),
        ({"shifts": [480]}, "shifts"),
        ({"year": [{"year": "2026"}]}, "year"),
        ({"year": [{"year": 2026, "off": [a_holiday("2026-01-03", "2026-01-01")]}]}, "off"),
        ({"year": [{"year": 2026, "off": [a_holiday("2026-12-31", "2027-01-01")]}]}, "off"),
        ({"year": [{"year": 2026, "off": [a_holiday("2026-02-30", "2026-03-01")]}]}, "first"),
        ({"year": [{"year": 2026, "on": ["2025-11-30"]}]}, "on"),
        ({"year": ["2026"]}, "year"),
        ({"season": [{"first": "2026-08-01", "last": "2026-07-01", "shifts": []}]}, "first"),
        ({"special": [{"date": "tomorrow", "shifts": []}]}, "date"),
    ],
)
def test_a_calendar_that_cannot_be_meant_is_refused(given, key):
    assert refusal_of(lambda: a_calendar(**given)) == ("rules-malformed", key)


def test_a_sub_class_has_the_unit_kind_of_its_class_or_its_own():
    own = {"code": "01-02", "name": TITLE, "unit_kind": "water"}
    categories = the_categories(a_class(sub=[{"code": "01-01", "name": TITLE}, own]))

    assert categories.category("01-01").unit_kind == "streets"
    assert categories.category("01-02").unit_kind == "water"
    assert [sub.code for sub in categories.subs("01")] == ["01-01", "01-02"]
    assert [whole.code for whole in categories.classes] == ["01"]


def test_a_category_nobody_wrote_is_refused():
    categories = the_categories(a_class())

    assert refusal_of(lambda: categories.category("09-01"))[0] == "unknown-category"


@pytest.mark.parametrize(
    ("classes", "key"),
    [
        ([], "class"),
        ([a_class(), a_class()], "code"),
        ([a_class(code="1")], "code"),
        ([a_class(code="c01")], "nature"),
        ([a_class(nature="component")], "nature"),
        ([a_class(nature="wish")], "nature"),
        ([a_class(sub=[{"code": "02-01", "name": TITLE}])], "code"),
        ([a_class(sub=[{"code": "01-1", "name": TITLE}])], "code"),
        ([a_class(name={"zh": "名"})], "en"),
        ([a_class(name="名")], "name"),
        ([a_class(unit_kind=7)], "unit_kind"),
    ],
)
def test_categories_that_cannot_be_meant_are_refused(classes, key):
    assert refusal_of(lambda: the_categories(*classes)) == ("rules-malformed", key)


def test_the_rule_of_a_sub_class_goes_before_its_class_and_the_default():
    limits = the_limits(a_rule(), a_rule("04", "2 clock hours"), a_rule("04-02", "24 clock hours"))

    assert [limits.rule(code).found_by for code in ("04-02", "04-01", "01-01")] == [
        "04-02",
        "04",
        "default",
    ]


def test_a_filing_condition_is_looked_for_all_the_way_up():
    heap = a_rule("01-03", "2 working days", condition="spoil-heap")
    danger = a_rule(handling="2 clock hours", condition="emergency")
    limits = the_limits(a_rule(), danger, heap, a_rule("01-03", "4 working hours"))

    assert limits.rule("01-03", "spoil-heap").handling == Limit(minutes=960)
    assert limits.rule("01-03", "emergency").handling == Limit(clock="elapsed", minutes=120)
    assert limits.rule("01-03", "ordinary") == limits.rule("01-03")
    assert {rule.condition for rule in limits.conditions("01-03")} == {
        "ordinary",
        "emergency",
        "spoil-heap",
    }


def test_a_condition_of_another_category_is_refused():
    limits = the_limits(a_rule(), a_rule("01-03", condition="spoil-heap"))

    assert refusal_of(lambda: limits.rule("01-02", "spoil-heap"))[0] == "unknown-condition"


def test_steps_have_limits_of_their_own():
    step = {"code": "stop", "name": TITLE, "limit": "4 working hours", "warn_percent": 50}

    [stop] = the_limits(a_rule(step=[step])).rule("01-01").steps

    assert (stop.code, stop.limit) == ("stop", Limit(minutes=240, warn_percent=50))


def test_a_working_day_of_the_limits_has_the_minutes_they_say():
    assert the_limits(a_rule(), day_minutes=420).rule("01").handling.minutes == 7 * 420


@pytest.mark.parametrize(
    ("rules", "refusal"),
    [
        ([], ("rules-malformed", "rule")),
        ([a_rule("01")], ("rules-malformed", "rule")),
        ([a_rule(), a_rule()], ("rules-malformed", "category")),
        ([a_rule(), a_rule("1")], ("rules-malformed", "category")),
        ([a_rule(condition="No!")], ("rules-malformed", "condition")),
        ([a_rule(handling="a week")], ("limit-not-understood", None)),
        ([a_rule(filing=None)], ("rules-malformed", "filing")),
        (
            [a_rule(step=[{"code": "a", "name": TITLE, "limit": "1 working day"}] * 2)],
            ("rules-malformed", "step"),
        ),
    ],
)
def test_limits_that_cannot_be_meant_are_refused(rules, refusal):
    assert refusal_of(lambda: the_limits(*rules)) == refusal


def test_a_warning_is_a_whole_percentage():
    assert refusal_of(lambda: the_limits(a_rule(warn_percent=0.8))) == (
        "rules-malformed",
        "warn_percent",
    )


def test_names_are_given_in_the_language_of_the_page():
    name = Named("市容环境", "City appearance")

    assert name.in_language("zh_Hans_CN") == "市容环境"
    assert name.in_language("en") == name.in_language("fr") == "City appearance"
