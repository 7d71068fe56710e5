"""What happens to an incident when its workflow changes under it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

from domain.kernel.facts import Fact, fact
from domain.kernel.limits import Limit
from domain.kernel.steps import Why

Fate = Literal["carried", "restarted", "dropped"]
"""What became of the deadlines that were open in the stage."""


@fact("incident.moved-to-version")
@dataclass(frozen=True, slots=True, kw_only=True)
class MovedToVersion(Fact):
    """A plan moved the open case from the version ``left`` to ``workflow`` (``name@version``).

    ``limit`` is the own limit of ``stage`` where the deadline was restarted, counted from now; a
    carried one runs on as it began. The bundled limit, stamped at filing, always runs on.
    """

    plan: UUID
    left: str
    workflow: str
    left_stage: str
    stage: str
    level: str
    deadline: Fate = "carried"
    limit: Limit | None = None
    stops_clock: bool = False
    why: Why = field(default_factory=dict)
