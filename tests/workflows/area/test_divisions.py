"""Divisions are imported from a sheet: planned, reported, applied; bad rows are named by line."""

import codecs
from collections import Counter
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.area.area import Area, area_id
from domain.area.standing import StandingArea
from domain.kernel.codes import AreaCode, Level
from domain.kernel.refusals import Refused
from tests.real_data import real_data
from tests.workflows.area.office import (
    CITY,
    COMMUNITY,
    DISTRICT,
    FOUNDED,
    GRID,
    HEADER,
    LATER,
    OTHER_STREET,
    SMALL_CITY,
    STREET,
    an_act,
)
from workflows.area.commands import AddArea, CloseArea, MoveArea
from workflows.area.divisions import read_divisions
from workflows.area.divisions_plan import plan_import, tree_of
from workflows.area.handlers import carry_out
from workflows.area.plan import apply_plan, report


def planned(text, tree=None, *, complete=False, day=FOUNDED):
    return plan_import(read_divisions(text.encode()), tree or {}, day, complete=complete)


def tree_after(plan, tree=None):
    """The tree as it stands when a plan was carried out, without a database."""
    standing = dict(tree or {})
    for order in plan.orders:
        if isinstance(order, (CloseArea, MoveArea)):
            del standing[order.code]
        else:
            standing[order.code] = StandingArea(
                code=order.code, name=order.name, kind=order.kind, name_en=order.name_en
            )
    return standing


def without(text, *codes):
    return "\n".join(line for line in text.splitlines() if not line.startswith(codes)) + "\n"


def test_a_first_import_adds_all_divisions_from_the_top_down():
    plan = planned(SMALL_CITY)

    levels = [order.code.level for order in plan.added]
    assert levels == sorted(levels)
    assert len(plan.added) == 7
    assert len(plan.notes) == 1
    assert "line 3" in plan.notes[0]
    assert not plan.bad


def test_a_second_import_changes_nothing():
    again = planned(SMALL_CITY, tree_after(planned(SMALL_CITY)))

    assert again.orders == ()
    assert again.unchanged == 7


def test_another_name_is_a_renaming():
    tree = tree_after(planned(SMALL_CITY))

    plan = planned(SMALL_CITY.replace("滨西社区", "滨东社区"), tree, day=LATER)

    (renamed,) = plan.orders
    assert (renamed.code, renamed.name) == ("120101001002", "滨东社区")
    assert plan.unchanged == 6


def test_what_the_sheet_does_not_hold_is_left_unless_the_sheet_is_complete():
    tree = tree_after(planned(SMALL_CITY))
    tree[GRID] = StandingArea(code=GRID, name="第1网格", kind="grid")
    text = without(SMALL_CITY, "120101001001")

    assert planned(text, tree).missing == (COMMUNITY,)
    assert planned(text, tree).orders == ()
    closed = planned(text, tree, complete=True).closed
    assert [order.code for order in closed] == [GRID, COMMUNITY]


def test_nothing_is_ended_by_a_sheet_with_bad_rows():
    tree = tree_after(planned(SMALL_CITY))
    text = SMALL_CITY.replace("120101001001,花园路社区,5", "120101001001,花园路社区")

    plan = planned(text, tree, complete=True)

    assert plan.closed == ()
    assert plan.missing == (COMMUNITY,)


def test_a_moved_street_takes_its_communities_and_grids_along():
    tree = tree_after(planned(SMALL_CITY))
    tree[GRID] = StandingArea(code=GRID, name="第1网格", kind="grid")
    text = SMALL_CITY.replace("120101001", "120101009")

    plan = planned(text, tree, complete=True)

    moves = {order.code: order.to_code for order in plan.moved}
    assert moves == {
        STREET: "120101009000",
        COMMUNITY: "120101009001",
        AreaCode("120101001002"): "120101009002",
        GRID: "120101009001001",
    }
    assert plan.added == ()
    assert plan.closed == ()
    assert planned(text, tree_after(plan, tree), complete=True).orders == ()


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("12010100100,劝业场,4,120101000000,street,town", "12 digits"),
        ("120101003000,新街,4,120102000000,street,town", "by its digits"),
        ("120101003000,新街,4,120101000000,district,town", "by its digits"),
        ("120101003000,,4,120101000000,street,town", "no name"),
        ("120101003000,新街,4,120101000000,village,town", "not a level"),
        ("120101002000,又一街,4,120101000000,street,town", "on line 8 already"),
        ("120102001000,孤街,4,120102000000,street,town", "stands nowhere"),
        ("120101003000,新街,4", "3 cells"),
        ("120101003000,新街,4,120101000000,street,town,x", "7 cells"),
    ],
)
def test_a_bad_row_is_named_by_its_line_and_left_out(row, reason):
    plan = planned(f"{SMALL_CITY}{row}\n")

    (bad,) = plan.bad
    assert bad.where == "line 10"
    assert reason in bad.reason
    assert len(plan.added) == 7


@pytest.mark.parametrize(
    "data",
    [
        SMALL_CITY.encode(),
        codecs.BOM_UTF8 + SMALL_CITY.encode(),
        SMALL_CITY.encode("gb18030"),
        SMALL_CITY.encode("utf-16"),
        SMALL_CITY.replace("\n", "\r\n").encode(),
        SMALL_CITY.replace("code,name", " Code , NAME ").encode(),
        SMALL_CITY.replace("花园路社区", '"花园路社区"').encode() + b"\n,,,,,\n\n",
    ],
)
def test_any_usual_encoding_is_read(data):
    sheet = read_divisions(data)

    assert not sheet.bad
    assert sheet.divisions[COMMUNITY].name == "花园路社区"
    assert len(sheet.divisions) == 7


def test_damaged_bytes_spoil_their_line_only():
    data = SMALL_CITY.encode().replace("滨西".encode(), b"\xe6\xff")

    sheet = read_divisions(data)

    assert [bad.where for bad in sheet.bad] == ["line 7"]
    assert len(sheet.divisions) == 6


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty-file"),
        (b"\xff\xff\xff\n\x81", "unreadable-file"),
        (b"code,name\n1,2\n", "missing-columns"),
        (HEADER.encode() + b'\n"' + b"x" * 200_000, "unreadable-file"),
    ],
)
def test_a_file_that_is_no_sheet_is_refused(data, code):
    with pytest.raises(Refused) as refusal:
        read_divisions(data)

    assert refusal.value.code == code


@given(st.binary(max_size=200))
def test_no_bytes_whatever_break_the_reading(noise):
    data = SMALL_CITY.encode() + noise

    try:
        sheet = read_divisions(data)
    except Refused as refusal:
        assert refusal.code  # noqa: PT017  # either answer is good, an error is not
    else:
        assert DISTRICT in sheet.divisions


def test_the_report_says_what_would_change():
    tree = tree_after(planned(SMALL_CITY))
    text = SMALL_CITY.replace("小白楼街道", "白楼街道") + "120101,坏,4,,street,town\n"

    lines = report(planned(text, tree, day=LATER))

    assert lines[0] == "From 2023-07-01 on:"
    assert f"    {OTHER_STREET} is called 白楼街道" in lines
    assert "  unchanged: 6" in lines
    assert any(line.startswith("    line 10: ") for line in lines)


def test_the_dry_run_records_nothing_and_the_import_is_applied_once(ledger):
    sheet = read_divisions(SMALL_CITY.encode())
    plan = plan_import(sheet, tree_of(ledger, sheet.divisions, FOUNDED), FOUNDED)
    assert not ledger.load(Area, area_id(CITY)).exists

    act = an_act()
    first = apply_plan(plan, ledger, act)
    repeated = apply_plan(plan, ledger, act)

    assert (first.recorded, first.refused) == (7, ())
    assert repeated.refused == ()
    assert ledger.load(Area, area_id(COMMUNITY)).version == 1
    assert ledger.load(Area, area_id(COMMUNITY)).on(FOUNDED).name == "花园路社区"
    again = plan_import(sheet, tree_of(ledger, sheet.divisions, FOUNDED), FOUNDED)
    assert again.orders == ()


def test_a_refused_order_stops_nothing_but_itself(ledger):
    plan = planned(SMALL_CITY)
    apply_plan(plan, ledger, an_act())

    street = AddArea(code=AreaCode("120101003000"), name="新街道", kind="town", from_day=FOUNDED)
    mixed = type(plan)(day=FOUNDED, orders=(*plan.orders, street))
    applied = apply_plan(mixed, ledger, an_act())

    assert applied.recorded == 1
    assert {refusal.code for _, refusal in applied.refused} == {"area-exists"}
    assert ledger.load(Area, area_id(street.code)).on(FOUNDED) is not None


def test_a_single_order_is_carried_out_once_and_its_id_not_used_for_another(ledger):
    city = AddArea(code=CITY, name="天津市", kind="municipality", from_day=FOUNDED)
    act = an_act()

    first = carry_out(city, ledger, act)
    second = carry_out(city, ledger, act)

    assert (first.version, second.version, second.repeated) == (1, 1, True)
    with pytest.raises(Refused) as refusal:
        carry_out(
            AddArea(code=CITY, name="别名", kind="municipality", from_day=FOUNDED), ledger, act
        )
    assert refusal.value.code == "command-id-reused"


def test_the_divisions_of_tianjin_are_imported_whole_and_once(ledger):
    data = real_data("tianjin_divisions.csv").read_bytes()
    sheet = read_divisions(data)

    began = perf_counter()
    plan = plan_import(sheet, {}, FOUNDED)
    applied = apply_plan(plan, ledger, an_act())
    print(f"{applied.recorded} areas in {perf_counter() - began:.1f} s")

    assert not plan.bad
    assert applied.refused == ()
    tree = tree_of(ledger, sheet.divisions, FOUNDED)
    assert Counter(code.level for code in tree) == {
        Level.CITY: 1,
        Level.DISTRICT: 16,
        Level.STREET: 297,
        Level.COMMUNITY: 5_573,
    }
    again = plan_import(sheet, tree, FOUNDED, complete=True)
    assert (again.orders, again.unchanged) == ((), 5_887)
