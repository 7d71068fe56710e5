"""What can happen between a case and its sub-cases."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from domain.kernel.facts import Confided, Fact, fact
from domain.kernel.limits import Limit
from domain.kernel.steps import Why


@fact("incident.sub-case-opened")
@dataclass(frozen=True, slots=True, kw_only=True)
class SubCaseOpened(Fact):
    """A step of this case opened another one; ``sub_case`` is the id it begins under.

    ``limit`` is how long its handling may take; ``words`` are what its unit is told.
    """

    sub_case: UUID
    workflow: str
    step: str
    unit: str | None = None
    limit: Limit | None = None
    independent: bool = False
    words: Confided | None = None
    why: Why = field(default_factory=dict)


@fact("incident.sub-case-over")
@dataclass(frozen=True, slots=True, kw_only=True)
class SubCaseOver(Fact):
    """A sub-case came to its end: ``final`` says which kind, ``outcome`` how it was settled."""

    sub_case: UUID
    final: str
    outcome: str | None = None


@fact("incident.sub-case-withdrawn")
@dataclass(frozen=True, slots=True, kw_only=True)
class SubCaseWithdrawn(Fact):
    """The case takes back what it opened: the sub-case is called off."""

    sub_case: UUID
    words: Confided | None = None
    why: Why = field(default_factory=dict)


@fact("incident.began-as-sub-case")
@dataclass(frozen=True, slots=True, kw_only=True)
class BeganAsSubCase(Fact):
    """This case was opened by a step of ``parent``; ``depth`` counts the cases above it."""

    parent: UUID
    depth: int
    independent: bool = False


@fact("incident.ended-as-sub-case")
@dataclass(frozen=True, slots=True, kw_only=True)
class EndedAsSubCase(Fact):
    """This case came to an end that its parent waits to hear of."""

    parent: UUID
    final: str
    outcome: str | None = None
