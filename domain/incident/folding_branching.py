"""How the facts between a case and its sub-cases move its course: assignments only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from domain.incident import events_branching as happened
from domain.incident.branch import WITHDRAWN, Branch

if TYPE_CHECKING:
    from domain.incident.course import Course
    from domain.kernel.facts import Fact


def _opened(course: Course, fact: happened.SubCaseOpened) -> None:
    course.branches[fact.sub_case] = Branch(
        workflow=fact.workflow,
        step=fact.step,
        stay=course.moves,
        unit=fact.unit,
        limit=fact.limit,
        independent=fact.independent,
    )


def _over(course: Course, fact: happened.SubCaseOver) -> None:
    known = course.branches[fact.sub_case]
    course.branches[fact.sub_case] = replace(known, over=fact.final, outcome=fact.outcome)


def _withdrawn(course: Course, fact: happened.SubCaseWithdrawn) -> None:
    known = course.branches[fact.sub_case]
    course.branches[fact.sub_case] = replace(known, over=WITHDRAWN)


def _began(course: Course, fact: happened.BeganAsSubCase) -> None:
    course.parent, course.depth = fact.parent, fact.depth
    course.parent_waits = not fact.independent


def _ended(course: Course, _fact: happened.EndedAsSubCase) -> None:
    course.parent_waits = False


# Any: each function takes its own kind of fact, which the key says
BRANCHING: dict[type[Fact], Callable[[Course, Any], None]] = {
    happened.SubCaseOpened: _opened,
    happened.SubCaseOver: _over,
    happened.SubCaseWithdrawn: _withdrawn,
    happened.BeganAsSubCase: _began,
    happened.EndedAsSubCase: _ended,
}
