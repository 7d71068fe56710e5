"""The city's clock: due deadlines fire once, in their order, whoever races and however late."""

from collections import Counter
from datetime import timedelta
from threading import Barrier, Thread

import pytest
import sqlalchemy as sa

from domain.incident.events import DeadlineMissed, Escalated
from domain.kernel.refusals import Refused
from ledger.tables import due
from ledger.timers import release_all
from ops.bootstrap import assemble
from ops.scheduling import LEASE, Clock, fire_due
from ops.snags import Snags
from tests.ops.town import MONDAY_NINE

TIMERS = 1_000
SCHEDULERS = 5
MONDAY_EVENING = MONDAY_NINE + timedelta(hours=12)


def missed(town, incident):
    facts = town.gridward.ledger.facts(incident)
    return [fact for fact in facts if isinstance(fact, DeadlineMissed)]


def test_a_deadline_fires_once_and_only_when_it_is_due(town):
    incident = town.report()

    assert fire_due(town.gridward, town.clock.forward(minutes=59)) == 0
    assert fire_due(town.gridward, town.clock.forward(minutes=2)) == 1
    assert fire_due(town.gridward, town.clock.forward(minutes=1)) == 0

    assert len(missed(town, incident)) == 1


def test_the_clock_acts_in_the_area_of_the_case_under_the_id_of_the_timer(town):
    incident = town.report()

    fire_due(town.gridward, town.clock.forward(hours=2))

    act = missed(town, incident)[0].act
    assert (act.person, act.role) == ("clockwork", "clockwork")
    assert act.area == "120101001003007"
    assert act.command_id == missed(town, incident)[0].timer


def test_five_schedulers_fire_each_of_a_thousand_deadlines_once(town, store_url, tmp_path):
    incidents = town.report_many(TIMERS)
    now = town.clock.forward(minutes=61)
    # On SQLite one process writes: there the schedulers are threads on its one store.
    apart = not town.gridward.store.is_sqlite
    cities = [
        assemble(town.gridward.settings, now=town.clock) if apart else town.gridward
        for _ in range(SCHEDULERS)
    ]
    fired, start = [0] * SCHEDULERS, Barrier(SCHEDULERS)

    def race(nth):
        start.wait()
        fired[nth] = fire_due(cities[nth], now, limit=20)

    threads = [Thread(target=race, args=(nth,)) for nth in range(SCHEDULERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for city in cities if apart else ():
        city.close()

    assert sum(fired) == TIMERS
    assert Counter(len(missed(town, incident)) for incident in incidents) == {1: TIMERS}


def test_a_clock_that_stops_leaves_the_rest_to_whoever_looks_next(town):
    """What it had claimed and not carried out is free at once, not when its lease is over."""
    town.report_many(10)
    now = town.clock.forward(minutes=61)
    looks = iter([False, False, False, True])

    assert fire_due(town.gridward, now, stopping=lambda: next(looks)) == 3

    assert fire_due(town.gridward, now) == 7


def test_what_a_killed_process_had_claimed_is_free_when_the_city_starts_again(town):
    """On SQLite one process writes: whoever held the leases is gone."""
    town.report_many(3)
    now = town.clock.forward(minutes=61)
    town.gridward.ledger.claim_due(now=now, limit=10, lease=LEASE)
    assert fire_due(town.gridward, now) == 0

    release_all(town.gridward.store)

    assert fire_due(town.gridward, now) == 3


def test_after_downtime_a_case_climbs_rung_by_rung_from_its_due_times(town):
    incident = town.dispatched()
    town.clock.forward(days=14)

    fire_due(town.gridward, town.clock())

    facts = town.gridward.ledger.facts(incident)
    climbed = [fact for fact in facts if isinstance(fact, Escalated)]
    assert [fact.level for fact in climbed] == ["street", "district", "city"]
    assert climbed[0].due_at < MONDAY_EVENING
    assert [fact.due_at for fact in climbed] == sorted(fact.due_at for fact in climbed)
    assert climbed[-1].due_at < town.clock() - timedelta(days=7)


def test_after_downtime_deadlines_fire_in_the_order_they_fell_due_across_cases(town):
    """Fifty cases are late and climb: what one brings about waits for no batch."""
    for _ in range(5):
        town.report_many(10)
        town.clock.forward(minutes=7)
    town.clock.forward(days=9)

    fired = order_of_firing(town, lambda: fire_due(town.gridward, town.clock()))

    assert len(fired) >= 500
    assert fired == sorted(fired)


def test_two_processes_keep_the_order_of_each_case(town):
    incidents = town.report_many(20)
    town.clock.forward(days=14)
    apart = not town.gridward.store.is_sqlite
    second = assemble(town.gridward.settings, now=town.clock) if apart else town.gridward
    racing = [
        Thread(target=fire_due, args=(city, town.clock(), 7)) for city in (town.gridward, second)
    ]
    for thread in racing:
        thread.start()
    for thread in racing:
        thread.join()
    if apart:
        second.close()

    for incident in incidents:
        climbed = [due_at for _, due_at in climb(town, incident)]
        late = [fact.due_at for fact in missed(town, incident)]
        assert (len(climbed), late) == (3, sorted(late))
        assert climbed == sorted(climbed)


def order_of_firing(town, fire):
    """When each deadline that was carried out had fallen due, in the order in which they were."""
    do, fired = town.gridward.desk.do, []

    def noted(command, act):
        fired.append(next(one for one in claimed if one.timer == command.timer).due_at)
        return do(command, act)

    claim, claimed = town.gridward.ledger.claim_due, []

    def noting(**given):
        found = claim(**given)
        claimed.extend(found)
        return found

    with pytest.MonkeyPatch.context() as watched:
        watched.setattr(town.gridward.desk, "do", noted)
        watched.setattr(town.gridward.ledger, "claim_due", noting)
        fire()
    return fired


def test_catching_up_late_ends_where_a_clock_that_never_slept_would_be(town):
    awake, asleep = town.dispatched(), town.dispatched()
    begun = town.clock()
    with town.gridward.store.writing() as conn:  # the second case's timers are not looked at yet
        later = sa.update(due).where(due.c.stream == asleep)
        conn.execute(later.values(claimed_until=(2**62)))
    for hours in range(1, 14 * 24, 6):
        fire_due(town.gridward, begun + timedelta(hours=hours))
    with town.gridward.store.writing() as conn:
        conn.execute(sa.update(due).where(due.c.stream == asleep).values(claimed_until=None))

    fire_due(town.gridward, town.clock.forward(days=14))

    assert climb(town, asleep) == climb(town, awake) != []


def climb(town, incident):
    facts = town.gridward.ledger.facts(incident)
    return [(one.level, one.due_at) for one in facts if isinstance(one, Escalated)]


def test_a_deadline_that_fails_is_marked_and_left_to_its_lease(town, monkeypatch):
    broken, whole = town.report(), town.report()
    do = town.gridward.desk.do

    def fails(command, act):
        if command.incident == broken:
            raise Refused("not-today", "It does not work.")
        return do(command, act)

    monkeypatch.setattr(town.gridward.desk, "do", fails)
    now = town.clock.forward(hours=2)

    assert fire_due(town.gridward, now) == 1
    assert fire_due(town.gridward, now) == 0

    assert len(missed(town, whole)) == 1
    snag = Snags(town.gridward.store).newest()[0]
    assert (snag.code, snag.times, snag.stream) == ("not-today", 1, broken)


def test_a_mended_deadline_fires_when_its_lease_is_over_and_its_snag_is_gone(town, monkeypatch):
    incident = town.report()
    with monkeypatch.context() as broken:
        broken.setattr(town.gridward.desk, "do", lambda *_: 1 / 0)
        fire_due(town.gridward, town.clock.forward(hours=2))
    assert Snags(town.gridward.store).count() == 1

    town.clock.at += LEASE
    assert fire_due(town.gridward, town.clock()) == 1

    assert len(missed(town, incident)) == 1
    assert Snags(town.gridward.store).count() == 0


def test_the_job_wakes_by_itself_and_stops(town):
    incident = town.report()
    town.clock.forward(hours=2)
    clock = Clock(town.gridward, seconds=0.05)

    clock.start()
    wait_for(lambda: missed(town, incident))
    alive = clock.is_alive
    clock.stop()

    assert alive
    assert not clock.is_alive


def wait_for(what, *, tries=500):
    from time import sleep

    for _ in range(tries):
        if what():
            return
        sleep(0.02)
    pytest.fail("it never happened")
