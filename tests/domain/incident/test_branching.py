"""A case knows what it opened; its course says the same after a rebuild."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from domain.incident import branching
from domain.incident.branching import DEEPEST, MOST_OPEN
from domain.incident.incident import Incident
from domain.kernel.act import Act
from domain.kernel.refusals import Refused

PARENT = UUID(int=7)
AREA = "120101001003007"


def act(number: int = 0) -> Act:
    return Act(
        person="p-1",
        role="dispatcher",
        area=AREA,
        command_id=f"c-{number}",
        at=datetime(2026, 11, 16, 1, 0, tzinfo=UTC),
    )


def a_case() -> Incident:
    case = Incident(UUID(int=1))
    case.report(
        act(),
        area=AREA,
        level="street",
        category="01-02",
        source="hotline",
        workflow="hotline-case@1",
        calendar="office@1",
        stage="taken",
    )
    return case


def opened(case: Incident, number: int, *, independent: bool = False) -> UUID:
    sub_case = UUID(int=100 + number)
    branching.open_sub_case(
        case,
        act(number),
        sub_case=sub_case,
        workflow="joint-task",
        step="split",
        unit=f"u-{number}",
        limit=None,
        independent=independent,
        words=None,
        why={},
    )
    return sub_case


def at_depth(depth: int) -> Incident:
    case = a_case()
    branching.begin_as_sub_case(case, act(), parent=PARENT, depth=depth, independent=False)
    return case


def test_a_case_waits_for_what_it_opened_until_each_is_over():
    case = a_case()
    first, second = opened(case, 1), opened(case, 2)

    branching.end_sub_case(case, act(), sub_case=first, final="settled", outcome="settled")
    assert case.course.open_branches == [second]
    branching.withdraw(case, act(), sub_case=second, why={})

    assert case.course.open_branches == []
    assert [branch.over for branch in case.course.branches.values()] == ["settled", "withdrawn"]


def test_what_is_over_is_over_once():
    case = a_case()
    only = opened(case, 1)
    branching.withdraw(case, act(), sub_case=only, why={})
    told = case.version

    branching.withdraw(case, act(), sub_case=only, why={})
    branching.end_sub_case(case, act(), sub_case=only, final="settled", outcome=None)
    branching.end_sub_case(case, act(), sub_case=UUID(int=5), final="settled", outcome=None)

    assert case.version == told


def test_nobody_waits_for_a_case_that_lives_by_itself():
    case = a_case()

    opened(case, 1, independent=True)

    assert case.course.open_branches == []


def test_at_the_third_level_nothing_more_is_opened():
    assert opened(at_depth(DEEPEST - 2), 1) is not None
    with pytest.raises(Refused) as refusal:
        opened(at_depth(DEEPEST - 1), 1)

    assert refusal.value.code == "sub-case-too-deep"


def test_a_case_that_lives_by_itself_may_be_opened_at_any_level():
    assert opened(at_depth(DEEPEST - 1), 1, independent=True) is not None


def test_nobody_opens_more_than_can_be_overseen():
    case = a_case()
    for number in range(MOST_OPEN):
        opened(case, number)

    with pytest.raises(Refused) as refusal:
        opened(case, MOST_OPEN)

    assert refusal.value.code == "too-many-sub-cases"


def test_the_parent_is_named_once():
    case = at_depth(1)
    told = case.version

    branching.begin_as_sub_case(case, act(), parent=UUID(int=8), depth=2, independent=False)

    assert (case.version, case.course.parent) == (told, PARENT)


def test_the_facts_of_branching_give_the_same_course_again():
    case = at_depth(1)
    first, second = opened(case, 1), opened(case, 2)
    opened(case, 3, independent=True)
    branching.end_sub_case(case, act(), sub_case=first, final="declined", outcome="declined")
    branching.withdraw(case, act(), sub_case=second, why={})

    again = Incident.rebuilt(case.id, case.collect_events())

    assert again.course == case.course
