"""The decision is pure: what stands in no row is refused, and siblings never leak."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as some

from domain.access.deciding import NO, decide, must_be_allowed
from domain.access.relation import Relation, nearest, relation_of
from domain.access.table import TABLE
from domain.kernel.codes import AreaCode
from domain.kernel.refusals import Refused
from domain.people.roles import ROLES

STREET, SIBLING = AreaCode("120101001000"), AreaCode("120101010000")


def test_every_cell_has_a_verdict():
    cells = list(product(TABLE, [*ROLES, "nobody"], Relation, [False, True], [False, True]))

    verdicts = [
        decide(action, role, relation, owned=owned, ended=ended)
        for action, role, relation, owned, ended in cells
    ]

    print(f"{len(cells)} cells, {sum(one.allowed for one in verdicts)} of them open")
    assert all(one == NO or one.allowed for one in verdicts)


@pytest.mark.parametrize("action", TABLE)
def test_a_role_that_stands_in_no_row_may_nothing(action):
    assert all(decide(action, "nobody", relation, owned=True) == NO for relation in Relation)


def test_codes_that_share_a_prefix_are_no_relations():
    assert relation_of(AreaCode("120101000000"), AreaCode("120110000000")) is Relation.SIBLING
    assert relation_of(STREET, SIBLING) is Relation.SIBLING
    assert relation_of(STREET, AreaCode("120103001000")) is Relation.FOREIGN


def test_the_nearest_of_several_posts_counts():
    assert nearest([SIBLING, STREET], STREET) is Relation.OWN
    assert nearest([], STREET) is Relation.FOREIGN
    assert nearest([STREET], None) is Relation.NOWHERE


@given(some.sampled_from(sorted(TABLE)), some.sampled_from([*ROLES, "nobody"]), some.booleans())
def test_who_is_refused_learns_whom_to_ask(action, role, owned):
    for relation in Relation:
        verdict = decide(action, role, relation, owned=owned)
        if verdict.allowed:
            assert must_be_allowed(action, role, relation, owned=owned) == verdict
            continue
        with pytest.raises(Refused) as refused:
            must_be_allowed(action, role, relation, owned=owned)
        assert refused.value.code in {"not-for-your-role", "outside-your-area"}
