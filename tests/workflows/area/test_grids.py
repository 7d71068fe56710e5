"""Grids are made from communities and a seed, or read with their outlines from GeoJSON."""

import json
from itertools import combinations

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from domain.area.area import Area, area_id
from domain.area.standing import StandingArea
from domain.kernel.codes import AreaCode
from domain.kernel.refusals import Refused
from tests.real_data import real_data
from tests.workflows.area.office import (
    COMMUNITY,
    DISTRICT,
    FOUNDED,
    GRID,
    LATER,
    SMALL_CITY,
    STREET,
    an_act,
)
from workflows.area.divisions import read_divisions
from workflows.area.divisions_plan import plan_import, tree_of
from workflows.area.geojson import plan_outlines, polygons_of, read_outlines
from workflows.area.grids import make_grids, shares
from workflows.area.layout import Box, place_communities, split
from workflows.area.plan import apply_plan

SQUARE = shapely.box(117_000_000, 39_000_000, 117_100_000, 39_100_000)
RING = [[117.0, 39.0], [117.01, 39.0], [117.01, 39.01], [117.0, 39.01], [117.0, 39.0]]
BOW_TIE = [[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]


def communities(count):
    return [
        AreaCode(f"12010100{1 + number // 400}{number % 400 + 1:03}") for number in range(count)
    ]


def box_of(box):
    return shapely.box(*box)


@given(st.integers(1, 60), st.integers(1, 5_000), st.integers(1, 5_000))
def test_a_box_is_cut_without_gap_or_overlap(count, width, height):
    whole = Box(0, 0, width * 60, height * 60)

    parts = split(whole, count)

    assert len(parts) == count
    assert sum(box_of(part).area for part in parts) == box_of(whole).area
    assert all(box_of(part).area > 0 for part in parts)
    assert not any(
        box_of(one).intersection(other_box).area
        for one, other in combinations(parts[:12], 2)
        if (other_box := box_of(other))
    )


@given(st.integers(1, 120), st.integers(0, 2**32))
def test_communities_lie_apart_inside_their_district(count, seed):
    placed = place_communities(communities(count), {DISTRICT: SQUARE}, seed=seed)

    boxes = [box_of(box) for box in placed.values()]
    assert len(boxes) == count
    assert all(SQUARE.contains(box) for box in boxes)
    tree = shapely.STRtree(boxes)
    assert len(tree.query(boxes, predicate="intersects")[0]) == count


def test_the_same_seed_gives_the_same_city():
    wanted = communities(50)

    once = place_communities(wanted, {DISTRICT: SQUARE}, seed=7)

    assert place_communities(wanted[::-1], {DISTRICT: SQUARE}, seed=7) == once
    assert place_communities(wanted, {DISTRICT: SQUARE}, seed=8) != once


def test_the_nearest_polygon_places_a_community():
    street = shapely.box(0, 0, 1_000_000, 1_000_000)

    placed = place_communities([COMMUNITY], {DISTRICT: SQUARE, STREET: street}, seed=1)

    assert street.contains(box_of(placed[COMMUNITY]))


@given(st.integers(2, 40), st.integers(0, 1_900), st.integers(0, 99))
def test_every_community_has_a_grid_and_the_sum_is_as_asked(number, more, seed):
    shared = shares(communities(number), number + more, seed=seed)

    assert sum(shared.values()) == number + more
    assert min(shared.values()) >= 1


def test_what_the_generator_refuses():
    cases = {
        "grid-count": lambda: shares(communities(3), 2, seed=1),
        "not-a-community": lambda: shares([STREET], 2, seed=1),
        "no-polygon-for": lambda: place_communities([COMMUNITY], {}, seed=1),
        "polygon-too-thin": lambda: place_communities(
            communities(9),
            {DISTRICT: shapely.Polygon([(0, 0), (1e6, 1e6), (1e6, 1e6 + 1)])},
            seed=1,
        ),
    }
    for code, wish in cases.items():
        with pytest.raises(Refused) as refusal:
            wish()
        assert refusal.value.code == code


def test_made_grids_are_recorded_with_name_and_place(ledger):
    sheet = read_divisions(SMALL_CITY.encode())
    apply_plan(plan_import(sheet, {}, FOUNDED), ledger, an_act())
    tree = tree_of(ledger, sheet.divisions, FOUNDED)
    wanted = [code for code in tree if code.level.word == "community"]
    boxes = place_communities(wanted, {DISTRICT: SQUARE}, seed=1)

    plan = make_grids(boxes, 12, tree=tree, day=FOUNDED, seed=1)
    applied = apply_plan(plan, ledger, an_act())

    assert (len(plan.added), len(plan.bounded), applied.refused) == (12, 12, ())
    grid = ledger.load(Area, area_id(GRID)).on(FOUNDED)
    assert (grid.name, grid.name_en) == ("第1网格", "Grid 1")
    assert grid.boundary == plan.bounded[0].boundary.digest
    grown = {**tree, GRID: grid}
    assert make_grids(boxes, 12, tree=grown, day=FOUNDED, seed=1).unchanged == 1


def test_tianjin_has_room_for_its_grids():
    polygons = polygons_of(real_data("tianjin_districts.geojson").read_bytes())
    sheet = read_divisions(real_data("tianjin_divisions.csv").read_bytes())
    wanted = [code for code in sheet.divisions if code.level.word == "community"]

    boxes = place_communities(wanted, polygons, seed=1)
    plan = make_grids(boxes, 22_301, tree={}, day=FOUNDED, seed=1)

    assert len(plan.added) == 22_301
    for code in wanted[::97]:
        assert polygons[code.path[1]].contains(box_of(boxes[code]))


def feature(code=GRID, name="一网格", geometry=None):
    geometry = geometry or {"type": "Polygon", "coordinates": [RING]}
    return {"type": "Feature", "properties": {"code": code, "name": name}, "geometry": geometry}


def collection(*features):
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


STANDING = {
    code: StandingArea(code=code, name="名", kind=code.level.word) for code in COMMUNITY.path
}


def test_grids_are_read_with_their_outlines():
    hole = [[117.002, 39.002], [117.003, 39.002], [117.003, 39.003], [117.002, 39.002]]
    several = {"type": "MultiPolygon", "coordinates": [[RING, hole]]}

    plan = plan_outlines(read_outlines(collection(feature(geometry=several))), STANDING, FOUNDED)

    (added,), (bounded,) = plan.added, plan.bounded
    assert (added.code, added.name) == (GRID, "一网格")
    assert bounded.boundary.polygons[0][0][:4] == (117_000_000, 39_000_000, 117_010_000, 39_000_000)
    assert len(bounded.boundary.polygons[0]) == 2


def test_the_same_outlines_again_change_nothing():
    sheet = read_outlines(collection(feature()))
    digest = sheet.outlines[GRID].boundary.digest
    standing = StandingArea(code=GRID, name="一网格", kind="grid", boundary=digest)

    plan = plan_outlines(sheet, {**STANDING, GRID: standing}, FOUNDED)

    assert (plan.orders, plan.unchanged) == ((), 1)


def test_another_name_and_outline_of_a_grid_are_changes():
    sheet = read_outlines(collection(feature()))
    standing = StandingArea(code=GRID, name="旧网格", kind="grid", boundary="0")

    plan = plan_outlines(sheet, {**STANDING, GRID: standing}, LATER)

    assert (len(plan.renamed), len(plan.bounded)) == (1, 1)


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (feature(code="1"), "12 digits"),
        (feature(code=None), "12 digits"),
        (
            feature(code="120101001001002", geometry={"type": "Point", "coordinates": [1, 2]}),
            "Poly",
        ),
        (feature(geometry={"type": "Polygon", "coordinates": [BOW_TIE]}), "invalid"),
        (feature(geometry={"type": "Polygon", "coordinates": [[["x", 1], 2]]}), "rings"),
        (feature(geometry={"type": "Polygon", "coordinates": []}), "empty"),
        (feature(geometry={"type": "Polygon", "coordinates": 5}), "rings"),
        (feature(geometry={"type": "Polygon"}), "rings"),
        (feature(code="120101001001003"), None),
        ({"type": "Feature"}, "no properties"),
        (7, "no properties"),
        (feature(code="120101001001002"), "already"),
        (
            feature(geometry={"type": "Polygon", "coordinates": [[[p * 9, q] for p, q in RING]]}),
            "globe",
        ),
    ],
)
def test_a_bad_feature_is_named_by_its_index(broken, reason):
    sheet = read_outlines(collection(feature(code="120101001001002"), broken))

    if reason is None:
        assert sheet.bad == ()
    else:
        (bad,) = sheet.bad
        assert bad.where == "feature 2"
        assert reason in bad.reason
        assert len(sheet.outlines) == 1


def test_a_grid_whose_community_does_not_stand_is_named():
    plan = plan_outlines(read_outlines(collection(feature())), {}, FOUNDED)

    assert plan.orders == ()
    assert "import divisions first" in plan.bad[0].reason


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b"\xff\xfe", b"[" * 100_000])
def test_a_file_that_is_no_geojson_is_refused(data):
    with pytest.raises(Refused) as refusal:
        read_outlines(data)

    assert refusal.value.code == "no-geojson"


def test_an_outline_that_crosses_itself_can_be_mended():
    data = collection(feature(geometry={"type": "Polygon", "coordinates": [BOW_TIE]}))

    sheet = read_outlines(data, mend=True)

    assert len(sheet.outlines[GRID].boundary.polygons) == 2
    assert sheet.notes[0].startswith("feature 1: ")


def test_the_districts_of_tianjin_get_their_outlines():
    data = real_data("tianjin_districts.geojson").read_bytes()

    strict, mended = read_outlines(data), read_outlines(data, mend=True)

    assert [bad.where for bad in strict.bad] == [note.split(":")[0] for note in mended.notes]
    assert (len(strict.outlines), len(mended.outlines), mended.bad) == (12, 16, ())
