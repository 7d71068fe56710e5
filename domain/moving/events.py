"""What can happen to a plan that moves running cases."""

from __future__ import annotations

from dataclasses import dataclass

from domain.kernel.facts import Fact, fact


@fact("moving.planned")
@dataclass(frozen=True, slots=True, kw_only=True)
class PlanMade(Fact):
    """Open cases of the versions ``left`` are to move to ``workflow`` (each ``name@version``).

    ``stages`` and ``levels`` say where a case goes whose own is not there; ``deadlines`` say by
    stage what becomes of its open deadline, ``open_deadlines`` for every other stage.
    """

    name: str
    left: tuple[str, ...]
    workflow: str
    stages: dict[str, str]
    levels: dict[str, str]
    deadlines: dict[str, str]
    open_deadlines: str
    area: str | None = None


@fact("moving.begun")
@dataclass(frozen=True, slots=True, kw_only=True)
class MovingBegun(Fact):
    """Somebody let the plan be carried out."""


@fact("moving.paused")
@dataclass(frozen=True, slots=True, kw_only=True)
class MovingPaused(Fact):
    """It stops after the batch at hand; what was moved stays moved."""


@fact("moving.resumed")
@dataclass(frozen=True, slots=True, kw_only=True)
class MovingResumed(Fact):
    """It may go on where it stopped."""


@fact("moving.finished")
@dataclass(frozen=True, slots=True, kw_only=True)
class MovingFinished(Fact):
    """No case is left that the plan could move; ``refused`` of them stay where they are."""

    moved: int
    refused: int
