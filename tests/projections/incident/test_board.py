"""The board: filters, lights, pages and counts; and one case with its course."""

from datetime import timedelta

import pytest

from domain.kernel.codes import AreaCode
from domain.kernel.refusals import Refused
from projections.incident.board import BoardFilter, board_page, chips, numbered, one_case
from tests.projections.city import GRID, MONDAY, Life, wander

NINE = MONDAY + timedelta(hours=1)


def shown(city, *, now=NINE, after=None, limit=50, **wanted):
    with city.store.reading() as conn:
        return board_page(conn, BoardFilter(**wanted), now=now, after=after, limit=limit)


def ids(page):
    return [row.incident for row in page.rows]


def test_the_most_urgent_case_stands_first(city):
    relaxed = Life(seed="relaxed").report(limit="2 working hours")
    urgent = Life(seed="urgent").report(limit="30 working minutes")
    endless = Life(seed="endless").report()
    city.catch_up(endless, relaxed, urgent)

    assert ids(shown(city)) == [urgent.id, relaxed.id, endless.id]


@pytest.mark.parametrize(
    ("minutes", "light"),
    [(0, "on-time"), (23, "on-time"), (24, "soon"), (30, "soon"), (31, "overdue")],
)
def test_a_light_follows_the_instant_it_is_asked_for(city, minutes, light):
    city.catch_up(Life(seed="lit").report(limit="30 working minutes"))
    now = MONDAY + timedelta(minutes=minutes)

    assert shown(city, now=now).rows[0].light == light
    assert len(shown(city, now=now, light=light).rows) == 1


def test_a_missed_deadline_stays_red_after_it_was_recorded(city):
    life = Life(seed="missed").report(limit="30 working minutes").later(minutes=45).miss()
    city.catch_up(life)

    (row,) = shown(city, light="overdue").rows

    assert row.due_at == MONDAY + timedelta(minutes=30)


def test_the_nearest_of_two_deadlines_is_shown(city):
    life = Life(seed="two").report().accept().file(limit="1 working hour")
    life.dispatch(limit="2 working hours")
    city.catch_up(life)

    (row,) = shown(city).rows

    assert row.due_at == row.bundled_due_at == MONDAY + timedelta(hours=1)


@pytest.mark.parametrize(
    "wanted",
    [
        {"area": AreaCode("120102000000")},
        {"area": AreaCode("120102001000")},
        {"area": AreaCode("120102001001")},
        {"area": AreaCode("120102001001001")},
        {"stage": "handling"},
        {"unit": "roads"},
        {"category": "02"},
        {"source": "hotline"},
    ],
    ids=str,
)
def test_each_filter_keeps_its_cases_only(city, wanted):
    mine = Life(seed="mine", area="120102001001001").report(source="hotline").accept()
    mine.file(category="02-01").dispatch("roads")
    other = Life(seed="other").report()
    city.catch_up(mine, other)

    assert ids(shown(city, **wanted)) == [mine.id]


def test_a_city_holds_all(city):
    city.catch_up(Life(seed="a").report(), Life(seed="b", area="120103000000").report())

    assert len(shown(city, area=AreaCode("120000000000")).rows) == 2


def test_ended_cases_stand_apart_newest_first(city):
    old = Life(seed="old").report().end("not_accepted", "declined")
    new = Life(seed="new").report().later(minutes=5).end("not_accepted", "declined")
    waiting = Life(seed="waiting").report()
    city.catch_up(old, new, waiting)

    assert ids(shown(city)) == [waiting.id]
    assert ids(shown(city, open=False)) == [new.id, old.id]
    assert ids(shown(city, open=None)) == [waiting.id, new.id, old.id]


@pytest.mark.parametrize("is_open", [True, False, None])
@pytest.mark.parametrize("limit", [1, 7])
def test_pages_give_every_case_once(city, is_open, limit):
    city.catch_up(*(wander(n) for n in range(30)))
    whole = ids(shown(city, open=is_open))

    found, after = [], None
    while True:
        page = shown(city, open=is_open, limit=limit, after=after)
        found += ids(page)
        after = page.after
        if after is None:
            break

    assert found == whole
    assert len(set(found)) == len(found)


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "%%%",
        "MS4yLjM",
        "é",
        "MS4tMS4wMA",
        "a" * 500,
        "MS45OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OS4wMTlhOGYxYzdjMDA3MDFkYWYwOWE5YTZjNGU5ZTFiMQ",
    ],
)
def test_a_page_marker_that_cannot_be_read_is_refused(city, cursor):
    with pytest.raises(Refused) as refusal:
        shown(city, after=cursor)

    assert refusal.value.code == "bad-cursor"


def test_chips_count_what_the_board_holds(city):
    late = Life(seed="late").report(limit="30 working minutes")
    city.catch_up(late, Life(seed="other").report(source="hotline").accept())

    with city.store.reading() as conn:
        found = chips(conn, BoardFilter(), now=NINE)

    assert found.total == 2
    assert found.lights == {"overdue": 2}
    assert found.by["stage"] == {"accepting": 1, "awaiting_filing": 1}
    assert found.by["source"] == {"grid-member": 1, "hotline": 1}


def test_one_case_is_shown_with_its_course(city):
    life = Life(seed="one").report().accept().file().dispatch().suspend()
    city.catch_up(life)

    with city.store.reading() as conn:
        found = one_case(conn, life.id, now=NINE)
        unknown = one_case(conn, Life(seed="unknown").id, now=NINE)

    assert found is not None
    assert found.course == life.incident.course
    assert found.row.version == life.incident.version
    assert found.row.area == AreaCode(GRID)
    assert unknown is None


def test_a_case_is_found_by_its_number(city):
    life = Life(seed="numbered").report()
    city.catch_up(life, Life(seed="other").report())
    number = shown(city).rows[0].number

    with city.store.reading() as conn:
        (found,) = numbered(conn, number.lower())

    assert ids(shown(city, number=number)) == ids(shown(city, number=number[:12])) == [found]
    assert number.startswith("251117-")
