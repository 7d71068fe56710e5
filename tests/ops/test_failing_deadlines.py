"""A deadline that cannot be carried out: tried again ever more seldom, and it holds up nobody."""

from datetime import timedelta
from itertools import pairwise

import pytest
import sqlalchemy as sa

from domain.incident.events import DeadlineMissed
from domain.kernel.refusals import Refused
from ledger.tables import due
from ops.retrying import HELD_TRIES, LONGEST, pause_after
from ops.scheduling import LEASE, fire_due, forget_snags
from ops.snags import Snags
from tests.ops.town import UNIT

ILLEGAL_BUILDING = "01-01"


@pytest.fixture
def failing(town, monkeypatch):
    """An illegal building: its first limit step always fails; ``tried`` notes when and which."""
    incident = town.report(category=ILLEGAL_BUILDING)
    town.step(incident, "pass_on", by="acceptor")
    town.step(incident, "file", by="duty_leader", category=ILLEGAL_BUILDING)
    town.step(incident, "dispatch", by="dispatcher", unit=UNIT)
    first = timers_of(town, incident)[0]
    do, tried = town.gridward.desk.do, []

    def fails(command, act):
        tried.append((town.clock(), command.timer))
        if command.timer == first:
            raise Refused("not-today", "It does not work.")
        return do(command, act)

    monkeypatch.setattr(town.gridward.desk, "do", fails)
    return incident, first, tried


def timers_of(town, incident):
    query = sa.select(due.c.timer).where(due.c.stream == incident)
    with town.gridward.store.reading() as conn:
        return list(conn.scalars(query.order_by(due.c.due_at, due.c.timer)))


def test_a_deadline_that_fails_is_tried_again_at_growing_pauses(town, failing):
    _, first, tried = failing
    town.clock.forward(days=14)

    for times in range(1, 5):
        fire_due(town.gridward, town.clock())
        town.clock.at += pause_after(times) - timedelta(seconds=1)
        fire_due(town.gridward, town.clock())
        town.clock.forward(seconds=1)

    at = [when for when, timer in tried if timer == first]
    assert [later - sooner for sooner, later in pairwise(at)] == [LEASE, 2 * LEASE, 4 * LEASE]
    (snag,) = Snags(town.gridward.store).newest()
    assert (snag.timer, snag.code, snag.times) == (first, "not-today", 4)
    next_due = town.gridward.ledger.next_due()
    assert next_due is not None
    assert next_due >= town.clock()


def test_a_later_deadline_of_the_case_waits_for_the_first_tries_and_then_goes_past(town, failing):
    incident, first, tried = failing
    town.clock.forward(days=14)

    for _ in range(HELD_TRIES - 1):
        assert fire_due(town.gridward, town.clock()) == 0
        town.clock.at += pause_after(HELD_TRIES)
    assert {timer for _, timer in tried} == {first}
    assert fire_due(town.gridward, town.clock()) >= 1

    fired = {one.timer for one in missed(town, incident)}
    assert fired
    assert first not in fired
    assert [one.code for one in Snags(town.gridward.store).newest()] == ["not-today"]


def test_the_next_pause_is_never_shorter_and_an_hour_at_most():
    pauses = [pause_after(times) for times in range(1, 60)]

    assert pauses[0] == LEASE
    assert all(sooner <= later for sooner, later in pairwise(pauses))
    assert pauses[-1] == LONGEST


def test_the_snag_of_a_deadline_that_its_case_no_longer_has_is_swept_away(town, failing):
    incident, _, _ = failing
    town.clock.forward(days=14)
    fire_due(town.gridward, town.clock())
    kept = Snags(town.gridward.store).count()
    forget_snags(town.gridward)
    still = Snags(town.gridward.store).count()
    with town.gridward.store.writing() as conn:
        conn.execute(sa.delete(due).where(due.c.stream == incident))

    forget_snags(town.gridward)

    assert (kept, still) == (1, 1)
    assert Snags(town.gridward.store).count() == 0


def missed(town, incident):
    facts = town.gridward.ledger.facts(incident)
    return [fact for fact in facts if isinstance(fact, DeadlineMissed)]
