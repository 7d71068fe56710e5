"""The figures are those of the records, and what is drawn from them keeps their shape."""

import importlib.util
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from zoneinfo import ZoneInfo

import pytest

from ops.sample.arrivals import arrivals
from ops.sample.city import planned_city
from ops.sample.drawing import lot
from ops.sample.shape import sample_shape
from tests.real_data import real_data

ROOT = Path(__file__).resolve().parents[3]
ZONE = ZoneInfo("Asia/Shanghai")
MONDAY = date(2026, 11, 2)


def measuring():
    spec = importlib.util.spec_from_file_location("measure_shape", ROOT / "bench/measure_shape.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_figures_are_those_of_the_records():
    measure = measuring()
    real_data(measure.CHICAGO)

    again = measure.written(measure.measured(real_data(measure.BOSTON).parent))

    assert again == (ROOT / "ops/sample/shape.toml").read_text(encoding="utf-8")


def test_all_parts_of_a_thousand_are_shared_out():
    shape = sample_shape()

    assert sum(shape.hours) == 1000
    assert sum(shape.weekdays) == 1000
    assert sum(shape.categories.values()) == 1_000_000
    assert sum(shape.sources.values()) == 1000


@pytest.fixture(scope="module")
def reports():
    """Twenty weeks of reports of the small city."""
    city, shape = planned_city("small"), sample_shape()
    days = [MONDAY + timedelta(days=nth) for nth in range(140)]
    return [one for day in days for one in arrivals(city, shape, day, zone=ZONE)]


def test_hours_weekdays_and_categories_come_as_often_as_in_the_records(reports):
    shape = sample_shape()
    local = [report.at.astimezone(ZONE) for report in reports]

    hours = Counter(at.hour for at in local)
    weekdays = Counter(at.weekday() for at in local)
    categories = Counter(report.command.category for report in reports)

    assert all(abs(hours[hour] / len(reports) - shape.hours[hour] / 1000) < 0.01 for hour in hours)
    assert all(
        abs(weekdays[day] / len(reports) - shape.weekdays[day] / 1000) < 0.02 for day in range(7)
    )
    assert all(
        abs(categories[code] / len(reports) - share / 1_000_000) < 0.01
        for code, share in shape.categories.items()
    )


def test_as_many_are_reported_a_day_as_in_the_source_city(reports):
    assert len(reports) / 140 == pytest.approx(96 * 12_300 / 22_301, rel=0.03)


def test_a_higher_pace_adds_to_the_reports_of_a_lower_one():
    city, shape = planned_city("small"), sample_shape()

    plain = arrivals(city, shape, MONDAY, zone=ZONE)
    twice = arrivals(city, shape, MONDAY, zone=ZONE, pace=2.0)

    assert len(twice) == pytest.approx(2 * len(plain), abs=2)
    assert all(report in twice for report in plain)


def test_an_hour_has_at_least_what_is_asked_for():
    city, shape = planned_city("small"), sample_shape()

    plain = arrivals(city, shape, MONDAY, zone=ZONE)
    filled = arrivals(city, shape, MONDAY, zone=ZONE, at_least=3)

    hours = Counter(report.at.astimezone(ZONE).hour for report in filled)
    assert all(hours[hour] >= 3 for hour in range(24))
    assert {one.command_id for one in plain} <= {one.command_id for one in filled}


@pytest.mark.parametrize("kind", ["01", "02", "03", "04", "05", "c01", "c02", "c03", "c04"])
def test_the_median_share_of_the_limit_is_that_of_the_class(kind):
    shape = sample_shape()

    drawn = [shape.handling_share(f"{kind}-01", lot(1, "case", nth)) for nth in range(4_000)]

    measured = shape.handling[kind].share_of_limit_permille
    assert measured[8] / 1000 <= median(drawn) <= measured[10] / 1000  # 45 and 55 percent


def test_about_as_many_take_longer_than_their_limit_as_in_the_records():
    shape = sample_shape()

    for kind in ("01", "02", "05", "c01", "c02", "c03", "c04"):
        late = sum(shape.handling_share(f"{kind}-01", nth / 2_000) > 1 for nth in range(2_000))
        assert late / 2_000 == pytest.approx(shape.handling[kind].overdue_permille / 1000, abs=0.08)
