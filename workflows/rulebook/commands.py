"""What can be ordered of the rule book."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from domain.rulebook.content import Content


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishRules:
    """Publish ``content`` under ``kind`` and ``name``; ``valid_from`` is a local date."""

    kind: str
    name: str
    content: Content
    valid_from: date | None = None
