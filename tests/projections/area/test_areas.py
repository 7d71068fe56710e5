"""The tree as pages ask for it: names on a day, children with counts, search, places."""

from datetime import timedelta

import pytest
import shapely
import sqlalchemy as sa

from domain.area.area import Area, area_id
from domain.area.boundary import Boundary
from domain.kernel.codes import AreaCode, Level
from domain.kernel.refusals import Refused
from ledger.ledger import Ledger
from projections.area.areas import AreaTree
from projections.area.finder import GridFinder
from projections.area.queries import (
    Outline,
    area_on,
    areas_on,
    centres,
    children,
    counts_by_level,
    exists_on,
    history,
    name_on,
    outlines,
    search,
    tree_on,
)
from tests.real_data import real_data
from tests.workflows.area.office import (
    CITY,
    COMMUNITY,
    DISTRICT,
    FOUNDED,
    GRID,
    LATER,
    OTHER_STREET,
    SMALL_CITY,
    STREET,
    an_act,
    reader_of,
)
from workflows.area.changes import plan_changes
from workflows.area.commands import AddArea, AreaOrder, BoundArea, CloseArea, MergeArea, RenameArea
from workflows.area.divisions import read_divisions
from workflows.area.divisions_plan import plan_import
from workflows.area.grids import make_grids
from workflows.area.layout import place_communities
from workflows.area.plan import apply_plan, give_orders

THE_DAY_BEFORE = LATER - timedelta(days=1)
WHOLE = shapely.box(117_000_000, 39_000_000, 117_100_000, 39_100_000)


@pytest.fixture
def small_city(ledger):
    """A ledger with a city of 7 divisions and 12 grids."""
    plan = plan_import(read_divisions(SMALL_CITY.encode()), {}, FOUNDED)
    apply_plan(plan, ledger, an_act())
    wanted = [order.code for order in plan.added if order.code.level is Level.COMMUNITY]
    boxes = place_communities(wanted, {DISTRICT: WHOLE}, seed=1)
    grids = make_grids(boxes, 12, tree={}, day=FOUNDED, seed=1)
    apply_plan(grids, ledger, an_act())
    return ledger


def rows_of(ledger):
    with ledger.store.reading() as conn:
        return {
            name: [tuple(row) for row in conn.execute(table.select().order_by(*table.primary_key))]
            for name, table in AreaTree().tables(sa.MetaData()).items()
        }


def test_a_name_is_asked_for_a_day(small_city: Ledger):
    rename = RenameArea(code=STREET, name="劝业街道", from_day=LATER)
    give_orders([rename], small_city, an_act())
    reader_of(small_city, AreaTree())

    with small_city.store.reading() as conn:
        assert name_on(conn, STREET, THE_DAY_BEFORE) == "劝业场街道"
        assert name_on(conn, STREET, LATER) == "劝业街道"
        assert name_on(conn, STREET, FOUNDED - timedelta(days=1)) is None
        assert [area.to_day for area in history(conn, STREET)] == [LATER, None]
        assert set(areas_on(conn, [STREET, CITY], LATER)) == {STREET, CITY}


def test_an_area_that_merged_says_where_it_went(small_city: Ledger):
    give_orders(
        [
            CloseArea(code=AreaCode("120101002001001"), from_day=LATER),
            MergeArea(code=STREET, into_code=OTHER_STREET, from_day=LATER),
        ],
        small_city,
        an_act(),
    )
    reader_of(small_city, AreaTree())

    with small_city.store.reading() as conn:
        assert exists_on(conn, STREET, THE_DAY_BEFORE)
        assert not exists_on(conn, STREET, LATER)
        merged = area_on(conn, STREET, THE_DAY_BEFORE)
        assert merged is not None
        assert (merged.ending, merged.successor) == ("merged", OTHER_STREET)


def test_children_come_with_counts_of_what_is_below(small_city: Ledger):
    reader_of(small_city, AreaTree())

    with small_city.store.reading() as conn:
        (district,) = children(conn, CITY, FOUNDED)
        first, second = children(conn, DISTRICT, FOUNDED)
        assert district.below == {Level.STREET: 2, Level.COMMUNITY: 3, Level.GRID: 12}
        assert first.below[Level.COMMUNITY] == 2
        assert first.below[Level.GRID] + second.below[Level.GRID] == 12
        assert counts_by_level(conn, STREET, FOUNDED)[Level.COMMUNITY] == 2
        after = children(conn, DISTRICT, FOUNDED, after=first.area.code, limit=1)
        assert [child.area.code for child in after] == [second.area.code]
        assert children(conn, GRID, FOUNDED) == []


def test_a_search_finds_names_and_codes_page_by_page(small_city: Ledger):
    reader_of(small_city, AreaTree())

    with small_city.store.reading() as conn:
        names = [found.area.name for found in search(conn, "街道", FOUNDED)]
        assert names == ["劝业场街道", "小白楼街道"]
        assert search(conn, "劝业", FOUNDED)[0].rank == 0
        assert search(conn, "120101002", FOUNDED)[0].area.code == OTHER_STREET
        assert search(conn, "100%", FOUNDED) == []
        assert search(conn, "  ", FOUNDED) == []
        assert len(search(conn, "grid 1", FOUNDED, within=COMMUNITY)) >= 1
        pages, after = [], None
        while page := search(conn, "社区", FOUNDED, after=after, limit=2):
            pages += [found.area.code for found in page]
            after = page[-1]
        assert len(pages) == len(set(pages)) == 3


def test_the_tree_of_a_day_is_the_tree_of_the_records(small_city: Ledger):
    reader_of(small_city, AreaTree())

    with small_city.store.reading() as conn:
        tree = tree_on(conn, FOUNDED)
    assert len(tree) == 19
    for code, standing in tree.items():
        assert small_city.load(Area, area_id(code)).on(FOUNDED) == standing


def test_a_point_in_a_grid_finds_it(small_city: Ledger):
    reader_of(small_city, AreaTree())

    with small_city.store.reading() as conn:
        finder = GridFinder(outlines(conn, FOUNDED))
        placed = centres(conn, CITY, Level.GRID, FOUNDED)
        assert len(finder) == len(placed) == 12
        for centre in placed:
            assert finder.find(lon_e6=centre.lon_e6, lat_e6=centre.lat_e6) == centre.code
        first = centres(conn, CITY, Level.GRID, FOUNDED, limit=5)
        rest = centres(conn, CITY, Level.GRID, FOUNDED, after=first[-1].code)
        assert [*first, *rest] == placed


def test_a_new_outline_holds_from_its_day_on(small_city: Ledger):
    centre = Boundary(lon_e6=117_500_000, lat_e6=39_500_000)
    bound = BoundArea(code=GRID, boundary=centre, from_day=LATER)
    give_orders([bound], small_city, an_act())
    reader_of(small_city, AreaTree())

    with small_city.store.reading() as conn:
        before = {outline.code: outline for outline in outlines(conn, THE_DAY_BEFORE)}
        after = {outline.code: outline for outline in outlines(conn, LATER)}
    assert before[GRID].polygons
    assert after[GRID] == Outline(GRID, 117_500_000, 39_500_000, ())


def test_a_point_in_no_grid_is_told_the_nearest(small_city: Ledger):
    reader_of(small_city, AreaTree())

    with small_city.store.reading() as conn:
        finder = GridFinder(outlines(conn, FOUNDED))
    with pytest.raises(Refused) as refusal:
        finder.find(lon_e6=116_900_000, lat_e6=39_050_000)

    assert refusal.value.code == "no-grid-here"
    assert 8_000 < refusal.value.facts["metres"] < 20_000


def test_metres_are_metres():
    square = (0, 60_000_000, 10_000, 60_000_000, 10_000, 60_010_000, 0, 60_010_000, 0, 60_000_000)
    finder = GridFinder([Outline(GRID, 5_000, 60_005_000, ((square,),))])

    with pytest.raises(Refused) as refusal:
        finder.find(lon_e6=28_000, lat_e6=60_005_000)

    assert refusal.value.facts == {"nearest": str(GRID), "metres": 1_001}


def test_without_outlines_no_point_is_found():
    with pytest.raises(Refused) as refusal:
        GridFinder([]).find(lon_e6=0, lat_e6=0)

    assert refusal.value.code == "no-grid-here"


def test_a_line_between_two_grids_belongs_to_the_lower_code():
    west, east = (0, 0, 10, 0, 10, 10, 0, 10, 0, 0), (10, 0, 20, 0, 20, 10, 10, 10, 10, 0)
    other = AreaCode("120101001001002")
    finder = GridFinder([Outline(other, 5, 5, ((west,),)), Outline(GRID, 15, 5, ((east,),))])

    assert finder.find(lon_e6=10, lat_e6=5) == GRID


def test_a_rebuild_in_small_batches_gives_the_same_rows(small_city: Ledger):
    orders: list[AreaOrder] = [
        RenameArea(code=STREET, name="一", from_day=LATER),
        RenameArea(code=STREET, name="二", from_day=LATER),
        BoundArea(code=STREET, boundary=Boundary(lon_e6=1, lat_e6=1), from_day=LATER),
        BoundArea(code=STREET, boundary=Boundary(lon_e6=2, lat_e6=2), from_day=LATER),
        CloseArea(code=STREET, from_day=LATER + timedelta(days=9)),
        AddArea(code=STREET, name="三", kind="town", from_day=LATER + timedelta(days=20)),
    ]
    for order in orders:
        applied = give_orders([order], small_city, an_act())
        assert applied.refused == ()
    reader = reader_of(small_city, AreaTree())
    at_once = rows_of(small_city)

    with small_city.store.writing() as conn:
        for table in reader.tables.values():
            conn.execute(table.delete())
        conn.exec_driver_sql("UPDATE cursors SET pos = 0")
    reader.catch_up(batch=1)

    assert rows_of(small_city) == at_once
    assert [row[5] for row in at_once["areas"] if row[0] == STREET.number] == [
        "劝业场街道",
        "二",
        "三",
    ]


def test_the_names_of_tianjin_before_and_after_the_changes(ledger: Ledger):
    divisions = read_divisions(real_data("tianjin_divisions.csv").read_bytes())
    apply_plan(plan_import(divisions, {}, FOUNDED), ledger, an_act())
    reader = reader_of(ledger, AreaTree())
    with ledger.store.reading() as conn:
        tree = tree_on(conn, LATER)
    changes = real_data("tianjin_street_changes_2021_2023.csv").read_bytes()

    apply_plan(plan_changes(changes, tree, LATER), ledger, an_act())
    reader.catch_up()

    with ledger.store.reading() as conn:
        before, after = (tree_on(conn, day) for day in (THE_DAY_BEFORE, LATER))
        assert counts_by_level(conn, CITY, THE_DAY_BEFORE) == {1: 1, 2: 16, 3: 297, 4: 5_573}
        assert counts_by_level(conn, CITY, LATER) == {1: 1, 2: 16, 3: 299, 4: 5_573}
        districts = children(conn, CITY, LATER)
        assert sum(child.below[Level.STREET] for child in districts) == 299
        assert sum(child.below[Level.COMMUNITY] for child in districts) == 5_573
    differ = {code for code, area in before.items() if after[code].name != area.name}
    assert len(differ) == 7
