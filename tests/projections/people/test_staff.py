"""Who answers now: who is on duty, else who holds the role, and deputies for whoever is away."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from domain.kernel.refusals import Refused
from ledger.ledger import Ledger
from projections.people.roster import Roster
from projections.people.staff import RosterStaff
from tests.workflows.area.office import (
    COMMUNITY,
    DISTRICT,
    FOUNDED,
    SMALL_CITY,
    STREET,
    an_act,
    reader_of,
)
from workflows.area.divisions import read_divisions
from workflows.area.divisions_plan import plan_import
from workflows.area.plan import apply_plan
from workflows.people.answering import answerers, answering, somebody_sits
from workflows.people.commands import (
    BeAbsent,
    ComeBack,
    EndDuty,
    EnrolPerson,
    FoundUnit,
    GiveDuty,
    GrantRole,
)
from workflows.people.handlers import carry_out

ZONE = ZoneInfo("Asia/Shanghai")
MONDAY = date(2026, 3, 2)
NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
NIGHT = datetime(2026, 3, 2, 15, tzinfo=UTC)  # 23:00 in the city
AT_STREET: dict[str, Any] = {"role": "dispatcher", "area": STREET}
WEEK: dict[str, Any] = {"from_day": MONDAY, "to_day": MONDAY + timedelta(days=7)}


@pytest.fixture
def city(ledger: Ledger) -> Ledger:
    """Two dispatchers of the street, one of the district, and a spare hand."""
    apply_plan(plan_import(read_divisions(SMALL_CITY.encode()), {}, FOUNDED), ledger, an_act())
    for handle in ("p-chen", "p-li", "p-wang", "p-zhao"):
        carry_out(EnrolPerson(handle=handle, name="某人", key=bytes(32)), ledger, an_act())
    for handle, area in (("p-li", STREET), ("p-wang", STREET), ("p-chen", DISTRICT)):
        grant = GrantRole(handle=handle, role="dispatcher", area=area, from_day=MONDAY)
        carry_out(grant, ledger, an_act())
    return ledger


def do(city, *orders):
    for order in orders:
        carry_out(order, city, an_act())


def who(city, at=NOON, area=COMMUNITY, role="dispatcher", unit=None):
    reader_of(city, Roster())
    return answering(RosterStaff(city.store), role, area, at, zone=ZONE, unit=unit)


def away(handle):
    return BeAbsent(handle=handle, **WEEK)


def standing_in(handle, deputy_for):
    return GrantRole(handle=handle, **AT_STREET, **WEEK, deputy_for=deputy_for)


def test_all_who_hold_the_role_at_the_nearest_place_answer(city):
    assert who(city) == ["p-li", "p-wang"]
    assert who(city, area=DISTRICT) == ["p-chen"]
    assert who(city, role="auditor") == []


def test_nobody_waits_for_the_absent_while_a_colleague_is_there(city):
    do(city, away("p-wang"))

    assert who(city) == ["p-li"]


def test_a_deputy_answers_while_the_other_is_away(city):
    do(city, standing_in("p-zhao", "p-wang"))
    assert who(city) == ["p-li", "p-wang"]

    do(city, away("p-wang"))
    assert who(city) == ["p-li", "p-zhao"]

    do(city, ComeBack(handle="p-wang", to_day=MONDAY))
    assert who(city) == ["p-li", "p-wang"]


def test_where_all_are_away_the_level_above_answers(city):
    do(city, away("p-wang"), away("p-li"))

    assert who(city) == ["p-chen"]
    staff = RosterStaff(city.store)
    assert not somebody_sits(staff, "dispatcher", STREET, MONDAY)
    assert somebody_sits(staff, "dispatcher", DISTRICT, MONDAY)
    assert not somebody_sits(staff, "dispatcher", COMMUNITY, MONDAY)


def test_at_night_whoever_is_on_the_rota_answers_alone(city):
    do(city, GiveDuty(handle="p-wang", **AT_STREET, hours="22:00-06:00", from_day=MONDAY))

    assert who(city, NIGHT) == ["p-wang"]
    assert who(city) == ["p-li", "p-wang"]
    reader_of(city, Roster())
    (found,) = answerers(RosterStaff(city.store), "dispatcher", STREET, NIGHT, zone=ZONE)
    assert (found.how, found.post.area) == ("on-duty", STREET)


def test_for_whoever_is_on_duty_and_away_the_deputy_answers(city):
    do(
        city,
        GiveDuty(handle="p-wang", **AT_STREET, hours="22:00-06:00", from_day=MONDAY),
        standing_in("p-zhao", "p-wang"),
        away("p-wang"),
    )

    assert who(city, NIGHT) == ["p-zhao"]


def test_a_duty_that_ended_binds_nobody(city):
    duty = GiveDuty(handle="p-wang", **AT_STREET, hours="22:00-06:00", from_day=MONDAY)
    do(city, duty, EndDuty(**AT_STREET, duty=1, to_day=MONDAY))

    assert who(city, NIGHT) == ["p-li", "p-wang"]


def test_only_who_holds_the_post_is_put_on_duty_or_stood_in_for(city):
    duty = GiveDuty(handle="p-zhao", **AT_STREET, hours="22:00-06:00", from_day=MONDAY)
    for order in (duty, standing_in("p-li", "p-zhao")):
        with pytest.raises(Refused) as refusal:
            do(city, order)
        assert refusal.value.code == "post-not-held"


def test_the_handlers_of_a_unit_answer_for_it(city):
    unit = FoundUnit(code="works", name="市政", kind="works", area=DISTRICT, from_day=FOUNDED)
    do(city, unit, GrantRole(handle="p-zhao", role="handler", unit="works", from_day=MONDAY))
    do(city, GiveDuty(handle="p-zhao", role="handler", unit="works", hours="22:00-06:00", **WEEK))

    assert who(city, NIGHT, role="handler", unit="works") == ["p-zhao"]
    assert who(city, role="handler") == []


def test_before_any_reader_made_its_tables_nobody_is_known(city):
    staff = RosterStaff(city.store)

    assert answering(staff, "dispatcher", STREET, NOON, zone=ZONE) == []
    assert staff.away(["p-li"], MONDAY) == ()


def sits(city, role="dispatcher", area=DISTRICT):
    return somebody_sits(RosterStaff(city.store), role, area, MONDAY)


def test_a_place_at_which_nobody_holds_the_role_is_empty_once_the_roster_is_read(city):
    reader_of(city, Roster())

    assert sits(city)
    assert not sits(city, role="commander")


def test_while_the_roster_is_read_anew_no_place_looks_empty(city):
    """An update brings tables of another name: they fill while the clock goes on."""
    reader = reader_of(city, Roster())
    with city.store.writing() as conn:
        conn.execute(reader.tables["roles"].delete())
        conn.exec_driver_sql("UPDATE cursors SET pos = 1 WHERE pos > 1")
    half_read = sits(city)

    with city.store.writing() as conn:
        conn.execute(reader.tables["people"].delete())
        conn.exec_driver_sql("UPDATE cursors SET pos = 0")
    reader.catch_up()

    assert half_read
    assert sits(city)
    assert not sits(city, role="commander")


def test_a_reader_that_stopped_makes_no_place_look_empty(city):
    reader_of(city, Roster())
    before = sits(city, role="commander", area=STREET)
    grant = GrantRole(handle="p-zhao", role="commander", area=STREET, from_day=MONDAY)

    do(city, grant)  # and nobody reads it

    assert not before
    assert sits(city, role="commander", area=STREET)


def test_what_is_recorded_of_cases_since_leaves_the_roster_known(city):
    reader_of(city, Roster())
    apply_plan(plan_import(read_divisions(SMALL_CITY.encode()), {}, FOUNDED), city, an_act())

    assert RosterStaff(city.store).is_known()


def test_a_rebuild_in_small_batches_gives_the_same_rota(city):
    do(
        city,
        GiveDuty(handle="p-wang", **AT_STREET, hours="22:00-06:00", from_day=MONDAY),
        GiveDuty(handle="p-li", **AT_STREET, hours="06:00-22:00", weekdays=(0,), from_day=MONDAY),
        EndDuty(**AT_STREET, duty=1, to_day=MONDAY + timedelta(days=1)),
        away("p-wang"),
        ComeBack(handle="p-wang", to_day=MONDAY + timedelta(days=2)),
    )
    reader = reader_of(city, Roster())
    at_once = rows_of(city, reader)

    with city.store.writing() as conn:
        for table in reader.tables.values():
            conn.execute(table.delete())
        conn.exec_driver_sql("UPDATE cursors SET pos = 0")
    reader.catch_up(batch=1)

    assert rows_of(city, reader) == at_once


def rows_of(city, reader):
    with city.store.reading() as conn:
        return {
            name: [tuple(row) for row in conn.execute(table.select().order_by(*table.primary_key))]
            for name, table in reader.tables.items()
        }
