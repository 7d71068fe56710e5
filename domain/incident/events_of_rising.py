"""What can happen on the ladder beside a rise: a case comes down, the rung's owner is called."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from domain.kernel.facts import Fact, fact
from domain.kernel.limits import Limit
from domain.kernel.steps import Why


@fact("incident.lowered")
@dataclass(frozen=True, slots=True, kw_only=True)
class Lowered(Fact):
    """The case came down again to the level at which its stage is worked on."""

    left: str
    level: str
    owner: str
    why: Why = field(default_factory=dict)


@fact("incident.owner-called")
@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerCalled(Fact):
    """The owner of the rung was called (again): late at the top, or nobody acknowledged yet.

    ``repeat`` is the limit until the next call, counted from ``due_at``, not from now.
    """

    level: str
    owner: str
    due_at: datetime
    repeat: Limit | None = None
    why: Why = field(default_factory=dict)


@fact("incident.acknowledged")
@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledged(Fact):
    """An owner of the rung knows of it: the calls end, every deadline runs on."""

    level: str
    calls: int
    why: Why = field(default_factory=dict)
