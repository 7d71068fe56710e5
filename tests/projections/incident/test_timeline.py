"""The timeline of one case: who, what, when, and how much over the limit."""

from projections.incident.timeline import timeline
from tests.projections.city import Calendars, Life


def told(city, life):
    city.record(life.incident)
    return timeline(city.ledger.history(life.id), Calendars())


def test_it_tells_who_did_what_and_how_long_after(city):
    life = Life(seed="told").report().later(minutes=33).accept()

    first, second = told(city, life)

    assert (first.topic, first.stage, first.minutes) == ("incident.reported", "accepting", 0)
    assert (second.step, second.marks) == ("accepting-awaiting_filing", ("accepted",))
    assert (second.person, second.role, second.minutes) == ("c-1", "acceptor", 33)
    assert (second.facts["left"], second.facts["stage"]) == ("accepting", "awaiting_filing")


def test_a_step_after_the_deadline_says_by_how_much(city):
    life = Life(seed="late").report(limit="30 working minutes").later(minutes=33).accept()

    entry = told(city, life)[-1]

    assert entry.over == 3
    assert entry.due_at is not None
    assert entry.limit is not None


def test_a_step_in_time_says_when_it_was_due_and_no_more(city):
    life = Life(seed="prompt").report(limit="30 working minutes").later(minutes=30).accept()

    entry = told(city, life)[-1]

    assert entry.over is None
    assert entry.due_at == entry.at


def test_facts_of_one_command_share_its_id_or_follow_at_once(city):
    life = Life(seed="settled").report().accept().file().dispatch().handle().pass_check().close()

    entries = told(city, life)

    assert [entry.topic for entry in entries[-2:]] == ["incident.settled", "incident.stage-changed"]
    assert [entry.version for entry in entries] == list(range(1, len(entries) + 1))
    assert entries[-2].facts["outcome"] == "normal"
    assert entries[-2].why["rule"] == "on-time-by-bundled-deadline"
