"""Saving: what commits together, who wins, and what the vault keeps."""

from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from eventsourcing.persistence import IntegrityError

from domain.kernel.facts import Confided
from domain.kernel.refusals import Refused
from ledger.errors import StaleRecord
from ledger.ledger import Ledger
from ledger.records import part_of
from ledger.store import Store
from ledger.tables import due, outbox, vault
from tests.ledger.lamps import (
    NOON,
    Lamp,
    LampBroke,
    a_claim,
    a_lamp_id,
    a_timer,
    an_act,
    mend,
    report,
    report_with_everything,
)
from tests.vaults import a_vault

TABLES = ("events", "claims", "due", "outbox", "vault")


def test_a_record_comes_back_as_it_was_saved(ledger):
    answer = report(ledger, "pole 7")

    lamp = ledger.load(Lamp, a_lamp_id("pole 7"))

    assert (answer.version, lamp.version, lamp.is_dark) == (1, 1, True)


def test_a_record_that_was_never_saved_is_empty(ledger):
    assert not ledger.load(Lamp, a_lamp_id("nowhere")).exists


def test_the_history_tells_place_and_time(ledger, clock):
    lamp_id = report(ledger, "pole 7").stream
    clock.forward(minutes=5)
    mend(ledger, lamp_id, "c-2")

    history = ledger.history(lamp_id)

    assert [one.position for one in history] == [1, 2]
    assert [one.recorded_at for one in history][1] == clock()
    assert {one.part for one in history} == {part_of(lamp_id, ledger.parts)}
    assert [type(one.fact).__name__ for one in history] == ["LampBroke", "LampMended"]


def test_everything_a_command_says_is_there(ledger, count, store):
    answer = report_with_everything(ledger, "pole 7")

    with store.reading() as conn:
        told = conn.execute(sa.select(outbox.c.id, outbox.c.notice, outbox.c.sent_at)).one()
    assert {table: count(table) for table in TABLES} == dict.fromkeys(TABLES, 1)
    assert ledger.words(answer.stream, 1, "words") == "it flickers"
    assert tuple(told) == (
        "pole 7#0",
        '{"about":"lamp-dark","facts":{"pole":"pole 7"},"to":"unit:lamps"}',
        None,
    )


def test_what_fails_in_between_leaves_nothing(ledger, store, count):
    """The last row of the transaction cannot be written, so none is."""
    lamp_id = a_lamp_id("pole 7")
    row = {"stream": lamp_id, "version": 1, "field": "words", "key_version": 1, "sealed": b""}
    with store.writing() as conn:
        conn.execute(sa.insert(vault).values(part=ledger.part_of(lamp_id), person="p-7", **row))

    with pytest.raises(IntegrityError):
        report_with_everything(ledger, "pole 7")

    assert {table: count(table) for table in TABLES if table != "vault"} == dict.fromkeys(
        TABLES[:-1], 0
    )


def test_whoever_decided_on_an_older_version_is_stale(ledger):
    lamp_id = report(ledger, "pole 7").stream
    late = ledger.load(Lamp, lamp_id)
    mend(ledger, lamp_id, "c-2")
    late.tell(LampBroke(act=an_act("c-3"), pole="pole 7"))

    with pytest.raises(StaleRecord) as stale:
        ledger.save(late, claim=a_claim("c-3"))

    assert (stale.value.stream, stale.value.version) == (lamp_id, 1)
    assert ledger.load(Lamp, lamp_id).version == 2


def test_timers_of_a_record_are_replaced_and_a_kept_one_keeps_its_lease(ledger, store):
    lamp_id = report(ledger, "pole 7", due=[a_timer(a_lamp_id("pole 7"), minutes=0)]).stream
    with store.writing() as conn:
        conn.execute(sa.update(due).values(claimed_until=7))
    mend(ledger, lamp_id, "c-2", due=[a_timer(lamp_id, minutes=0)])
    with store.reading() as conn:
        kept = conn.execute(sa.select(due.c.timer, due.c.claimed_until)).all()

    mend(ledger, lamp_id, "c-3", due=[a_timer(lamp_id, minutes=9)])
    with store.reading() as conn:
        moved = conn.execute(sa.select(due.c.timer, due.c.claimed_until)).all()
    mend(ledger, lamp_id, "c-4", due=[])

    assert [tuple(row) for row in kept] == [(f"{lamp_id}:mend:1", 7)]
    assert [tuple(row) for row in moved] == [(f"{lamp_id}:mend:1", None)]
    assert ledger.next_due() is None


def test_timers_that_a_command_does_not_mention_stay(ledger):
    lamp_id = report(ledger, "pole 7", due=[a_timer(a_lamp_id("pole 7"))]).stream

    mend(ledger, lamp_id, "c-2")

    assert ledger.next_due() is not None


def test_a_large_command_is_recorded_like_a_small_one(ledger, feed):
    """More than a statement can hold goes the other way, up to COPY on PostgreSQL."""
    lamp = ledger.load(Lamp, a_lamp_id("pole 7"))
    for nth in range(300):
        lamp.tell(LampBroke(act=an_act("c-1"), pole=f"tab\there {nth} 灯\\n"))

    ledger.save(lamp, claim=a_claim("c-1"), due=[a_timer(lamp.id)])

    rows = feed.read(ledger.part_of(lamp.id), after=0, limit=1000)
    assert [row.pos for row in rows] == list(range(1, 301))
    assert feed.fact(rows[299]) == LampBroke(act=an_act("c-1"), pole="tab\there 299 灯\\n")


def test_recorded_time_never_goes_back(ledger, clock, feed):
    lamp_id = report(ledger, "pole 7").stream
    clock.forward(days=-1)
    mend(ledger, lamp_id, "c-2")

    times = [row.recorded_at for row in feed.read(ledger.part_of(lamp_id), after=0, limit=9)]

    assert times[0] == times[1]


def test_words_of_many_records_come_in_one_look(ledger):
    streams = [report_with_everything(ledger, f"pole {nth}").stream for nth in range(5)]

    assert ledger.words_of(streams) == {(one, 1, "words"): "it flickers" for one in streams}


def test_words_without_their_fact_are_a_mistake(ledger):
    lamp = Lamp(a_lamp_id("pole 7"))
    lamp.entrust("whisper", field="words", key=bytes(32), confided=Confided(commitment="c"))

    with pytest.raises(ValueError, match="entrusted"):
        ledger.save(lamp, claim=a_claim("c-1"))


def test_a_fact_without_a_topic_is_not_recorded(ledger):
    @dataclass(frozen=True, slots=True, kw_only=True)
    class LampStolen(LampBroke):
        pass

    lamp = Lamp(a_lamp_id("pole 7"))
    lamp.tell(LampStolen(act=an_act("c-1"), pole="7"))

    with pytest.raises(Refused) as refusal:
        ledger.save(lamp, claim=a_claim("c-1"))
    assert refusal.value.code == "unknown-topic"


def test_a_store_without_tables_is_not_a_ledger(store_url):
    store = Store(store_url)
    with pytest.raises(Refused) as refusal:
        Ledger(store, now=lambda: NOON, vault=a_vault())
    store.close()

    assert refusal.value.code == "not-migrated"
