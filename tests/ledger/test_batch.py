"""Batches: the same outcome as single commands, and nothing before the flush."""

import pytest

from domain.kernel.facts import Confided
from domain.kernel.refusals import Refused
from ledger.errors import ConnectionLost, StaleRecord
from ledger.feed import Feed
from ledger.ledger import Answer, Ledger
from ledger.store import Store
from migrations import migrate
from tests.ledger.lamps import (
    NOON,
    Lamp,
    LampBroke,
    a_claim,
    a_lamp_id,
    an_act,
    mend,
    report,
    report_with_everything,
)
from tests.vaults import a_vault


def a_day(records):
    """The commands of a day, on several lamps and some of them twice."""
    lamps = [report_with_everything(records, f"pole {nth}").stream for nth in range(7)]
    for nth, lamp in enumerate(lamps):
        for again in range(nth % 3):
            mend(records, lamp, f"c-{again}", due=[] if again else None)


def contents(store):
    with store.reading() as conn:
        return {
            # The sealed words come last and begin with a number used once.
            table: sorted(
                tuple(row)[: -1 if table == "vault" else None]
                for row in conn.exec_driver_sql(f"SELECT * FROM {table}")
            )
            for table in ("claims", "due", "outbox", "vault")
        }


def bodies(feed):
    """Everything but the position, which follows the order of committing."""
    rows = [row for part in feed.heads() for row in feed.read(part, after=0, limit=999)]
    return sorted(tuple(row._replace(pos=0)) for row in rows)


def test_a_batch_records_what_single_commands_record(tmp_path, store, ledger, clock):
    url = f"sqlite:///{tmp_path / 'single.sqlite'}"
    migrate(url, parts=ledger.parts)
    single = Store(url)
    a_day(Ledger(single, now=clock, vault=a_vault()))

    batch = ledger.batch()
    a_day(batch)
    recorded = batch.flush()

    assert recorded == 13
    assert bodies(Feed(store)) == bodies(Feed(single))
    if store.is_sqlite:
        assert contents(store) == contents(single)
    single.close()


def test_nothing_is_recorded_before_the_flush(ledger, count):
    batch = ledger.batch()
    a_day(batch)

    assert len(batch) == 13
    assert {count(table) for table in ("events", "claims", "due", "outbox", "vault")} == {0}


def test_a_flush_that_breaks_off_leaves_nothing_of_the_part(ledger, count, monkeypatch):
    batch = ledger.batch()
    report_with_everything(batch, "pole 7")

    def power_cut(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(ledger.writer, "_replace_due", power_cut)
    with pytest.raises(KeyboardInterrupt):
        batch.flush()

    assert {count(table) for table in ("events", "claims", "due", "outbox", "vault")} == {0}


def test_commands_see_what_went_before_in_the_batch(ledger):
    batch = ledger.batch()
    lamp_id = report(batch, "pole 7").stream

    answer = mend(batch, lamp_id, "c-2")

    assert answer.version == 2
    assert not batch.load(Lamp, lamp_id).is_dark
    assert batch.answered(lamp_id, a_claim("pole 7")) == Answer(
        stream=lamp_id, version=1, repeated=True
    )


def test_a_command_given_twice_in_a_batch_is_carried_out_once(ledger, count):
    batch = ledger.batch()
    report(batch, "pole 7")
    again = Lamp(a_lamp_id("pole 7"))
    again.tell(LampBroke(act=an_act("pole 7"), pole="pole 7"))

    assert batch.save(again, claim=a_claim("pole 7")).repeated
    batch.flush()

    assert count("events") == 1


def test_a_refused_command_leaves_no_trace_in_a_batch(ledger):
    batch = ledger.batch()
    lamp = batch.load(Lamp, report(batch, "pole 7").stream)
    lamp.entrust("whisper", field="words", key=bytes(32), confided=Confided(commitment="c"))
    lamp.tell(LampBroke(act=an_act("c-2"), pole="7"))  # and then a rule says no

    again = batch.load(Lamp, lamp.id)

    assert (again.version, again.collect_events(), again.collect_entrusted()) == (1, [], [])


def test_a_stale_record_is_found_in_the_batch(ledger):
    batch = ledger.batch()
    lamp_id = report(batch, "pole 7").stream
    late = Lamp(lamp_id)
    late.tell(LampBroke(act=an_act("c-2"), pole="7"))

    with pytest.raises(StaleRecord):
        batch.save(late, claim=a_claim("c-2"))


def test_a_batch_goes_on_from_what_is_recorded(ledger, count):
    lamp_id = report(ledger, "pole 7").stream
    batch = ledger.batch()
    batch.foresee([(lamp_id, "pole 7"), (a_lamp_id("pole 8"), "pole 8")])
    repeated = batch.answered(lamp_id, a_claim("pole 7"))
    mend(batch, lamp_id, "c-2")
    report(batch, "pole 8")

    batch.flush()

    assert repeated == Answer(stream=lamp_id, version=1, repeated=True)
    assert (ledger.load(Lamp, lamp_id).version, count("events")) == (2, 3)
    with pytest.raises(Refused):
        batch.answered(lamp_id, a_claim("pole 7", digest="d2"))


def test_one_who_was_first_does_not_fail_the_others(ledger, count):
    lamp_id = report(ledger, "pole 7").stream
    batch = ledger.batch()
    mend(batch, lamp_id, "c-batch")
    others = [report(batch, f"other {nth}").stream for nth in range(8)]
    mend(ledger, lamp_id, "c-first")

    with pytest.raises(StaleRecord):
        batch.flush()

    assert [ledger.load(Lamp, other).version for other in others] == [1] * 8
    assert count("events") == 10


def test_a_flush_whose_connection_was_lost_records_once(ledger, monkeypatch, count):
    write = ledger.writer.write_all
    lost: list[object] = []

    def write_and_lose(changes, now):
        write(changes, now)
        if not lost:
            lost.append(changes)
            raise ConnectionLost

    monkeypatch.setattr(ledger.writer, "write_all", write_and_lose)
    batch = ledger.batch()
    report(batch, "pole 7")
    batch.flush()

    assert count("events") == 1
    assert ledger.answered(a_lamp_id("pole 7"), a_claim("pole 7")) is not None
    assert ledger.history(a_lamp_id("pole 7"))[0].recorded_at == NOON
