"""Sub-cases as pages and the API show them: what a case opened, and what it was opened for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from domain.incident.events_branching import SubCaseOpened
from domain.kernel.ids import incident_number
from web.city import the_city

if TYPE_CHECKING:
    from domain.incident.course import Course
    from web.incident.case import Case


def told_sub_cases(course: Course) -> list[dict[str, Any]]:
    """Give the sub-cases in the order in which they were opened."""
    names = ("workflow", "step", "unit", "independent", "over", "outcome")
    return [
        {
            "id": sub_case,
            "number": incident_number(sub_case),
            "open": branch.is_open,
            **{name: getattr(branch, name) for name in names},
        }
        for sub_case, branch in course.branches.items()
    ]


def asked_of(case: Case) -> str | None:
    """Give the words with which the case above opened this one; None where there are none."""
    parent = case.course.parent
    if parent is None or "words" not in case.fields:
        return None
    ledger = the_city().ledger
    opened = (
        recorded.fact.originator_version
        for recorded in ledger.history(parent)
        if isinstance(recorded.fact, SubCaseOpened) and recorded.fact.sub_case == case.incident
    )
    return ledger.words(parent, next(opened, 0), "words")
