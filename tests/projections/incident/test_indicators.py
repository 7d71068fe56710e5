"""The indicators, on the figures that a city published and on single cases."""

from decimal import Decimal
from uuid import UUID

import pytest

from domain.incident.whistling import end_whistle, open_whistle
from domain.incident.within import pass_within
from projections.incident.counts import COUNTS
from projections.incident.indicators import INDICATORS, Rate, Sums, composite, sums
from projections.incident.scope import Scope
from tests.projections.city import Life


def counts(city, **scope):
    with city.store.reading() as conn:
        (found,) = sums(conn, Scope(**scope))
    return found


def filed(seed, *, category="01-02", source="grid-member"):
    return Life(seed=seed).report(category=category, source=source).accept().file(category=category)


def closed(seed, *, category="01-02", on_time=True):
    life = filed(seed, category=category).dispatch()
    life.later(minutes=60 if on_time else 900).handle()
    return life.pass_check().close()


def handled(seed, *, category):
    return filed(seed, category=category).dispatch().later(minutes=60).handle()


def overdue(seed, *, category):
    """Dispatched, not handled, and the bundled deadline has passed."""
    return filed(seed, category=category).dispatch(limit=None).later(days=3).miss()


def the_published_month():
    """Accepted 1,054, filed 996, should close 972, closed 911, 737 of them on time."""
    event, component = "01-02", "c01-02"
    for n in range(902):
        yield closed(f"event {n}", category=event, on_time=n < 730)
    for n in range(9):
        yield closed(f"component {n}", category=component, on_time=n < 7)
    for n in range(54):
        yield (handled if n < 20 else overdue)(f"owed event {n}", category=event)
    for n in range(7):
        yield (handled if n < 3 else overdue)(f"owed component {n}", category=component)
    for n in range(24):
        yield filed(f"fresh {n}", category=event if n < 15 else component).dispatch()
    for n in range(58):
        yield Life(seed=f"accepted {n}").report().accept()


def test_the_published_figures_come_out_of_the_facts(city):
    city.catch_up(*the_published_month())

    total, events, components = (
        counts(city),
        counts(city, nature="event"),
        counts(city, nature="component"),
    )

    names = ("accepted", "filed", "should_close", "closed", "closed_on_time")
    assert [total.counts[name] for name in names] == [1054, 996, 972, 911, 737]
    assert str(total.rate("closing").percent) == "93.72"
    assert str(total.rate("on-time-closing").percent) == "75.82"
    assert [events.counts[name] for name in names[1:4]] == [971, 956, 902]
    assert str(events.rate("closing").percent) == "94.35"
    assert [components.counts[name] for name in names[1:4]] == [25, 16, 9]
    assert str(components.rate("closing").percent) == "56.25"


def test_every_indicator_has_both_its_columns():
    for indicator in INDICATORS.values():
        assert indicator.numerator in COUNTS
        assert indicator.denominator in COUNTS


def test_a_void_is_a_wrong_filing_and_owes_no_closing(city):
    city.catch_up(filed("kept"), filed("void").end("void", "void"))

    found = counts(city)

    assert found.rate("accurate-filing") == Rate(1, 2)
    assert found.counts["should_close"] == 0


def test_what_the_grid_missed_is_counted_among_valid_reports(city):
    unfiled = Life(seed="unfiled").report(source="resident")
    city.catch_up(filed("own"), filed("public", source="hotline"), unfiled)

    assert counts(city).rate("missed-by-the-grid") == Rate(1, 2)
    assert counts(city).counts["public"] == 2


def test_the_same_unit_again_is_rework_and_once_per_case(city):
    life = filed("reworked").dispatch().handle()
    for _ in range(2):
        life.fail_check().dispatch().handle()
    city.catch_up(life, handled("plain", category="01-02"))

    found = counts(city)

    assert found.rate("rework") == Rate(1, 2)
    assert found.counts["reworks"] == 2


def test_wrong_dispatch_is_settled_at_closing(city):
    life = filed("wrong").dispatch("roads").handle().fail_check().dispatch("police").handle()
    city.catch_up(life, closed("right"))
    before = counts(city).rate("wrong-dispatch")

    city.catch_up(life.pass_check().close())

    assert before == Rate(0, 1)
    assert counts(city).rate("wrong-dispatch") == Rate(1, 2)
    assert counts(city).rate("accurate-dispatch") == Rate(1, 2)


def test_a_failed_check_takes_back_what_was_owed(city):
    life = handled("back", category="01-02")
    city.catch_up(life)
    assert counts(city).counts["should_close"] == 1

    city.catch_up(life.fail_check())

    assert counts(city).counts["should_close"] == 0
    assert counts(city).counts["handled"] == 1


def test_a_deadline_missed_is_owed_although_unhandled(city):
    city.catch_up(overdue("late", category="01-02"))

    assert counts(city).rate("closing") == Rate(0, 1)


@pytest.mark.parametrize(
    ("minutes", "rate"), [(30, Rate(1, 1)), (31, Rate(0, 1))], ids=["in time", "late"]
)
def test_steps_are_judged_by_the_stage_they_end(city, minutes, rate):
    life = Life(seed="steps").report().accept().later(minutes=minutes).file()
    life.later(minutes=minutes).dispatch().handle().later(minutes=minutes).pass_check()
    city.catch_up(life)

    found = counts(city)

    for name in ("on-time-filing", "on-time-dispatch", "on-time-check"):
        assert found.rate(name) == rate
    assert found.rate("on-time-verification").percent is None


def test_a_suspension_is_a_share_of_the_filed(city):
    city.catch_up(filed("paused").dispatch().suspend(), filed("plain"))

    assert counts(city).rate("suspension") == Rate(1, 2)


def test_what_was_handled_on_the_spot_is_counted_apart(city):
    life = Life(seed="own").report().go("awaiting_audit", "self-handled")
    archived = Life(seed="archived").report().go("awaiting_audit", "self-handled")
    archived.go("archived", "audited", final="settled")
    city.catch_up(life, archived, filed("ordinary"))

    found = counts(city)

    assert (found.counts["cases"], found.counts["reported"]) == (3, 1)
    assert found.rate("self-handled") == Rate(2, 3)
    assert found.rate("self-audited") == Rate(1, 2)
    assert found.counts["closed"] == 0


def test_what_the_audit_sends_on_is_an_ordinary_case(city):
    life = Life(seed="sent on").report().go("awaiting_audit", "self-handled")
    city.catch_up(life)
    life.go("accepting", "audited").accept().file()

    city.catch_up(life)

    assert counts(city).counts["self_handled"] == 0
    assert counts(city).counts["filed"] == 1


def test_counts_move_with_the_case_and_leave_no_empty_row(city):
    life = Life(seed="moved").report(category="02-01").accept()
    city.catch_up(life)

    city.catch_up(life.file(category="01-02").dispatch("roads"))

    rows = city.rows("counts", "category", "unit", "cases")
    assert [tuple(row) for row in rows] == [("01-02", "roads", 1)]


def test_all_counts_fall_on_the_day_of_the_report(city):
    life = Life(seed="cohort").report()
    life.later(days=30).accept().file().dispatch().handle().pass_check().close()
    city.catch_up(life)

    assert len({row.day for row in city.rows("counts", "day")}) == 1


def test_sums_by_group(city):
    west = Life(seed="west", area="120102001001001").report().accept()
    city.catch_up(filed("east"), west)

    with city.store.reading() as conn:
        districts = sums(conn, Scope(), by="district")
        classes = sums(conn, Scope(), by="class")

    assert [(one.group, one.counts["accepted"]) for one in districts] == [
        ("120101000000", 1),
        ("120102000000", 1),
    ]
    assert [one.group for one in classes] == ["01"]


def some(**given):
    return Sums(group=None, counts={**dict.fromkeys(COUNTS, 0), **given})


def test_a_composite_weighs_what_there_was_to_count():
    found = some(closed=9, should_close=10, reworked=1, handled=10)

    graded = composite(found, {"closing": 60, "rework": 20, "deferral": 20})

    assert graded.score == Decimal("90.00")
    assert graded.grade == "A"
    assert graded.left_out == ("deferral",)


def test_a_composite_of_nothing_has_no_grade():
    assert composite(some(), {"closing": 1}).grade is None


def test_what_a_department_passes_on_inside_is_counted_apart_from_its_dispatch(city):
    passed_twice = filed("twice").dispatch("sanitation")
    for unit in ("sweepers", "carters"):
        pass_within(
            passed_twice.incident,
            passed_twice.act(),
            unit=unit,
            department="sanitation",
            handler=None,
            why={},
        )
    city.catch_up(passed_twice, filed("once").dispatch(), filed("waiting"))

    found = counts(city)

    assert found.rate("second-dispatch") == Rate(1, 2)
    assert found.counts["inner_dispatches"] == 2
    assert found.rate("wrong-dispatch").numerator == 0


def test_a_whistled_case_counts_once_however_often_it_was_blown(city):
    whistled = filed("wall").dispatch()
    for number in (1, 2):
        open_whistle(whistled.incident, whistled.act(), whistle=UUID(int=number))
    end_whistle(whistled.incident, whistled.act(), whistle=UUID(int=1), result="solved")
    city.catch_up(whistled, filed("quiet").dispatch())

    found = counts(city)

    assert found.rate("whistle") == Rate(1, 2)
    assert found.counts["whistles"] == 2
