"""A rebuild gives the rows that the live model has, beside it, and then in its place."""

import random

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.tables import cursors
from projections.digest import digest
from projections.incident.tables import VERSION
from projections.incident.telling import Incidents
from projections.reading import PoisonError
from projections.rebuilding import Rebuild, rebuild
from tests.projections.city import MONDAY, Calendars, Life, a_city, wander, wander_on


def the_rebuild(city, model=None):
    return Rebuild(model or Incidents(Calendars()), city.store, city.feed, now=lambda: MONDAY)


def rebuilt(city, **given):
    return rebuild(Incidents(Calendars()), city.store, city.feed, now=lambda: MONDAY, **given)


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    walks=st.lists(st.tuples(st.integers(0, 9), st.integers(0, 8)), max_size=20),
    first=st.integers(0, 10**6),
    live_batch=st.integers(1, 50),
    large_batch=st.integers(1, 500),
)
def test_after_any_walk_a_rebuild_equals_the_live_model(
    store_url, walks, first, live_batch, large_batch
):
    """Ten cases walk on in turns, and the live reader hears each stretch by itself."""
    city = a_city(store_url)
    lives = [wander(first + n, moves=0) for n in range(10)]
    try:
        for n, moves in walks:
            life = wander_on(lives[n], random.Random(first + moves), moves=moves)
            city.record(life.incident)
            city.reader.catch_up(batch=live_batch)
        live = digest(city.store, city.reader.tables)

        rebuilt(city, batch=large_batch)

        assert city.reader.status().stopped is None
        assert digest(city.store, city.reader.tables) == live
    finally:
        city.store.close()


def test_the_live_model_goes_on_while_it_is_rebuilt(city):
    city.catch_up(*(wander(n) for n in range(10)))
    rebuilding = the_rebuild(city)
    rebuilding.begin()
    rebuilding.fill()

    city.catch_up(*(wander(n) for n in range(10, 20)))
    assert len(city.rows("cases")) == 20
    live = digest(city.store, city.reader.tables)
    rebuilding.swap()

    assert city.reader.lag().events == 0
    assert digest(city.store, city.reader.tables) == live


def test_after_a_swap_the_live_reader_goes_on(city):
    city.catch_up(*(wander(n) for n in range(5)))
    rebuilt(city)

    city.catch_up(*(wander(n) for n in range(5, 10)))

    assert len(city.rows("cases")) == 10


def test_a_model_is_rebuilt_again_and_again(city):
    city.catch_up(*(wander(n) for n in range(5)))
    live = digest(city.store, city.reader.tables)

    for generation in (1, 2, 3):
        rebuilt(city)
        assert city.reader.status().generation == generation

    assert digest(city.store, city.reader.tables) == live


def test_a_swap_leaves_the_indexes_and_nothing_else(city):
    expected = _index_columns(city)
    city.catch_up(wander(1))

    rebuilt(city)

    assert _index_columns(city) == expected
    with city.store.reading() as conn:
        names = sa.inspect(conn).get_table_names()
        readers = set(conn.scalars(sa.select(cursors.c.reader)))
    assert not [name for name in names if "_g1" in name]
    assert readers == {f"incidents.v{VERSION}"}


def _index_columns(city):
    with city.store.reading() as conn:
        inspector = sa.inspect(conn)
        return {
            name: sorted(tuple(i["column_names"]) for i in inspector.get_indexes(table.name))
            for name, table in city.reader.tables.items()
        }


def test_a_broken_rebuild_leaves_the_live_model_and_can_begin_again(city):
    city.catch_up(*(wander(n) for n in range(5)))
    live = digest(city.store, city.reader.tables)
    broken = the_rebuild(city)
    broken.begin()
    broken.reader().catch_up(batch=3)

    rebuilt(city)

    assert digest(city.store, city.reader.tables) == live


def test_a_poison_event_ends_a_rebuild(city):
    life = Life(seed="poison").report()
    city.catch_up(life)

    class Delicate(Incidents):
        def tell(self, conn, tables, told):
            raise ValueError("no")

    rebuilding = the_rebuild(city, Delicate(Calendars()))
    rebuilding.begin()
    with pytest.raises(PoisonError, match="position 1: ValueError: no"):
        rebuilding.fill()

    assert len(city.rows("cases")) == 1


def test_a_rebuild_mends_a_stopped_reader(city):
    life = Life(seed="mended").report()
    city.reader.model.tell = _trip
    city.record(life.incident)
    city.reader.catch_up()
    assert city.reader.status().stopped is not None
    del city.reader.model.tell

    rebuilt(city)

    assert city.reader.status().stopped is None
    assert len(city.rows("cases")) == 1


def _trip(*_):
    raise ValueError("no")


def test_a_digest_tells_one_changed_row(city):
    city.catch_up(wander(1), wander(2))
    before = digest(city.store, city.reader.tables)
    cases = city.reader.tables["cases"]
    with city.store.writing() as conn:
        first = conn.scalar(sa.select(sa.func.min(sa.cast(cases.c.number, sa.Text))))
        conn.execute(sa.update(cases).where(cases.c.number == first).values(escalations=9))

    assert digest(city.store, city.reader.tables) != before


def test_the_digest_is_the_same_on_every_database(tmp_path, fresh_postgres):
    found = []
    for url in (f"sqlite:///{tmp_path / 'city.sqlite'}", fresh_postgres):
        city = a_city(url)
        city.catch_up(*(wander(n) for n in range(8)))
        found.append(digest(city.store, city.reader.tables))
        city.store.close()

    assert found[0] == found[1]
