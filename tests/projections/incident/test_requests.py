"""The ledger of requests, and what a reopening does to endings, counts and handling times."""

import pytest

from projections.incident.board import BoardFilter, board_page
from projections.incident.indicators import sums
from projections.incident.requests import Wanted, asked, request_page, shares
from projections.incident.scope import Scope
from tests.projections.city import Life


def handling(seed="a-case", *, source="grid-member"):
    return Life(seed=seed).report(source=source).accept().file().dispatch()


def counts_of(city):
    with city.store.reading() as conn:
        return sums(conn, Scope())[0]


@pytest.fixture
def reopened(city):
    life = handling().later(minutes=60).handle().pass_check().close()
    city.catch_up(life.rate())
    city.catch_up(life.later(days=1).reopen_anew())
    return life


def test_requests_are_counted_by_kind_and_decision(city):
    granted = handling("one").ask("deferral", minutes=60)
    granted.decide("deferral", clock="adds", minutes=30)
    city.catch_up(granted, handling("two").ask("deferral", minutes=60), handling("three"))

    with city.store.reading() as conn:
        found = asked(conn, Wanted())
        rate = shares(conn, Scope())["deferral"]

    assert [tuple(one) for one in found] == [("deferral", "granted", 1), ("deferral", "open", 1)]
    assert (rate.numerator, rate.denominator) == (1, 3)


def test_a_request_that_nobody_decided_lapses_with_its_stage(city):
    city.catch_up(handling().ask("deferral", minutes=60).later(minutes=5).handle())

    with city.store.reading() as conn:
        (line,) = request_page(conn, Wanted()).rows

    assert (line.decision, line.decided_by) == ("lapsed", None)


def test_a_reopened_case_has_no_ending_until_it_is_closed_again(city, reopened):
    between = city.rows("endings", "incident")
    reopened.dispatch().later(minutes=30).handle().pass_check().close()
    city.catch_up(reopened)

    assert between == []
    (ending,) = city.rows("endings", "rounds", "outcome", "on_time")
    assert tuple(ending) == (2, "normal", True)


def test_the_time_it_was_closed_is_no_stage_anybody_worked_in(city, reopened):
    assert "closed" not in {row.stage for row in city.rows("spans", "stage")}


def test_a_case_late_before_it_was_reopened_does_not_become_punctual(city):
    life = handling().later(days=3).handle().pass_check().close().rate().reopen_anew()
    life.dispatch().later(minutes=10).handle().pass_check().close()
    city.catch_up(life)

    counts = counts_of(city).counts

    assert (counts["closed"], counts["closed_on_time"]) == (1, 0)
    assert (counts["reopened"], counts["closed_once"], counts["dissatisfied"]) == (1, 1, 1)


def test_the_board_finds_backlog_until_it_is_resumed(city):
    life = handling().suspend().later(days=61).wait_long()
    city.catch_up(life, handling("other"))

    def backlog():
        with city.store.reading() as conn:
            page = board_page(conn, BoardFilter(backlog=True), now=life.at)
        return [row.incident for row in page.rows]

    suspended, counted = backlog(), counts_of(city).rate("backlog")
    city.catch_up(life.resume())

    assert suspended == [life.id]
    assert (counted.numerator, counted.denominator) == (1, 2)
    assert backlog() == []
