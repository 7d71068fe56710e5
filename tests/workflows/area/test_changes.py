"""A list of dated changes is applied from its day on; the days before keep what held."""

from datetime import timedelta

import pytest

from domain.area.area import Area, area_id
from domain.area.standing import StandingArea
from domain.kernel.codes import AreaCode
from tests.real_data import real_data
from tests.workflows.area.office import (
    COMMUNITY,
    DISTRICT,
    FOUNDED,
    LATER,
    OTHER_STREET,
    SMALL_CITY,
    STREET,
    an_act,
)
from workflows.area.changes import kind_by_digits, plan_changes
from workflows.area.commands import AddArea, CloseArea, MergeArea, MoveArea, RenameArea
from workflows.area.divisions import read_divisions
from workflows.area.divisions_plan import plan_import, tree_of
from workflows.area.plan import apply_plan

NEW_STREET = "120101009000"


def small_tree():
    plan = plan_import(read_divisions(SMALL_CITY.encode()), {}, FOUNDED)
    return {
        order.code: StandingArea(code=order.code, name=order.name, kind=order.kind)
        for order in plan.added
    }


def planned(*rows, header="code,change,name_2021,name_2023,to_code,from_day"):
    return plan_changes("\n".join([header, *rows]).encode(), small_tree(), LATER)


def test_each_change_becomes_an_order():
    plan = planned(
        "120101003000,added,,新街道,,",
        f"{STREET},renamed,劝业场街道,劝业街道,,2022-01-01",
        f"120101001002,merged,,,{COMMUNITY},",
        f"120101002001,moved,,,{COMMUNITY[:9]}005,",
        "120101002000,closed,,,,",
    )

    assert not plan.bad
    assert [type(order) for order in plan.orders] == [
        AddArea,
        RenameArea,
        MergeArea,
        AddArea,
        MoveArea,
        CloseArea,
    ]
    assert str(plan.renamed[0].from_day) == "2022-01-01"
    assert plan.orders[3].predecessor == "120101002001"


def test_what_holds_already_is_unchanged():
    plan = planned(
        f"{STREET},renamed,旧名,劝业场街道,,",
        f"{OTHER_STREET},added,,小白楼街道,,",
        "120101009000,closed,,,,",
    )

    assert (plan.orders, plan.unchanged, plan.bad) == ((), 3, ())


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (f"{STREET},renamed,别的名,新名,,", "is called"),
        (f"{NEW_STREET},renamed,,新名,,", "does not stand"),
        (f"{STREET},added,,新名,,", "stands already"),
        ("120102001000,added,,新名,,", "stands nowhere"),
        (f"{STREET},closed,,,,", "2 areas stand below"),
        (f"{STREET},split,,,,", "is no change"),
        (f"{COMMUNITY},merged,,,12,", "to_code"),
        (f"{COMMUNITY},merged,,,120101001009,", "stands nowhere"),
        (f"{STREET},renamed,,新名,,soon", "is no day"),
        (f"{STREET},renamed,,新名,,0001-01-01", "between 1970"),
        ("1,added,,新名,,", "12 digits"),
        (f"{NEW_STREET},added,,,,", "no name"),
    ],
)
def test_a_row_that_cannot_be_is_named_by_its_line(row, reason):
    plan = planned("120101003000,added,,新街道,,", row)

    (bad,) = plan.bad
    assert bad.where == "line 3"
    assert reason in bad.reason
    assert len(plan.orders) == 1


def test_the_digits_say_what_a_division_is():
    kinds = {code: kind_by_digits(code) for code in small_tree()}

    assert kinds[DISTRICT] == "district"
    assert kinds[STREET] == "subdistrict"
    assert kinds[COMMUNITY] == "residents_committee"


def test_the_changes_of_2021_to_2023_hold_from_their_day_on(ledger):
    divisions = read_divisions(real_data("tianjin_divisions.csv").read_bytes())
    changes = real_data("tianjin_street_changes_2021_2023.csv").read_bytes()
    apply_plan(plan_import(divisions, {}, FOUNDED), ledger, an_act())

    tree = tree_of(ledger, divisions.divisions, LATER)
    plan = plan_changes(changes, tree, LATER)
    applied = apply_plan(plan, ledger, an_act())

    assert (len(plan.added), len(plan.renamed), plan.bad) == (2, 7, ())
    assert (applied.recorded, applied.refused) == (9, ())
    township = ledger.load(Area, area_id(AreaCode("120119203000")))
    assert township.on(LATER - timedelta(days=1)).name == "孙各庄乡"
    assert township.on(LATER).name == "孙各庄满族乡"
    zone = ledger.load(Area, area_id(AreaCode("120110408000")))
    assert zone.on(LATER - timedelta(days=1)) is None
    assert zone.on(LATER).kind == "functional_zone"

    codes = [*divisions.divisions, AreaCode("120110408000"), AreaCode("120111004000")]
    again = plan_changes(changes, tree_of(ledger, codes, LATER), LATER)
    assert (again.orders, again.unchanged) == ((), 9)
