"""The read model of whistles: lists, parties, rates and ratings; live equals rebuilt."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from ledger.feed import Feed
from projections.reading import Reader
from projections.whistle import queries
from projections.whistle.queries import Share
from projections.whistle.telling import Whistles
from tests.workflows.whistle.street import DISTRICT, MONDAY_NINE, OTHER_STREET, STREET, a_street
from workflows.whistle import commands as ordered


@pytest.fixture
def street(ledger):
    return a_street(ledger)


@pytest.fixture
def reader(store, street) -> Reader:
    reader = a_reader(store, street)
    reader.prepare()
    return reader


def a_reader(store, street, **given) -> Reader:
    model = Whistles(street.desk.office.shelf)
    return Reader(model, store, Feed(store), now=lambda: street.now, **given)


@pytest.fixture
def asked(store, reader):
    """Ask a query after the reader has caught up."""

    def ask(query, *args, **given):
        reader.catch_up()
        assert reader.status().stopped is None
        with store.reading() as conn:
            return query(conn, *args, **given)

    return ask


def fire(street, whistle, *, at: timedelta) -> None:
    """Fire the deadlines of a whistle that are due after so long."""
    street.now = MONDAY_NINE + at
    for timer in street.records.claim_due(now=street.now, limit=100, lease=timedelta(seconds=1)):
        if timer.stream == whistle:
            order = ordered.FirePartyDeadline(whistle=whistle, timer=timer.timer)
            street.order(order, command_id=timer.timer)


def test_open_whistles_are_listed_for_an_area_due_first(street, asked):
    calm = street.blow(street.report(), "urban")
    urgent = street.blow(street.report(), "urban", kind="emergency")
    over = street.blow(street.report(), "urban")
    street.order(ordered.CallOffWhistle(whistle=over))

    rows = asked(queries.open_whistles, area=DISTRICT)

    assert [row.whistle for row in rows] == [urgent, calm]
    assert rows[0].due_at == MONDAY_NINE + timedelta(minutes=10)
    assert asked(queries.open_whistles, area=OTHER_STREET) == []
    (second,) = asked(queries.open_whistles, area=STREET, after=rows[0])
    assert second.whistle == calm
    assert len(asked(queries.open_whistles, limit=1)) == 1


def test_a_unit_sees_the_whistles_that_expect_it(street, asked):
    both = street.blow(street.report(), "urban", "police")
    street.blow(street.report(), "police")
    street.order(ordered.WithdrawParty(whistle=both, party="police", reason="无关"))

    assert [row.whistle for row in asked(queries.open_whistles, unit="urban")] == [both]
    assert len(asked(queries.open_whistles, unit="police")) == 1


def test_a_case_shows_all_its_whistles(street, asked):
    incident = street.report()
    first = street.blow(incident, "urban")
    street.forward(minutes=1)
    second = street.blow(incident, "police", kind="hard-case")
    street.blow(street.report(), "police")

    rows = asked(queries.whistles_of_case, incident)

    assert [(row.whistle, row.state) for row in rows] == [(first, "blown"), (second, "asked-for")]
    assert asked(queries.whistle, second).summoned == 0


def test_a_party_shows_what_is_due_next_and_what_was_in_time(street, asked):
    whistle = street.blow(street.report(), "urban", "police")
    street.sign_for(whistle, "urban")
    fire(street, whistle, at=timedelta(hours=1))
    street.check_in(whistle, "urban")

    police, urban = asked(queries.parties_of, [whistle])

    assert (urban.unit, urban.state, urban.distance_m) == ("urban", "checked-in", 103)
    assert (urban.signed_on_time, urban.arrived_on_time, urban.due_what) == (True, True, None)
    assert (police.is_overdue, police.signed_on_time, police.level) == (True, False, "district")
    # One working day on the district's rung, before the 24 hours of the contact are over.
    assert (police.due_what, police.arrived_on_time) == ("contact", None)


def test_rates_keep_numerator_and_denominator(street, asked):
    first = street.blow(street.report(), "urban", "police")
    street.sign_for(first, "urban")
    street.check_in(first, "urban")
    street.finish(first, "urban")
    street.rate(first, "urban", 5)
    fire(street, first, at=timedelta(hours=2))
    second = street.blow(street.report(), "urban")
    street.sign_for(second, "urban")
    street.check_in(second, "urban")
    street.finish(second, "urban")
    street.rate(second, "urban", 2)

    police, urban = asked(queries.responses, area=STREET)

    assert (urban.unit, urban.summoned) == ("urban", 2)
    assert (urban.signed, urban.arrived) == (Share(2, 2), Share(2, 2))
    assert (urban.stars, urban.stars.mean) == (Share(7, 2), 3.5)
    assert (police.signed, police.signed.percent) == (Share(0, 1), 0.0)
    assert (police.arrived.of, police.arrived.percent, police.stars.mean) == (0, None, None)
    assert asked(queries.responses, unit="urban", before=MONDAY_NINE) == []
    assert len(asked(queries.responses, first_at=MONDAY_NINE)) == 2


def test_rebuilt_in_one_go_equals_told_fact_by_fact(store, street, reader):
    for _ in range(3):
        whistle = street.blow(street.report(), "urban", "police")
        reader.catch_up(batch=1)
        street.sign_for(whistle, "urban", "police")
        reader.catch_up(batch=1)
        street.check_in(whistle, "urban")
        street.finish(whistle, "urban")
    reader.catch_up(batch=1)
    live = dump(store, reader)

    with store.writing() as conn:
        for table in reader.tables.values():
            conn.execute(sa.delete(table))
    other = a_reader(store, street, name="whistles.anew", tables=reader.tables)
    other.prepare()
    other.catch_up()

    assert dump(store, reader) == live


def dump(store, reader) -> list:
    with store.reading() as conn:
        return [
            [tuple(row) for row in conn.execute(sa.select(t).order_by(*t.primary_key.columns))]
            for t in reader.tables.values()
        ]
