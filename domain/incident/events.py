"""What can happen to an incident."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from domain.kernel.facts import Confided, Fact, fact
from domain.kernel.limits import Limit, StampedLimit
from domain.kernel.places import Place
from domain.kernel.routed import Routed
from domain.kernel.steps import Why


@fact("incident.reported")
@dataclass(frozen=True, slots=True, kw_only=True)
class Reported(Fact):
    """A matter was reported. The case is pinned to ``workflow`` (``name@version``) for life.

    ``contact`` is how the reporter can be reached. ``follow`` is the SHA-256 of the secret that
    opens the reporter's own page of the case.
    """

    area: str
    level: str
    category: str
    source: str
    workflow: str
    calendar: str
    stage: str
    marks: tuple[str, ...] = ()
    limit: Limit | None = None
    reporter: str | None = None
    place: Place | None = None
    words: Confided | None = None
    reference: str | None = None
    contact: Confided | None = None
    follow: str | None = None


@fact("incident.stage-changed")
@dataclass(frozen=True, slots=True, kw_only=True)
class StageChanged(Fact):
    """A step led from one stage to another; ``limit`` is the own limit of the stage entered."""

    step: str
    left: str
    stage: str
    marks: tuple[str, ...] = ()
    limit: Limit | None = None
    stops_clock: bool = False
    final: str | None = None
    answers: dict[str, str | int | bool] = field(default_factory=dict)
    remark: Confided | None = None
    why: Why = field(default_factory=dict)


@fact("incident.filed")
@dataclass(frozen=True, slots=True, kw_only=True)
class Filed(Fact):
    """The case is a valid report; what was in force is stamped here and stays.

    ``limit`` is the bundled limit that runs from the first dispatch through every other one;
    records of other systems may have none.
    ``categories`` and ``limits`` name the versions (``name@version``) that gave category and limit.
    ``unit`` is the one that came with the record, or that ``routed`` suggests with its why.
    ``steps`` are limits of their own on the way, which run from the first dispatch too.
    """

    category: str
    calendar: str
    limit: Limit | None = None
    condition: str | None = None
    categories: str | None = None
    limits: str | None = None
    unit: str | None = None
    why: Why = field(default_factory=dict)
    routed: Routed | None = None
    steps: tuple[StampedLimit, ...] = ()


@fact("incident.assigned")
@dataclass(frozen=True, slots=True, kw_only=True)
class Assigned(Fact):
    """A unit, and perhaps one handler in it, was made responsible.

    ``within`` is the department that stays responsible and passed the case to its ``unit``.
    """

    unit: str
    handler: str | None = None
    why: Why = field(default_factory=dict)
    within: str | None = None


@fact("incident.request-made")
@dataclass(frozen=True, slots=True, kw_only=True)
class RequestMade(Fact):
    """A return, deferral, suspension, void or reopening was asked for; ``request`` is its own id.

    ``evidence`` is the hex SHA-256 of a photo.
    """

    request: str
    kind: str
    step: str
    minutes: int | None = None
    reason: Confided | None = None
    evidence: str | None = None


@fact("incident.request-decided")
@dataclass(frozen=True, slots=True, kw_only=True)
class RequestDecided(Fact):
    """A request was granted or refused; ``minutes`` is what a deferral adds to the limit.

    ``clock`` is what the decision does to the clock: ``adds``, ``pauses``, ``restarts``, ``keeps``.
    """

    request: str
    kind: str
    granted: bool
    minutes: int | None = None
    remark: Confided | None = None
    why: Why = field(default_factory=dict)
    clock: str | None = None


@fact("incident.deadline-missed")
@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineMissed(Fact):
    """A deadline passed unmet: of a stage, ``bundled``, ``rung``, or a limit step by its code."""

    deadline: str
    timer: str
    due_at: datetime
    why: Why = field(default_factory=dict)


@fact("incident.escalated")
@dataclass(frozen=True, slots=True, kw_only=True)
class Escalated(Fact):
    """The case rose a level (or more, where a rung is empty); the stage stays.

    ``grace`` is the limit until the next rung, ``repeat`` until the owner is called again unless
    he acknowledges; both count from ``due_at``, not from now.
    """

    left: str
    level: str
    owner: str
    due_at: datetime
    grace: Limit | None = None
    repeat: Limit | None = None
    cause: str = ""
    reason: Confided | None = None
    why: Why = field(default_factory=dict)


@fact("incident.settled")
@dataclass(frozen=True, slots=True, kw_only=True)
class Settled(Fact):
    """Judged late, at the end: on time or not, rework and wrong dispatch counted."""

    outcome: str
    on_time: bool | None = None
    reworks: int = 0
    wrong_dispatches: int = 0
    why: Why = field(default_factory=dict)


@fact("incident.whistle-opened")
@dataclass(frozen=True, slots=True, kw_only=True)
class WhistleOpened(Fact):
    """A whistle was blown for the case; it cannot be closed before that is over."""

    whistle: UUID


@fact("incident.whistle-over")
@dataclass(frozen=True, slots=True, kw_only=True)
class WhistleOver(Fact):
    """A whistle of the case is over; ``result`` is the street's word, or how else it ended."""

    whistle: UUID
    result: str


@fact("incident.marked-duplicate")
@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedDuplicate(Fact):
    """Somebody took it for the same matter as ``leading``, which was reported before."""

    leading: UUID
    why: Why = field(default_factory=dict)


@fact("incident.duplicate-unmarked")
@dataclass(frozen=True, slots=True, kw_only=True)
class DuplicateUnmarked(Fact):
    """It is a matter of its own after all."""

    leading: UUID
    why: Why = field(default_factory=dict)


@fact("incident.unmerged")
@dataclass(frozen=True, slots=True, kw_only=True)
class Unmerged(Fact):
    """A merged case goes on by itself, in the stage it was merged from.

    ``limit`` is that stage's own, begun anew; the time it was merged counts as a pause.
    """

    leading: UUID
    stage: str
    limit: Limit | None = None
    stops_clock: bool = False
    reason: Confided | None = None
    why: Why = field(default_factory=dict)
