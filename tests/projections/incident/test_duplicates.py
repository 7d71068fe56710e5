"""Suggestions of leading cases and those who follow one, on each database."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from domain.incident import duplicates
from domain.kernel.codes import AreaCode
from domain.kernel.limits import parse_limit
from domain.kernel.places import Place
from projections.incident.board import one_case
from projections.incident.duplicates import Sighting, candidates, followers, leading_of
from tests.projections.city import GRID, MONDAY, OFFICE, Life, a_city

HERE = Place(lon_e6=117_200_000, lat_e6=39_100_000)
NEXT_GRID = "120101001003008"
NOON = MONDAY + timedelta(hours=4)


def north(metres):
    """A place so many metres to the north."""
    return Place(lon_e6=HERE.lon_e6, lat_e6=HERE.lat_e6 + metres * 9)


def reported(seed, *, place=HERE, area=GRID, category="01-02", days_ago=0, minutes=0):
    life = Life(seed=seed, at=MONDAY - timedelta(days=days_ago) + timedelta(minutes=minutes))
    life.area = area
    life.incident.report(
        life.act(),
        area=area,
        level="community",
        category=category,
        source="public",
        workflow="street@1",
        calendar=OFFICE.reference,
        stage="accepting",
        limit=parse_limit("60 working minutes"),
        reporter=f"p-{seed}",
        place=place,
    )
    return life.later(minutes=1)


def merged(life, leading):
    duplicates.mark_duplicate(life.incident, life.act(), leading=leading.incident, why={})
    life.go("merged", "merged", final="merged")
    life.incident.settle(life.act(), outcome="merged", calendar=OFFICE)
    return life.later(minutes=30)


def unmerged(life):
    course = life.incident.course
    duplicates.unmerge(
        life.incident,
        life.act(),
        limit=course.merged_limit,
        stops_clock=False,
        reason=None,
        why={},
    )
    return life.later(minutes=1)


def suggested(city, *, place=HERE, area=GRID, category="01-03", besides=None, **given):
    seen = Sighting(category=category, area=AreaCode(area), place=place, besides=besides)
    with city.store.reading() as conn:
        return candidates(conn, seen, now=NOON, **given)


def ids(found):
    return [one.incident for one in found]


def test_open_cases_of_the_class_nearby_are_suggested_the_nearest_first(city):
    far, near = reported("far", place=north(90)), reported("near", place=north(20), minutes=5)
    city.catch_up(far, near, reported("beyond", place=north(110)))

    found = suggested(city)

    assert ids(found) == [near.id, far.id]
    assert [one.metres for one in found] == [20, 90]
    assert (found[0].stage, found[0].area) == ("accepting", GRID)


def test_near_is_measured_across_grids(city):
    neighbour = reported("neighbour", place=north(50), area=NEXT_GRID)
    city.catch_up(neighbour)

    assert ids(suggested(city)) == [neighbour.id]
    assert ids(suggested(city, metres=40)) == []


@pytest.mark.parametrize(
    "other",
    [
        {"category": "02-01"},
        {"category": "c01-01"},
        {"days_ago": 8},
        {"place": None, "area": NEXT_GRID},
    ],
)
def test_what_is_another_matter_is_not_suggested(city, other):
    city.catch_up(reported("other", **other))

    assert suggested(city) == []


def test_where_one_has_no_place_the_grid_tells(city):
    placed, unplaced = reported("placed", place=north(90)), reported("unplaced", place=None)
    city.catch_up(placed, unplaced)

    assert ids(suggested(city)) == [placed.id, unplaced.id]
    assert {*ids(suggested(city, place=None))} == {placed.id, unplaced.id}


def test_ended_cases_duplicates_and_later_ones_are_not_suggested(city):
    ended, leading = reported("ended"), reported("leading")
    ended.go("closed", final="settled")
    follower = reported("follower", minutes=3)
    merged(follower, leading)
    later = reported("later", minutes=9)
    city.catch_up(ended, leading, follower, later)

    mine = reported("mine", minutes=6)

    assert ids(suggested(city, besides=mine.id)) == [leading.id]


def test_those_who_follow_are_found_through_the_ones_between(city):
    first, second = reported("first"), reported("second", minutes=1)
    third, marked = reported("third", minutes=2), reported("marked", minutes=3)
    merged(third, second)
    merged(second, first)
    duplicates.mark_duplicate(marked.incident, marked.act(), leading=first.incident, why={})
    city.catch_up(first, second, third, marked)

    with city.store.reading() as conn:
        found = followers(conn, first.id)
        heads = [leading_of(conn, life.id) for life in (first, second, third)]

    assert [(one.incident, one.leading, one.merged) for one in found] == [
        (second.id, first.id, True),
        (third.id, second.id, True),
        (marked.id, first.id, False),
    ]
    assert [one.reporter for one in found] == ["p-second", "p-third", "p-marked"]
    assert heads == [None, first.id, first.id]


def test_an_unmerged_case_stands_on_the_board_again_and_has_not_ended(city):
    leading, follower = reported("leading"), reported("follower", minutes=1)
    city.catch_up(leading, merged(follower, leading))
    assert city.rows("endings", "final") == [("merged",)]
    (merged_once,) = city.rows("counts", "cases", "merged")

    city.catch_up(unmerged(follower))

    assert city.rows("endings") == []
    assert merged_once == (2, 1)
    assert city.rows("counts", "cases", "merged") == [(2, 0)]
    with city.store.reading() as conn:
        shown = one_case(conn, follower.id, now=NOON)
        assert followers(conn, leading.id) == []
    assert shown is not None
    assert (shown.row.open, shown.row.stage, shown.row.follows) == (True, "accepting", None)


def test_a_case_merged_and_unmerged_in_one_batch_has_one_ending_in_the_end(city):
    leading, follower = reported("leading"), reported("follower", minutes=1)
    city.catch_up(leading, merged(unmerged(merged(follower, leading)), leading))

    assert city.rows("endings", "incident") == [(follower.id,)]


def test_suggestions_walk_the_small_index_of_open_places(store_url):
    city = a_city(store_url)
    lives = [reported(f"far-{n}", place=north(1_000 + 50 * n)) for n in range(300)]
    city.catch_up(*lives, reported("near"))
    table = city.reader.tables["cases"]
    query = sa.select(table.c.incident).where(
        sa.text("open"),
        table.c.lat_e6.between(HERE.lat_e6 - 900, HERE.lat_e6 + 900),
    )
    compiled = query.compile(city.store.engine, compile_kwargs={"literal_binds": True})
    explain = "EXPLAIN QUERY PLAN" if city.store.is_sqlite else "EXPLAIN"
    with city.store.writing() as conn:
        conn.exec_driver_sql("ANALYZE")
        plan = str(conn.exec_driver_sql(f"{explain} {compiled}").all())
    city.store.close()

    assert f"{table.name}_by_place" in plan
