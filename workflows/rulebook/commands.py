"""What can be ordered of the rule book."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from domain.kernel.codes import AreaCode
from domain.rulebook.content import Content


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishRules:
    """Publish ``content`` under ``kind`` and ``name``; ``valid_from`` is a local date.

    A definition with warnings needs ``seen_by``: the person of the roster who saw all of them.
    """

    kind: str
    name: str
    content: Content
    valid_from: date | None = None
    seen_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PilotRules:
    """Let what begins in an area begin with this version, from a local date on."""

    kind: str
    name: str
    version: int
    area: AreaCode
    from_day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class EndPilot:
    """Let an area go by the version in force again, from a local date on."""

    kind: str
    name: str
    area: AreaCode
    to_day: date
