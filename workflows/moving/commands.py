"""Orders that make a plan, let it run, and move one case by it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from domain.moving.plan import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class MakePlan:
    """Keep a plan under its name."""

    plan: Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class BeginMoving:
    """Let a plan be carried out: from now on new cases begin with its version."""

    plan: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseMoving:
    """Stop after the batch at hand."""

    plan: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeMoving:
    """Let a paused plan go on."""

    plan: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishMoving:
    """Say that no case is left that the plan could move."""

    plan: str
    moved: int
    refused: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveCase:
    """Move one case as a plan says."""

    incident: UUID
    plan: str


def move_command_id(plan: UUID, incident: UUID) -> str:
    """Give the id under which a case is moved once by a plan, however often it is begun."""
    return f"migrate/{plan}/{incident}"
