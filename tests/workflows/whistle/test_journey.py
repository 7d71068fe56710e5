"""A loose facade: a case that a street cannot solve is whistled, and closes after the last."""

from datetime import timedelta

import pytest

from domain.kernel.refusals import Refused
from ledger.feed import Feed
from tests.workflows.whistle.ledgers import ledger, store
from tests.workflows.whistle.street import FAR_AWAY, MONDAY_NINE, a_street
from workflows.firing import firing
from workflows.processes.following import Follower
from workflows.processes.joining import Joining
from workflows.whistle import commands as ordered

__all__ = ["ledger", "store"]


@pytest.fixture
def street(ledger):
    return a_street(ledger)


@pytest.fixture
def joining(store, street) -> Follower:
    follower = Follower(Joining(), store, Feed(store), street.desk, now=lambda: street.now)
    follower.prepare()
    return follower


def clock_fires(street, stream) -> list[str]:
    """Fire what is due of one record, as the scheduler does, by the timers of the database."""
    fired = []
    while timers := street.records.claim_due(now=street.now, limit=10, lease=timedelta(seconds=30)):
        for timer in timers:
            command, act = firing(timer, street.records, at=street.now)
            street.desk.do(command, act)
            if timer.stream == stream:
                fired.append(timer.timer.partition("/")[2])
    return fired


def test_three_departments_answer_a_whistle_and_the_case_closes_after_the_last(street, joining):
    case = street.awaiting_closing()
    whistle = street.blow(case, "urban", "police", "roads", words="外墙松动，砸伤隐患")
    joining.catch_up()

    # Within the hour two sign; the roads unit has no mandate and sends the street's squad.
    street.forward(minutes=40)
    street.sign_for(whistle, "urban", "roads")
    street.order(
        ordered.SubstituteParty(whistle=whistle, party="roads", by="squad", reason="不属本单位"),
        "p-roads",
    )
    street.sign_for(whistle, "squad")

    # The police are late: the district's commander hears of it.
    street.forward(minutes=25)
    assert clock_fires(street, whistle) == ["police/sign-for"]
    party = street.whistle(whistle).roll.parties["police"]
    assert (party.overdue, party.level) == (True, "district")
    street.sign_for(whistle, "police")

    # All come; who is too far away is told how far.
    street.forward(hours=2)
    with pytest.raises(Refused) as refusal:
        street.check_in(whistle, "urban", place=FAR_AWAY)
    assert refusal.value.facts["distance_m"] == 2588
    street.check_in(whistle, "urban", "police", "squad")
    with pytest.raises(Refused) as refusal:
        street.close(case)
    assert refusal.value.code == "needs-unmet"

    # Each does its part and is rated; the street confirms, and the case may be closed.
    for hours, unit, stars in ((1, "urban", 5), (2, "squad", 4), (3, "police", 2)):
        street.now = MONDAY_NINE + timedelta(hours=4 + hours)
        street.finish(whistle, unit)
        street.rate(whistle, unit, stars)
    street.confirm(whistle)
    joining.catch_up()
    street.close(case)

    roll = street.whistle(whistle).roll
    assert {unit: one.state for unit, one in roll.parties.items()} == {
        "urban": "done",
        "police": "done",
        "roads": "substituted",
        "squad": "done",
    }
    calendar = street.desk.office.shelf.calendar(roll.calendar)
    signed = {one.unit: roll.on_time(one, "sign-for", calendar) for one in roll.parties.values()}
    assert signed == {"urban": True, "police": False, "roads": True, "squad": True}
    assert street.incident(case).course.final == "settled"


def test_one_wall_takes_several_whistles_one_after_another(street, joining):
    case = street.awaiting_closing()
    for _ in range(3):
        whistle = street.blow(case, "urban")
        joining.catch_up()
        street.sign_for(whistle, "urban")
        street.check_in(whistle, "urban")
        street.finish(whistle, "urban")
        street.confirm(whistle, "not-solved")
        joining.catch_up()
        street.forward(days=30)

    street.close(case)

    told = [told for told in street.told(case) if "whistle" in told]
    assert told == ["whistle-opened", "whistle-over"] * 3
