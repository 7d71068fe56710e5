"""Timers: each that came due is claimed once, the longest due first."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import sqlalchemy as sa

from ledger.ledger import Timer
from ledger.tables import due
from ledger.times import micros
from tests.ledger.lamps import NOON, a_lamp_id, a_timer, mend, report

TIMERS, CLAIMERS = 1_000, 5
LEASE = timedelta(minutes=1)


def test_a_timer_is_claimed_when_it_is_due_and_not_before(ledger):
    lamp_id = report(ledger, "pole 7", due=[a_timer(a_lamp_id("pole 7"), minutes=30)]).stream
    before = ledger.claim_due(now=NOON, limit=9, lease=LEASE)

    then = ledger.claim_due(now=NOON + timedelta(minutes=30), limit=9, lease=LEASE)

    assert before == []
    assert then == [
        Timer(
            stream=lamp_id,
            timer=f"{lamp_id}:mend:1",
            kind="mend",
            due_at=NOON + timedelta(minutes=30),
        )
    ]


def test_a_lease_that_ran_out_gives_the_timer_to_the_next(ledger):
    report(ledger, "pole 7", due=[a_timer(a_lamp_id("pole 7"), minutes=0)])

    first = ledger.claim_due(now=NOON, limit=9, lease=LEASE)
    leased = ledger.claim_due(now=NOON, limit=9, lease=LEASE)
    later = ledger.claim_due(now=NOON + LEASE, limit=9, lease=LEASE)

    assert (len(first), len(leased), len(later)) == (1, 0, 1)


def test_next_due_is_the_first_timer_or_the_end_of_its_lease(ledger):
    report(ledger, "pole 7", due=[a_timer(a_lamp_id("pole 7"), minutes=0)])
    report(ledger, "pole 8", due=[a_timer(a_lamp_id("pole 8"), minutes=5)])
    open_first = ledger.next_due()
    ledger.claim_due(now=NOON, limit=1, lease=LEASE)

    assert open_first == NOON
    assert ledger.next_due() == NOON + LEASE


def test_the_longest_due_come_first(ledger):
    for minutes in (3, 1, 2):
        name = f"pole {minutes}"
        report(ledger, name, due=[a_timer(a_lamp_id(name), minutes=minutes)])

    claimed = ledger.claim_due(now=NOON + timedelta(hours=1), limit=2, lease=LEASE)

    assert [timer.due_at.minute for timer in claimed] == [1, 2]


def test_a_record_saved_without_its_timer_has_none(ledger):
    lamp_id = report(ledger, "pole 7", due=[a_timer(a_lamp_id("pole 7"), minutes=0)]).stream

    mend(ledger, lamp_id, "c-2", due=[])

    assert ledger.claim_due(now=NOON, limit=9, lease=LEASE) == []


def test_five_racing_claimers_get_each_of_a_thousand_timers_once(ledger, store):
    lamps = [a_lamp_id(str(nth)) for nth in range(TIMERS)]
    rows = [
        {
            "part": ledger.part_of(lamp),
            "timer": str(lamp),
            "stream": lamp,
            "kind": "mend",
            "due_at": micros(NOON) + nth,
        }
        for nth, lamp in enumerate(lamps)
    ]
    with store.writing() as conn:
        conn.execute(sa.insert(due), rows)

    def claim_all(_claimer):
        claimed = []
        while timers := ledger.claim_due(now=NOON + LEASE, limit=40, lease=LEASE):
            claimed += timers
        return claimed

    with ThreadPoolExecutor(CLAIMERS) as claimers:
        claimed = [timer for timers in claimers.map(claim_all, range(CLAIMERS)) for timer in timers]

    assert Counter(timer.timer for timer in claimed) == Counter(str(lamp) for lamp in lamps)
