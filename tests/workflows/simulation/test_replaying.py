"""A recorded case, replayed by its own rules, is the same case: fact by fact, field by field."""

import pytest

from tests.workflows.simulation.walking import WALKS, bare, rules_of, walked
from workflows.simulation.recorded import read_case
from workflows.simulation.replaying import Book, replay


@pytest.mark.parametrize("seed", range(WALKS))
def test_a_case_replayed_by_its_own_rules_tells_the_same_facts(seed):
    walker = walked(seed)
    case = read_case(walker.incident, walker.facts)

    replayed = replay(case, Book(rules_of(walker.office)), until=walker.office.now)

    assert replayed.refused is None
    assert bare(replayed.incident.collect_events()) == bare(walker.facts)
