"""Units serve an area and answer for categories from a day on."""

from datetime import UTC, date, datetime, timedelta

import pytest

from domain.kernel.act import Act
from domain.kernel.codes import AreaCode
from domain.kernel.refusals import Refused
from domain.people.unit import Unit, unit_id

CITY = AreaCode("120000000000")
DISTRICT = AreaCode("120101000000")
OTHER_DISTRICT = AreaCode("120102000000")
STREET = AreaCode("120101001000")
MONDAY = date(2026, 3, 2)
A_DAY = timedelta(days=1)
ACT = Act(
    person="p-office",
    role="commander",
    area=CITY,
    command_id="c-1",
    at=datetime(2026, 3, 2, 4, tzinfo=UTC),
)


def a_unit(code="heping-chengguan", *, area=DISTRICT, parent=None):
    unit = Unit(unit_id(code))
    unit.found(
        ACT, code=code, name="城管委", kind="department", area=area, from_day=MONDAY, parent=parent
    )
    return unit


def refused(wish):
    with pytest.raises(Refused) as refusal:
        wish()
    return refusal.value.code


def test_a_unit_answers_for_its_categories_from_a_day_on():
    unit = a_unit()

    unit.answer_for(ACT, categories=["0102", "0101"], from_day=MONDAY)
    unit.answer_for(ACT, categories=["0101"], from_day=MONDAY + 7 * A_DAY)

    assert unit.answers_for(MONDAY - A_DAY) == ()
    assert unit.answers_for(MONDAY) == ("0101", "0102")
    assert unit.answers_for(MONDAY + 7 * A_DAY) == ("0101",)


def test_the_same_categories_again_record_nothing():
    unit = a_unit()

    unit.answer_for(ACT, categories=["01", "02"], from_day=MONDAY)
    unit.answer_for(ACT, categories=["02", "01", "01"], from_day=MONDAY + A_DAY)

    assert unit.version == 2


def test_a_closed_unit_answers_for_nothing():
    unit = a_unit()
    unit.answer_for(ACT, categories=["01"], from_day=MONDAY)

    unit.close(ACT, from_day=MONDAY + A_DAY)
    unit.close(ACT, from_day=MONDAY + 2 * A_DAY)

    assert unit.answers_for(MONDAY) == ("01",)
    assert unit.answers_for(MONDAY + A_DAY) == ()
    assert unit.version == 3


def test_a_department_has_second_level_units():
    assert a_unit("heping-quanyechang", area=STREET, parent=a_unit()).parent == "heping-chengguan"


def test_what_units_refuse():
    unit = a_unit()
    second = a_unit("second", area=STREET, parent=unit)
    closed = a_unit("closed")
    closed.close(ACT, from_day=MONDAY)
    unit.answer_for(ACT, categories=["01"], from_day=MONDAY + A_DAY)
    nothing = Unit(unit_id("nothing"))

    assert refused(lambda: a_unit("third", area=STREET, parent=second)) == "unit-too-deep"
    assert refused(lambda: a_unit("far", area=OTHER_DISTRICT, parent=unit)) == "unit-outside-parent"
    assert refused(lambda: a_unit("late", parent=closed)) == "no-such-unit"
    assert refused(lambda: a_unit("城管")) == "invalid-unit-code"
    assert refused(lambda: nothing.answer_for(ACT, categories=["01"], from_day=MONDAY)) == (
        "no-such-unit"
    )
    assert refused(lambda: unit.answer_for(ACT, categories=["02"], from_day=MONDAY)) == (
        "day-before-last-change"
    )
    assert refused(lambda: unit.answer_for(ACT, categories=["a b"], from_day=MONDAY + A_DAY)) == (
        "invalid-category"
    )
    assert refused(lambda: closed.answer_for(ACT, categories=["01"], from_day=MONDAY)) == (
        "unit-not-working"
    )
