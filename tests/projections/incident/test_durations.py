"""How long things took, minute by minute. The office works 08:00-12:00 and 14:00-18:00."""

from datetime import date
from uuid import UUID

import pytest

from domain.incident.moving import VersionMove, move_to_version
from projections.incident import durations
from projections.incident.durations import case_durations, slowest, stage_durations, trend, worst
from projections.incident.scope import Scope
from tests.projections.city import Life

MONDAY_17TH = date(2025, 11, 17)


def spans(city, life, *columns):
    return [tuple(row) for row in city.rows("spans", *columns, incident=life.id)]


def ending(city, life):
    (found,) = city.rows("endings", incident=life.id)
    return found


def a_dispatched_case(seed, **given):
    """Reported 08:00, accepted 08:10, filed 08:30, dispatched 09:00."""
    life = Life(seed=seed, **given).report().later(minutes=10).accept()
    return life.later(minutes=20).file().later(minutes=30).dispatch()


def a_closed_case(seed, *, minutes=60, **given):
    """Handled so many minutes after 09:00, checked 20 and closed 30 minutes later."""
    life = a_dispatched_case(seed, **given).later(minutes=minutes).handle()
    return life.later(minutes=20).pass_check().later(minutes=10).close()


def test_each_stage_is_measured_by_both_clocks(city):
    life = a_closed_case("plain", minutes=360)  # 09:00 to 15:00, two hours of them noon

    city.catch_up(life)

    assert spans(city, life, "seq", "stage", "clock_minutes", "working_minutes") == [
        (1, "accepting", 10, 10),
        (2, "awaiting_filing", 20, 20),
        (3, "awaiting_dispatch", 30, 30),
        (4, "handling", 360, 240),
        (5, "checking", 20, 20),
        (6, "awaiting_closing", 10, 10),
    ]


def test_stages_add_up_to_the_whole(city):
    life = a_closed_case("whole", minutes=333)

    city.catch_up(life)

    whole = ending(city, life)
    parts = spans(city, life, "clock_minutes", "working_minutes")
    assert whole.clock_minutes == sum(clock for clock, _ in parts) == 423
    assert whole.working_minutes == sum(working for _, working in parts)


def test_a_stage_is_on_time_to_the_minute_of_its_limit(city):
    prompt, late = Life(seed="prompt"), Life(seed="late")
    for life, minutes in ((prompt, 30), (late, 31)):
        life.report().accept().later(minutes=minutes).file()

    city.catch_up(prompt, late)

    assert spans(city, prompt, "stage", "limit_minutes", "on_time")[1:] == [
        ("awaiting_filing", 30, True)
    ]
    assert spans(city, late, "on_time")[1:] == [(False,)]


def test_a_stage_without_a_limit_is_not_judged(city):
    life = Life(seed="unlimited").report().accept()

    city.catch_up(life)

    assert spans(city, life, "limit_minutes", "on_time") == [(None, None)]


def test_a_reworked_case_counts_both_rounds(city):
    life = a_dispatched_case("reworked").later(minutes=60).handle()  # handled at 10:00
    life.later(minutes=15).fail_check().later(minutes=5).dispatch()  # again from 10:20
    life.later(minutes=40).handle().later(minutes=10).pass_check().later(minutes=10).close()

    city.catch_up(life)

    columns = ("stage", "working_minutes", "round", "rework", "reopened")
    assert spans(city, life, *columns)[3:] == [
        ("handling", 60, 1, False, False),
        ("checking", 15, 1, False, False),
        ("awaiting_dispatch", 5, 2, True, False),
        ("handling", 40, 2, True, False),
        ("checking", 10, 2, False, False),
        ("awaiting_closing", 10, 2, False, False),
    ]
    whole = ending(city, life)
    # 09:00 to 11:00: the bundled clock runs through check and new dispatch
    assert (whole.handling_minutes, whole.reworks, whole.rounds) == (120, 1, 2)
    assert whole.on_time is True


def test_another_unit_is_a_new_round_but_no_rework(city):
    life = a_dispatched_case("other unit").later(minutes=60).handle()
    life.later(minutes=15).fail_check().dispatch("roads").later(minutes=40).handle()

    city.catch_up(life)

    assert spans(city, life, "stage", "unit", "round", "rework")[-1] == (
        "handling",
        "roads",
        2,
        False,
    )


def test_a_suspended_case_does_not_count_the_pause(city):
    life = a_dispatched_case("suspended").later(minutes=30).suspend()  # 09:30
    life.later(days=1).resume()  # Tuesday 09:30: 480 working minutes later
    life.later(minutes=60).handle().later(minutes=10).pass_check().later(minutes=10).close()

    city.catch_up(life)

    assert spans(city, life, "stage", "clock_minutes", "working_minutes", "paused")[3:6] == [
        ("handling", 30, 30, False),
        ("suspended", 1440, 480, True),
        ("handling", 60, 60, False),
    ]
    whole = ending(city, life)
    assert (whole.handling_minutes, whole.paused_minutes) == (90, 480)
    assert whole.working_minutes == 60 + 30 + 480 + 60 + 20
    assert whole.on_time is True


def test_a_pause_makes_nobody_late_and_excuses_nobody(city):
    prompt, late = a_dispatched_case("prompt"), a_dispatched_case("late")
    for life, minutes in ((prompt, 210), (late, 211)):  # 4 hours, 30 minutes of them before
        life.later(minutes=30).suspend().later(days=1).resume()
        life.later(minutes=minutes + (120 if minutes > 150 else 0)).handle()  # over noon
        life.pass_check().close()

    city.catch_up(prompt, late)

    assert [
        (ending(city, life).handling_minutes, ending(city, life).on_time) for life in (prompt, late)
    ] == [
        (240, True),
        (241, False),
    ]


def test_a_reopened_case_counts_on(city):
    life = a_dispatched_case("reopened").later(minutes=60).handle()  # 10:00
    life.later(minutes=10).pass_check().later(minutes=20).reopen()  # 10:30
    life.later(minutes=10).dispatch().later(minutes=50).handle()  # 11:30
    life.later(minutes=10).pass_check().later(minutes=20).close()  # 12:00

    city.catch_up(life)

    columns = ("stage", "working_minutes", "round", "rework", "reopened")
    assert spans(city, life, *columns)[5:] == [
        ("awaiting_closing", 20, 1, False, False),
        ("awaiting_dispatch", 10, 2, False, True),
        ("handling", 50, 2, False, True),
        ("checking", 10, 2, False, False),
        ("awaiting_closing", 20, 2, False, False),
    ]
    whole = ending(city, life)
    assert (whole.handling_minutes, whole.working_minutes, whole.clock_minutes) == (150, 240, 240)


def test_an_open_case_has_no_ending(city):
    life = a_dispatched_case("open")

    city.catch_up(life)

    assert city.rows("endings") == []


@pytest.mark.parametrize(
    ("taken", "median", "p90"),
    [([7], 7, 7), ([1, 2], 1, 2), ([1, 2, 3], 2, 3), (range(1, 11), 5, 9), (range(1, 12), 6, 10)],
)
def test_percentiles_are_nearest_rank(city, taken, median, p90):
    for minutes in taken:
        city.catch_up(a_closed_case(f"case {minutes}", minutes=minutes))

    with city.store.reading() as conn:
        (found,) = stage_durations(conn, Scope(), stage="handling")

    assert (found.count, found.median, found.p90) == (len(taken), median, p90)


def test_durations_by_stage_group_and_period(city):
    prompt = a_closed_case("prompt", minutes=30)
    late = a_closed_case("late", minutes=800, area="120102001001001")  # until 22:20
    city.catch_up(prompt, late)

    with city.store.reading() as conn:
        by_stage = {d.stage: d.count for d in stage_durations(conn, Scope())}
        by_district = case_durations(conn, Scope(), by="district", minutes="handling")
        none = case_durations(conn, Scope(last=date(2025, 11, 16)))
        some = case_durations(conn, Scope(first=MONDAY_17TH, last=MONDAY_17TH))
        mine = stage_durations(conn, Scope(), by="unit", stage="handling")

    assert by_stage["handling"] == by_stage["accepting"] == 2
    assert [(d.group, d.median, d.on_time, d.late) for d in by_district] == [
        ("120101000000", 30, 1, 0),
        ("120102000000", 420, 0, 1),
    ]
    assert none == []
    assert some[0].count == 2
    assert [(d.group, d.limit_minutes) for d in mine] == [("sanitation", 240)]


def test_the_trend_has_thirteen_weeks_and_shows_empty_ones(city):
    city.catch_up(a_closed_case("one"))

    with city.store.reading() as conn:
        weeks = trend(conn, Scope(), last=date(2025, 11, 23))
        stages = trend(conn, Scope(), last=date(2025, 11, 30), stage="handling")

    assert len(weeks) == 13
    assert weeks[-1].first == MONDAY_17TH
    assert weeks[-1].durations is not None
    assert weeks[-2].durations is None
    assert stages[-2].durations is not None
    assert stages[-2].durations.median == 60


def test_the_worst_groups_and_the_slowest_cases(city):
    for unit, minutes in (("roads", 800), ("sanitation", 30)):
        life = Life(seed=unit).report().accept().file().dispatch(unit)
        city.catch_up(life.later(minutes=minutes).handle().pass_check().close())

    with city.store.reading() as conn:
        groups = worst(case_durations(conn, Scope(), by="unit"))
        slow = slowest(conn, Scope(), minutes="handling", most=1)
        first = durations.first_day(conn)

    assert [one.group for one in groups] == ["roads", "sanitation"]
    assert [(one.minutes, one.on_time) for one in slow] == [(480, False)]
    assert first == MONDAY_17TH


def moved(life, stage, deadline="carried"):
    """Move a case to the next version of its workflow."""
    move = VersionMove(
        plan=UUID(int=1),
        workflow="street@2",
        stage=stage,
        level=life.incident.course.level,
        deadline=deadline,
        limit=None,
        stops_clock=False,
    )
    move_to_version(life.incident, life.act("p-1", "operator"), move=move, why={})
    return life


def test_a_move_that_renames_a_stage_ends_its_stay_and_judges_nobody(city):
    life = a_dispatched_case("renamed").later(minutes=60)
    moved(life, "on_site").later(minutes=30).handle()

    city.catch_up(life)

    assert spans(city, life, "stage", "working_minutes", "on_time")[-2:] == [
        ("handling", 60, None),
        ("on_site", 30, True),
    ]


def test_a_move_that_keeps_the_stage_does_not_cut_its_stay(city):
    life = a_dispatched_case("kept").later(minutes=60)
    moved(life, "handling").later(minutes=30).handle()

    city.catch_up(life)

    assert spans(city, life, "stage", "working_minutes", "on_time")[-1] == ("handling", 90, True)
