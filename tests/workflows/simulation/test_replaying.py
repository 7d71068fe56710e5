"""A recorded case, replayed by its own rules, is the same case: fact by fact, field by field."""

from dataclasses import replace

import pytest

from tests.workflows.moving.street import NEW, OLD, RENAMED, a_plan, begin, move, publish
from tests.workflows.simulation.walking import WALKS, Walker, bare, rules_of, walked
from workflows.simulation.recorded import read_case
from workflows.simulation.replaying import replay
from workflows.simulation.rules import Book, Draft


@pytest.mark.parametrize("seed", range(WALKS))
def test_a_case_replayed_by_its_own_rules_tells_the_same_facts(seed):
    walker = walked(seed)
    case = read_case(walker.incident, walker.facts)

    replayed = replay(case, Book(rules_of(walker.office)), until=walker.office.now)

    assert replayed.refused is None
    assert bare(replayed.incident.collect_events()) == bare(walker.facts)


@pytest.mark.parametrize("seed", range(WALKS))
def test_a_case_moved_to_another_version_is_replayed_by_both(seed):
    walker = moved_on(seed)
    office = walker.office
    definitions = {one: office.desk.office.engines.of(one).definition for one in (OLD, NEW)}
    rules = replace(rules_of(office), definitions=definitions)

    replayed = replay(read_case(walker.incident, walker.facts), Book(rules), until=office.now)

    assert replayed.refused is None
    assert bare(replayed.incident.collect_events()) == bare(walker.facts)


def test_a_draft_stands_in_for_both_versions():
    walker = moved_on(0)
    rules = rules_of(walker.office)
    draft = Draft(definition=walker.office.desk.office.engines.of(OLD).definition)

    case = read_case(walker.incident, walker.facts)
    replayed = replay(case, Book(rules, draft), until=walker.office.now)

    assert not [fact for fact in replayed.incident.collect_events() if hasattr(fact, "plan")]


def moved_on(seed: int) -> Walker:
    """A walk, a move to a version that renamed a stage, and a walk on."""
    walker = Walker(seed).walk(8)
    publish(walker.office, RENAMED)
    plan = a_plan(stages={"awaiting_check": "check_queue"})
    begin(walker.office, plan)
    move(walker.office, walker.incident, plan)
    return walker.walk(8)
