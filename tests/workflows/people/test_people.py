"""The roster is kept by single orders and by a sheet, planned before it is applied."""

from datetime import date, timedelta

import pytest

from domain.kernel.codes import AreaCode
from domain.kernel.refusals import Refused
from domain.people.person import Person, person_id
from domain.people.unit import Unit, unit_id
from ledger.ledger import Ledger
from tests.workflows.area.office import (
    COMMUNITY,
    DISTRICT,
    FOUNDED,
    SMALL_CITY,
    STREET,
    an_act,
)
from workflows.area.divisions import read_divisions
from workflows.area.divisions_plan import plan_import
from workflows.area.plan import apply_plan
from workflows.people.commands import (
    AnswerFor,
    BeAbsent,
    CloseUnit,
    ComeBack,
    EndDuty,
    EndRole,
    EnrolPerson,
    FoundUnit,
    GiveDuty,
    GrantRole,
    LeaveService,
)
from workflows.people.handlers import HANDLERS, carry_out
from workflows.people.sheet import apply_roster, plan_roster, report

MONDAY = date(2026, 3, 2)
A_DAY = timedelta(days=1)
KEY = bytes(range(32))
HEADER = "handle,name,role,area,unit,from,to"
SHEET = f"""{HEADER}
p-wang,王秀兰,grid_member,{COMMUNITY},,2026-03-02,
p-li,李建国,commander,{DISTRICT},,2026-03-02,2026-12-31
p-li,,auditor,{DISTRICT},,2026-03-02,
p-zhao,赵敏,handler,{STREET},traffic,2026-03-02,
"""


@pytest.fixture
def city(ledger: Ledger) -> Ledger:
    """A city with its divisions and a traffic unit."""
    apply_plan(plan_import(read_divisions(SMALL_CITY.encode()), {}, FOUNDED), ledger, an_act())
    carry_out(a_unit(), ledger, an_act())
    return ledger


def a_unit(code="traffic", **given):
    given = {"area": DISTRICT, "from_day": FOUNDED, **given}
    return FoundUnit(
        code=code, name="交警支队", name_en="Traffic police", kind="department", **given
    )


def a_new_key():
    return KEY


def planned(city, text=SHEET):
    return plan_roster(text.encode(), city, an_act(), new_key=a_new_key)


def refused(wish):
    with pytest.raises(Refused) as refusal:
        wish()
    return refusal.value.code


def test_a_person_is_enrolled_with_the_name_in_the_vault(city):
    act = an_act()
    enrol = EnrolPerson(handle="p-wang", name="王秀兰", key=KEY)

    first = carry_out(enrol, city, act)
    other_key = EnrolPerson(handle="p-wang", name="王秀兰", key=KEY[::-1])
    again = carry_out(other_key, city, act)

    assert (first.repeated, again.repeated) == (False, True)
    assert city.words(person_id("p-wang"), 1, "name") == "王秀兰"
    assert "王" not in repr(enrol)


def test_a_role_is_granted_and_ended(city):
    carry_out(EnrolPerson(handle="p-li", name="李", key=KEY), city, an_act())
    grant = GrantRole(handle="p-li", role="commander", area=STREET, from_day=MONDAY)
    end = EndRole(handle="p-li", role="commander", area=STREET, to_day=MONDAY + A_DAY)

    carry_out(grant, city, an_act())
    carry_out(end, city, an_act())
    carry_out(LeaveService(handle="p-li", from_day=MONDAY + 2 * A_DAY), city, an_act())

    person = city.load(Person, person_id("p-li"))
    assert person.holds("commander", COMMUNITY, MONDAY)
    assert not person.holds("commander", COMMUNITY, MONDAY + A_DAY)
    assert person.left_day == MONDAY + 2 * A_DAY


def test_a_post_needs_an_area_and_a_unit_that_are_there(city):
    carry_out(EnrolPerson(handle="p-li", name="李", key=KEY), city, an_act())
    nowhere = GrantRole(
        handle="p-li", role="commander", area=AreaCode("120199000000"), from_day=MONDAY
    )
    nobody = GrantRole(handle="p-li", role="handler", unit="parks", from_day=MONDAY)

    assert refused(lambda: carry_out(nowhere, city, an_act())) == "no-such-area"
    assert refused(lambda: carry_out(nobody, city, an_act())) == "no-such-unit"
    assert refused(lambda: carry_out(a_unit(), city, an_act())) == "unit-exists"
    orphan = a_unit("squad", parent="parks")
    assert refused(lambda: carry_out(orphan, city, an_act())) == "no-such-unit"


def test_a_second_level_unit_answers_for_its_categories(city):
    carry_out(a_unit("squad", area=STREET, parent="traffic"), city, an_act())
    carry_out(AnswerFor(code="squad", categories=("0501",), from_day=MONDAY), city, an_act())
    carry_out(CloseUnit(code="squad", from_day=MONDAY + A_DAY), city, an_act())

    squad = city.load(Unit, unit_id("squad"))
    assert squad.parent == "traffic"
    assert squad.answers_for(MONDAY) == ("0501",)
    assert squad.answers_for(MONDAY + A_DAY) == ()


def test_every_order_has_its_handler():
    of_people = {EnrolPerson, GrantRole, EndRole, LeaveService, BeAbsent, ComeBack}
    orders = {*of_people, GiveDuty, EndDuty, FoundUnit, AnswerFor, CloseUnit}

    assert set(HANDLERS) == orders


def test_the_dry_run_records_nothing_and_the_roster_is_applied_once(city):
    plan = planned(city)
    assert (len(plan.enrolled), len(plan.granted), plan.bad) == (3, 4, ())
    assert not city.load(Person, person_id("p-li")).exists

    act = an_act()
    applied = apply_roster(plan, city, act)
    repeated = apply_roster(plan, city, act)

    assert (applied.recorded, applied.refused, repeated.refused) == (7, (), ())
    li = city.load(Person, person_id("p-li"))
    assert li.version == 3
    assert li.holds("commander", STREET, date(2026, 12, 31))
    assert not li.holds("commander", STREET, date(2027, 1, 1))
    assert city.words(person_id("p-zhao"), 1, "name") == "赵敏"
    again = planned(city)
    assert (again.orders, again.unchanged) == ((), 4)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (f"p-x,甲,mayor,{STREET},,2026-03-02,", "is no role"),
        (f"p-x,甲,grid_member,{STREET},,2026-03-02,", "cannot be held"),
        (f"p-x,甲,handler,{STREET},,2026-03-02,", "belongs to a unit"),
        (f"p-x,甲,handler,{STREET},parks,2026-03-02,", "No unit parks"),
        ("p-x,甲,commander,12,,2026-03-02,", "12 digits"),
        ("p-x,甲,commander,120199000000,,2026-03-02,", "does not stand"),
        (f"甲,甲,commander,{STREET},,2026-03-02,", "never a name"),
        (f"p-x,,commander,{STREET},,2026-03-02,", "name has 1 to"),
        (f"p-x,甲,commander,{STREET},,,", "is missing"),
        (f"p-x,甲,commander,{STREET},,soon,", "is no day"),
        (f"p-x,甲,commander,{STREET},,2026-01-01,9999-12-31", "between 1970"),
        (f"p-x,甲,commander,{STREET},,2026-03-02,2026-03-01", "ends after"),
        (f"p-li,,commander,{DISTRICT},,2026-05-01,", "held already"),
        ("p-x,甲", "2 cells"),
    ],
)
def test_a_bad_row_is_named_by_its_line_and_left_out(city, row, reason):
    plan = planned(city, f"{SHEET}{row}\n")

    (bad,) = plan.bad
    assert bad.where == "line 6"
    assert reason in bad.reason
    assert len(plan.orders) == 7


def test_the_report_holds_no_names(city):
    told = "\n".join(report(planned(city, f"{SHEET}p-x,钱七,mayor,,,2026-03-02,\n")))

    assert "enrolled: 3" in told
    assert not {"王", "李", "赵", "钱"} & set(told)
