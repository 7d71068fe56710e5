"""Orders about the photos of an incident."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from domain.incident.photos import Picture


@dataclass(frozen=True, slots=True, kw_only=True)
class AddPhoto:
    """Add a photo that is kept already; ``step`` names the step it was taken for."""

    incident: UUID
    picture: Picture
    kind: str = "before"
    step: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BlurPhoto:
    """Let ``blurred``, which is kept already, stand for a photo of the case."""

    incident: UUID
    photo: str
    blurred: str
    parts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UncoverPhoto:
    """Open a photo as it was before it was blurred, and say why."""

    incident: UUID
    photo: str
    reason: str = field(metadata={"private": True})
