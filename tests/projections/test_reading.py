"""Readers tell every event once and in order, whoever is killed, poisoned or racing."""

import random
import threading
from collections import Counter
from dataclasses import dataclass, field

import pytest
import sqlalchemy as sa

from domain.incident.events import Reported
from ledger.tables import cursors, events
from projections import reading
from projections.digest import digest
from projections.incident.tables import VERSION
from projections.incident.telling import Incidents
from projections.reading import UnknownTopicError
from tests.projections.city import Calendars, Life, wander


@dataclass
class Diary:
    """Writes down every fact it is told; trips over the facts it is told to."""

    name: str = "diary"
    version: int = 1
    topics: frozenset[str] = Incidents.topics
    poison: set = field(default_factory=set)
    batches: list = field(default_factory=list)

    def tables(self, metadata):
        diary = sa.Table(
            f"{self.name}_v{self.version}",
            metadata,
            sa.Column("part", sa.Integer, primary_key=True, autoincrement=False),
            sa.Column("position", sa.BigInteger, primary_key=True, autoincrement=False),
            sa.Column("topic", sa.Text, nullable=False),
        )
        return {"diary": diary}

    def tell(self, conn, tables, told):
        self.batches.append(len(told))
        rows = [{"part": t.part, "position": t.position, "topic": t.fact.TOPIC} for t in told]
        conn.execute(sa.insert(tables["diary"]), rows)
        for one in told:
            if (one.stream, one.version) in self.poison:
                raise ValueError(f"cannot take in {one.fact.TOPIC}")


class Killed(BaseException):
    """What a killed process leaves: nothing runs after it."""


def a_diary(city, **given):
    reader = city.new_reader(Diary(**given))
    reader.prepare()
    return reader


def written(city, reader):
    diary = reader.tables["diary"]
    with city.store.reading() as conn:
        return conn.execute(sa.select(diary).order_by(diary.c.part, diary.c.position)).all()


def recorded(city):
    with city.store.reading() as conn:
        return conn.scalar(sa.select(sa.func.count()).select_from(events))


def test_every_event_is_told_once_and_in_order(city):
    reader = a_diary(city)
    city.record(*(wander(n).incident for n in range(20)))

    told = reader.catch_up(batch=7)

    rows = written(city, reader)
    assert told == len(rows) == recorded(city)
    assert reader.catch_up() == 0


def test_what_a_model_does_not_hear_is_passed_without_decoding(city, monkeypatch):
    reader = a_diary(city, topics=frozenset({Reported.TOPIC}))
    city.record(*(wander(n).incident for n in range(5)))
    decoded = []
    fact = city.feed.fact

    def decode(row):
        decoded.append(row)
        return fact(row)

    monkeypatch.setattr(city.feed, "fact", decode)

    reader.catch_up()

    assert len(decoded) == len(written(city, reader)) == 5
    assert reader.lag().events == 0


def test_a_reader_killed_in_mid_batch_equals_a_clean_one(city, random_seed):
    chance = random.Random(random_seed)
    clean = a_diary(city, name="clean")
    city.record(*(wander(random_seed + n).incident for n in range(40)))
    clean.catch_up()
    reader, kills = city.reader, 0
    tell = reader.model.tell

    def tell_or_be_killed(*given):
        nonlocal kills
        before = kills == 0 or chance.random() < 0.2  # once for sure: seven batches may pass
        if not before:
            tell(*given)
        if before or chance.random() < 0.2:
            kills += 1
            raise Killed

    while reader.behind():
        reader.model.tell = tell_or_be_killed
        try:
            reader.catch_up(batch=chance.randrange(1, 60))
        except Killed:
            continue

    fresh = city.new_reader(Incidents(Calendars()), tables=_other_tables(city), name="fresh")
    fresh.prepare()
    fresh.catch_up()
    assert kills
    assert digest(city.store, reader.tables) == digest(city.store, fresh.tables)


def _other_tables(city):
    metadata = sa.MetaData()
    tables = Incidents(Calendars()).tables(sa.MetaData())
    other = {
        short: table.to_metadata(metadata, name=f"other_{table.name}")
        for short, table in tables.items()
    }
    for table in other.values():
        table.indexes.clear()
    return other


def test_batches_of_any_size_give_the_same_rows(city, random_seed):
    chance = random.Random(random_seed)
    lives = [wander(random_seed + n) for n in range(30)]
    city.record(*(life.incident for life in lives))
    whole = city.new_reader(Incidents(Calendars()), tables=_other_tables(city), name="whole")
    whole.prepare()
    whole.catch_up()

    while behind := city.reader.behind():
        for part, (position, _) in behind.items():
            city.reader._tell_batch(part, position, chance.randrange(1, 40))

    assert digest(city.store, city.reader.tables) == digest(city.store, whole.tables)


def test_a_poison_event_stops_its_own_projection_only(city):
    life = Life(seed="poisoned").report().accept()
    poisoned = a_diary(city, name="poisoned", poison={(life.id, 2)})
    sound = a_diary(city, name="sound")
    city.record(wander(1).incident, life.incident, wander(2).incident)

    for reader in (poisoned, sound):
        reader.catch_up()

    position = next(
        r.position for r in city.ledger.history(life.id) if r.fact.originator_version == 2
    )
    stopped = poisoned.status().stopped
    assert stopped is not None
    assert stopped.position == position
    assert stopped.error == "ValueError: cannot take in incident.stage-changed"
    assert len(written(city, sound)) == recorded(city)
    assert sound.status().stopped is None


def test_all_before_the_poison_event_is_told(city):
    life = Life(seed="late poison").report()
    for _ in range(30):
        life.accept().file() if life.incident.course.filed_at is None else life.go("accepting")
    poisoned = a_diary(city, poison={(life.id, 20)})
    city.record(life.incident)

    poisoned.catch_up()

    stopped = poisoned.status().stopped
    assert stopped is not None
    assert [row.position for row in written(city, poisoned)] == list(range(1, stopped.position))


def test_a_stopped_reader_waits_until_it_is_resumed(city):
    life = Life(seed="mended").report().accept()
    reader = a_diary(city, poison={(life.id, 2)})
    city.record(life.incident)
    reader.catch_up()
    assert reader.catch_up() == 0

    reader.model.poison.clear()
    reader.resume()

    assert reader.catch_up() == 1
    assert reader.status().stopped is None


def test_the_databases_trouble_is_no_poison(city):
    reader = a_diary(city)
    city.record(wander(3).incident)

    def lose_connection(*_):
        raise sa.exc.OperationalError("SELECT 1", {}, Exception("gone"))

    reader.model.tell = lose_connection
    with pytest.raises(Exception, match="gone"):
        reader.catch_up()

    assert reader.status().stopped is None


def test_an_unknown_topic_is_passed_live_and_stops_a_rebuild(city):
    city.record(wander(4).incident)
    live, rebuilding = a_diary(city), a_diary(city, name="strict")
    rebuilding._known = {Reported.TOPIC}

    live.catch_up()
    with pytest.raises(UnknownTopicError, match="unknown topic"):
        rebuilding.catch_up()

    assert live.lag().events == 0


def test_two_readers_racing_for_one_cursor_never_both_win(city, random_seed):
    city.record(*(wander(random_seed + n).incident for n in range(60)))
    readers = [a_diary(city), a_diary(city)]
    failures = []
    start = threading.Barrier(len(readers))

    def race(reader):
        try:
            start.wait()
            while reader.behind():
                reader.catch_up(batch=5)
        except Exception as error:  # noqa: BLE001
            failures.append(error)

    threads = [threading.Thread(target=race, args=(reader,)) for reader in readers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert not failures
    positions = Counter((row.part, row.position) for row in written(city, readers[0]))
    assert len(positions) == recorded(city)
    assert set(positions.values()) == {1}


def test_a_reader_overtaken_between_reading_and_writing_leaves_nothing(city):
    slow, fast = a_diary(city), a_diary(city)
    city.record(wander(5).incident)
    part = next(iter(slow.behind()))
    batch = slow._read(part, 0, 100)
    fast.catch_up()

    with pytest.raises(reading._OvertakenError), city.store.writing() as conn:
        slow._move(conn, part, batch)

    assert fast.lag().events == 0


def test_a_page_waits_for_its_own_write(city):
    reader = a_diary(city)
    life = Life(seed="seen").report()
    city.record(life.incident)
    part = city.ledger.part_of(life.id)

    assert not reader.wait_until(part, timeout=0.0)
    reader.catch_up()

    assert reader.wait_until(part, timeout=0.0)
    assert reader.wait_until(part, 1, timeout=0.0)


def test_lag_tells_how_much_and_since_when(city):
    reader = a_diary(city)
    assert reader.lag() == (0, None)

    city.record(Life(seed="waiting").report().accept().incident)

    lag = reader.lag()
    assert lag.events == 2
    assert lag.oldest_at is not None


def test_preparing_twice_keeps_rows_and_positions(city):
    reader = a_diary(city)
    city.record(wander(6).incident)
    reader.catch_up()
    before = written(city, reader)

    again = a_diary(city)

    assert written(city, again) == before
    assert again.lag().events == 0


def test_readers_of_two_models_keep_their_own_cursors(city):
    a_diary(city, name="one")
    a_diary(city, name="two")
    with city.store.reading() as conn:
        names = set(conn.scalars(sa.select(cursors.c.reader)))

    assert {"one.v1", "two.v1", f"incidents.v{VERSION}"} <= names
