"""Claims: a command is carried out once, however often it is sent."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from domain.kernel.refusals import Refused
from ledger.errors import ConnectionLost
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

RACERS = 16


def test_a_claim_nobody_made_has_no_answer(ledger):
    assert ledger.answered(a_lamp_id("pole 7"), a_claim("pole 7")) is None


def test_a_claim_gives_its_first_answer_for_ever(ledger):
    lamp_id = report(ledger, "pole 7").stream
    mend(ledger, lamp_id, "c-2")

    assert ledger.answered(lamp_id, a_claim("pole 7")) == Answer(
        stream=lamp_id, version=1, repeated=True
    )


def test_a_command_saved_again_gives_its_first_answer(ledger, count):
    first = report_with_everything(ledger, "pole 7")
    again = Lamp(first.stream)
    again.tell(LampBroke(act=an_act("pole 7"), pole="pole 7"))

    repeated = ledger.save(again, claim=a_claim("pole 7"))

    assert repeated == Answer(stream=first.stream, version=1, repeated=True)
    assert count("events") == 1


def test_a_command_id_is_not_used_for_two_commands(ledger):
    lamp_id = report(ledger, "pole 7").stream

    with pytest.raises(Refused) as asked:
        ledger.answered(lamp_id, a_claim("pole 7", digest="d2"))
    with pytest.raises(Refused) as saved:
        ledger.save(Lamp(a_lamp_id("pole 7")), claim=a_claim("pole 7", digest="d2"))

    assert asked.value.code == saved.value.code == "command-id-reused"


def test_a_command_that_changes_nothing_is_answered_the_second_time_too(ledger, count):
    lamp = ledger.load(Lamp, report(ledger, "pole 7").stream)

    ledger.save(lamp, claim=a_claim("c-2"))

    assert ledger.answered(lamp.id, a_claim("c-2")) == Answer(
        stream=lamp.id, version=1, repeated=True
    )
    assert count("events") == 1


def test_sixteen_racers_on_one_claim_record_one_command(store_url, clock):
    migrate(store_url)
    store = Store(store_url, pool_size=RACERS)
    ledger, start = Ledger(store, now=clock, vault=a_vault()), Barrier(RACERS)

    def race(_nth):
        lamp = Lamp(a_lamp_id("pole 7"))
        lamp.tell(LampBroke(act=an_act("pole 7"), pole="pole 7"))
        lamp.tell(LampBroke(act=an_act("pole 7"), pole="pole 7"))
        start.wait()
        return ledger.save(lamp, claim=a_claim("pole 7"))

    with ThreadPoolExecutor(RACERS) as racers:
        answers = list(racers.map(race, range(RACERS)))

    assert {(answer.stream, answer.version) for answer in answers} == {(a_lamp_id("pole 7"), 2)}
    assert [answer.repeated for answer in answers].count(False) == 1
    assert len(ledger.history(a_lamp_id("pole 7"))) == 2
    store.close()


def test_a_connection_lost_after_the_commit_is_not_a_second_command(ledger, monkeypatch, count):
    write = ledger.writer.write
    lost: list[object] = []

    def write_and_lose(change, now):
        write(change, now)
        if not lost:
            lost.append(change)
            raise ConnectionLost

    monkeypatch.setattr(ledger.writer, "write", write_and_lose)
    answer = report(ledger, "pole 7")

    assert lost
    assert answer == Answer(stream=a_lamp_id("pole 7"), version=1, repeated=True)
    assert count("events") == 1


def test_a_server_that_dropped_all_connections_is_asked_again(fresh_postgres):
    migrate(fresh_postgres)
    store = Store(fresh_postgres)
    ledger = Ledger(store, now=lambda: NOON, vault=a_vault())
    with ThreadPoolExecutor(6) as several:
        list(several.map(lambda nth: report(ledger, f"pole {nth}"), range(24)))
    _drop_connections(fresh_postgres)
    lamp = Lamp(a_lamp_id("pole 99"))
    lamp.tell(LampBroke(act=an_act("pole 99"), pole="pole 99"))

    answer = ledger.save(lamp, claim=a_claim("pole 99"))

    assert answer == Answer(stream=lamp.id, version=1)
    store.close()


def _drop_connections(url):
    other = Store(url)
    with other.reading() as conn:
        conn.exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        ).all()
    other.close()
