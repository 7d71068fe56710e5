"""Where the table closes the place, no form of a case or of a list tells where exactly it is."""

from dataclasses import replace

import pytest

from domain.access.table import TABLE
from tests.city import SANITATION
from tests.web.access.hall import BUILDER, STREET, handle_of

WHO = (handle_of("acceptor", "own"), "acceptor")
EXACTLY = ("117.2", "39.1", "117200000", "39100000")
CASE_FORMS = (
    "/api/v1/incidents/{}",
    "/api/v1/incidents/{}/timeline",
    "/incidents/{}",
    "/incidents/{}.json",
    "/incidents/{}/timeline",
    "/incidents/{}/timeline.json",
    "/incidents/{}/timeline.csv",
)
LISTS = ("/api/v1/incidents", "/board", "/board.json", "/board.csv")


@pytest.fixture
def without_place(monkeypatch):
    """The table, were the place closed to everybody: no role of today is denied it."""
    for action, rows in TABLE.items():
        closed = tuple(
            replace(row, fields=row.fields - {"place"}, fields_after=row.fields_after - {"place"})
            for row in rows
        )
        monkeypatch.setitem(TABLE, action, closed)


def read(hall, form, case):
    return hall.ask("GET", form.format(case), WHO).get_data(as_text=True)


def tells_where(text):
    return any(one in text for one in EXACTLY)


def test_the_place_stands_in_the_case_where_it_is_open(hall):
    case = hall.case("handling", STREET, BUILDER, SANITATION)

    assert tells_where(read(hall, CASE_FORMS[0], case))
    assert tells_where(read(hall, CASE_FORMS[1], case))


@pytest.mark.parametrize("stage", ["handling", "closed"])
@pytest.mark.usefixtures("without_place")
def test_a_closed_place_stands_in_no_form_of_the_case(hall, stage):
    case = hall.case(stage, STREET, BUILDER, SANITATION)

    assert [form for form in CASE_FORMS if tells_where(read(hall, form, case))] == []


@pytest.mark.usefixtures("without_place")
def test_a_closed_place_stands_in_no_list(hall):
    case = hall.case("handling", STREET, BUILDER, SANITATION)
    hall.house.catch_up()

    texts = {form: read(hall, form, case) for form in LISTS}

    assert str(case) in texts["/api/v1/incidents"]
    assert [form for form, text in texts.items() if tells_where(text)] == []
