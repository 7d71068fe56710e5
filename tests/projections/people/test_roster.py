"""Who holds what on a day, and which unit answers: nearest first, page by page, never a name."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from domain.kernel.codes import AreaCode
from domain.people.person import person_id
from ledger.ledger import Ledger
from projections.people.queries import (
    answering_units,
    categories_of,
    holders,
    person,
    posts_of,
    roster_page,
    unit_on,
    units_inside,
    units_page,
)
from projections.people.roster import Roster
from tests.workflows.area.office import (
    CITY,
    COMMUNITY,
    DISTRICT,
    FOUNDED,
    OTHER_STREET,
    SMALL_CITY,
    STREET,
    an_act,
    reader_of,
)
from workflows.area.divisions import read_divisions
from workflows.area.divisions_plan import plan_import
from workflows.area.plan import apply_plan
from workflows.people.commands import (
    AnswerFor,
    CloseUnit,
    EndRole,
    EnrolPerson,
    FoundUnit,
    GrantRole,
    LeaveService,
)
from workflows.people.handlers import carry_out

MONDAY = date(2026, 3, 2)
A_DAY = timedelta(days=1)
PEOPLE = ("p-chen", "p-li", "p-wang", "p-zhao")
UNITS = (("city-works", CITY), ("heping-works", DISTRICT), ("quanyechang-works", STREET))
POSTS: tuple[tuple[str, str, AreaCode | None, str | None], ...] = (
    ("p-chen", "commander", CITY, None),
    ("p-li", "commander", DISTRICT, None),
    ("p-wang", "commander", STREET, None),
    ("p-wang", "grid_member", COMMUNITY, None),
    ("p-zhao", "handler", None, "heping-works"),
)


@pytest.fixture
def city(ledger: Ledger) -> Ledger:
    """A city with three units, and people on four levels."""
    apply_plan(plan_import(read_divisions(SMALL_CITY.encode()), {}, FOUNDED), ledger, an_act())
    for code, area in UNITS:
        unit = FoundUnit(code=code, name="市政", kind="department", area=area, from_day=FOUNDED)
        carry_out(unit, ledger, an_act())
    for handle in PEOPLE:
        carry_out(EnrolPerson(handle=handle, name="某人", key=bytes(32)), ledger, an_act())
    for handle, role, place, unit_code in POSTS:
        grant = GrantRole(handle=handle, role=role, area=place, unit=unit_code, from_day=MONDAY)
        carry_out(grant, ledger, an_act())
    return ledger


def do(city, *orders):
    for order in orders:
        carry_out(order, city, an_act())


def test_who_acts_for_an_area_the_nearest_first(city):
    reader_of(city, Roster())

    with city.store.reading() as conn:
        found = [post.handle for post in holders(conn, "commander", COMMUNITY, MONDAY)]
        assert found == ["p-wang", "p-li", "p-chen"]
        elsewhere = [post.handle for post in holders(conn, "commander", OTHER_STREET, MONDAY)]
        assert elsewhere == ["p-li", "p-chen"]
        assert holders(conn, "commander", COMMUNITY, MONDAY - A_DAY) == []
        assert holders(conn, "handler", COMMUNITY, MONDAY) == []
        by_unit = holders(conn, "handler", COMMUNITY, MONDAY, unit="heping-works")
        assert [post.handle for post in by_unit] == ["p-zhao"]
        first = holders(conn, "commander", COMMUNITY, MONDAY, limit=1)
        rest = holders(conn, "commander", COMMUNITY, MONDAY, after=first[0])
        assert [post.handle for post in rest] == ["p-li", "p-chen"]


def test_roles_end_and_people_leave(city):
    do(
        city,
        EndRole(handle="p-li", role="commander", area=DISTRICT, to_day=MONDAY + A_DAY),
        LeaveService(handle="p-wang", from_day=MONDAY + 2 * A_DAY),
    )
    reader_of(city, Roster())

    with city.store.reading() as conn:
        days = [MONDAY, MONDAY + A_DAY, MONDAY + 2 * A_DAY]
        counts = [len(holders(conn, "commander", COMMUNITY, day)) for day in days]
        assert counts == [3, 2, 1]
        assert len(posts_of(conn, "p-wang")) == 2
        assert posts_of(conn, "p-wang", MONDAY + 2 * A_DAY) == []
        wang = person(conn, "p-wang")
        assert wang is not None
        assert (wang.stream, wang.left_day) == (person_id("p-wang"), MONDAY + 2 * A_DAY)


def test_a_page_of_the_roster_goes_on_after_the_last_row(city):
    reader_of(city, Roster())

    with city.store.reading() as conn:
        in_district = roster_page(conn, DISTRICT, MONDAY)
        assert [post.handle for post in in_district] == ["p-li", "p-wang", "p-wang", "p-zhao"]
        pages, after = [], None
        while page := roster_page(conn, DISTRICT, MONDAY, after=after, limit=1):
            pages += page
            after = page[-1]
        assert pages == in_district
        commanders = roster_page(conn, CITY, MONDAY, role="commander")
        assert [post.handle for post in commanders] == ["p-chen", "p-li", "p-wang"]


def test_the_unit_that_answers_the_nearest_first(city):
    do(
        city,
        AnswerFor(code="city-works", categories=("01", "0102"), from_day=MONDAY),
        AnswerFor(code="heping-works", categories=("0102",), from_day=MONDAY),
        AnswerFor(code="quanyechang-works", categories=("01",), from_day=MONDAY),
    )
    reader_of(city, Roster())

    with city.store.reading() as conn:
        exact = answering_units(conn, "0102", COMMUNITY, MONDAY)
        assert [one.unit.code for one in exact] == ["heping-works", "city-works"]
        found = answering_units(conn, "0102", COMMUNITY, MONDAY, broader=["01"])
        assert [(one.unit.code, one.category) for one in found] == [
            ("quanyechang-works", "01"),
            ("heping-works", "0102"),
            ("city-works", "0102"),
            ("city-works", "01"),
        ]
        rest = answering_units(conn, "0102", COMMUNITY, MONDAY, broader=["01"], after=found[1])
        assert rest == found[2:]
        assert answering_units(conn, "0102", COMMUNITY, MONDAY - A_DAY) == []


def test_categories_come_and_go_with_their_days(city):
    do(
        city,
        AnswerFor(code="city-works", categories=("01", "02"), from_day=MONDAY),
        AnswerFor(code="city-works", categories=("02", "03"), from_day=MONDAY + A_DAY),
        AnswerFor(code="city-works", categories=("01", "03"), from_day=MONDAY + A_DAY),
        CloseUnit(code="city-works", from_day=MONDAY + 3 * A_DAY),
        FoundUnit(
            code="squad",
            name="中队",
            kind="second_level",
            area=STREET,
            from_day=MONDAY,
            parent="heping-works",
        ),
    )
    reader_of(city, Roster())

    with city.store.reading() as conn:
        days = [MONDAY, MONDAY + A_DAY, MONDAY + 3 * A_DAY]
        held = [categories_of(conn, "city-works", day) for day in days]
        assert held == [["01", "02"], ["01", "03"], []]
        assert unit_on(conn, "city-works", MONDAY) is not None
        assert unit_on(conn, "city-works", MONDAY + 3 * A_DAY) is None
        assert [unit.code for unit in units_inside(conn, "heping-works", MONDAY)] == ["squad"]
        first = units_page(conn, DISTRICT, MONDAY, limit=1)
        rest = units_page(conn, DISTRICT, MONDAY, after=first[-1].code)
        codes = [unit.code for unit in (*first, *rest)]
        assert codes == ["heping-works", "quanyechang-works", "squad"]


def test_a_rebuild_in_small_batches_gives_the_same_rows_and_no_names(city):
    do(
        city,
        AnswerFor(code="city-works", categories=("01", "02"), from_day=MONDAY),
        AnswerFor(code="city-works", categories=("02",), from_day=MONDAY + A_DAY),
        EndRole(handle="p-li", role="commander", area=DISTRICT, to_day=MONDAY + A_DAY),
        LeaveService(handle="p-wang", from_day=MONDAY + 2 * A_DAY),
        CloseUnit(code="city-works", from_day=MONDAY + 3 * A_DAY),
    )
    reader = reader_of(city, Roster())
    at_once = rows_of(city)

    with city.store.writing() as conn:
        for table in reader.tables.values():
            conn.execute(table.delete())
        conn.exec_driver_sql("UPDATE cursors SET pos = 0")
    reader.catch_up(batch=1)

    assert rows_of(city) == at_once
    assert "某人" not in str(at_once)


def rows_of(city):
    with city.store.reading() as conn:
        return {
            name: [tuple(row) for row in conn.execute(table.select().order_by(*table.primary_key))]
            for name, table in Roster().tables(sa.MetaData()).items()
        }
