"""Cases between two batches: as they were, and never by another fold."""

import pytest

from projections.incident import keeping
from projections.incident.case import Case
from tests.projections.city import OFFICE, wander


def a_case(seed):
    case = Case()
    life = wander(seed)
    for fact in life.incident.collect_events():
        case.take(fact, OFFICE)
        case.version = fact.originator_version
    return case


@pytest.mark.parametrize("seed", range(20))
def test_a_case_comes_back_as_it_was(seed):
    case = a_case(seed)

    assert keeping.read(keeping.written(case)) == case


def test_a_case_of_another_fold_is_not_read(monkeypatch):
    text = keeping.written(a_case(1))
    monkeypatch.setattr(keeping, "SHAPE", "other")

    with pytest.raises(keeping.OtherShapeError, match="rebuild 'incidents'"):
        keeping.read(text)


def test_a_new_case_says_nothing():
    assert keeping.written(Case()) == f'{{"case":{{"course":{{}}}},"shape":"{keeping.SHAPE}"}}'
