"""A look at several records at once, and orders that are decided by one."""

import pytest

from ledger.errors import StaleRecord, StaleRight
from ledger.looking import Look
from ledger.records import Seen
from ledger.under import Under
from tests.ledger.lamps import Lamp, LampMended, a_claim, a_lamp_id, an_act, mend, report


def test_several_records_and_an_earlier_answer_come_in_one_look(ledger):
    lit, dark = (report(ledger, name).stream for name in ("pole 1", "pole 2"))
    look = Look(ledger)

    look.ahead((lit, dark, a_lamp_id("nowhere")), (lit, "pole 1"))

    assert [look.load(Lamp, one).version for one in (lit, dark)] == [1, 1]
    assert not look.load(Lamp, a_lamp_id("nowhere")).exists
    told = look.answered(lit, a_claim("pole 1"))
    assert told is not None
    assert told.repeated
    assert look.answered(lit, a_claim("c-9")) is None


def test_what_was_looked_at_stays_until_it_is_let_go_of(ledger):
    lamp = report(ledger, "pole 7").stream
    look = Look(ledger)
    before = look.load(Lamp, lamp).version
    mend(ledger, lamp, "c-2")

    assert look.load(Lamp, lamp).version == before
    look.forget()
    assert look.load(Lamp, lamp).version == before + 1


def test_an_order_decided_by_an_old_look_is_not_recorded(ledger):
    stream = report(ledger, "pole 7").stream
    records = Under(ledger, (), Look(ledger))
    records.answered(stream, a_claim("c-3"))
    mend(ledger, stream, "c-2")
    lamp = records.load(Lamp, stream)
    lamp.tell(LampMended(act=an_act("c-3"), bulb="led", watts=9))

    with pytest.raises(StaleRecord):
        records.save(lamp, claim=a_claim("c-3"))
    records.look_again()
    assert records.load(Lamp, stream).version == 2


def test_that_nothing_was_to_be_done_is_recorded_only_while_it_is_so(ledger):
    stream = report(ledger, "pole 7").stream
    look = Look(ledger)
    lamp = look.load(Lamp, stream)
    mend(ledger, stream, "c-2")

    with pytest.raises(StaleRight):
        Under(ledger, (), look).save(lamp, claim=a_claim("c-3"))
    assert ledger.claimed(ledger.part_of(stream), "c-3") is None


def test_nothing_is_written_where_what_was_seen_moved_on(ledger, count):
    granting, stream = (report(ledger, name).stream for name in ("pole 1", "pole 2"))
    mend(ledger, granting, "c-3")
    rows = [count(table) for table in ("events", "claims", "due", "outbox")]
    lamp = ledger.load(Lamp, stream)
    lamp.tell(LampMended(act=an_act("c-4"), bulb="led", watts=9))

    with pytest.raises(StaleRight):
        Under(ledger, [Seen(stream=granting, version=1)]).save(
            lamp, claim=a_claim("c-4"), due=(), notices=()
        )

    assert [count(table) for table in ("events", "claims", "due", "outbox")] == rows
