"""Orders to one incident."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from domain.kernel.codes import AreaCode
from domain.kernel.limits import Limit
from domain.kernel.places import Place

Given = dict[str, str | int]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportIncident:
    """Report a matter in an area, to begin with the version of ``workflow`` in force there.

    ``limit``, ``reference`` and ``precision`` come with records of other systems only, ``unit``
    also with what begins at a unit, such as a supervision order upon it;
    ``contact`` and ``follow`` come with reports of residents, who are given a link to follow it;
    a precision of ``day`` says that their times are known to the day.
    """

    area: AreaCode
    category: str
    source: str
    workflow: str = "street-incident"
    place: Place | None = None
    words: str | None = field(default=None, metadata={"private": True})
    limit: Limit | None = None
    unit: str | None = None
    reference: str | None = None
    precision: str | None = None
    contact: str | None = field(default=None, metadata={"private": True})
    follow: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeStep:
    """Take a step of the workflow, with the answers its form asks.

    ``expected_version`` is the version the person saw; None means whatever stands now.
    """

    incident: UUID
    step: str
    answers: Given = field(default_factory=dict, metadata={"answers": True})
    expected_version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnmergeIncident:
    """Let a merged case go on by itself, as whoever may merge it sees that it is another matter."""

    incident: UUID
    reason: str = field(metadata={"private": True})
    expected_version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FireDeadline:
    """Let a deadline that came due do what its stage says; the timer's id is the command's."""

    incident: UUID
    timer: str
