"""Routed: where the city's rules sent a matter, by which rule, and all that the rule looked at."""

from __future__ import annotations

from dataclasses import dataclass, field

from domain.kernel.limits import Limit
from domain.kernel.steps import Why

OTHERWISE = "otherwise"
"""The rule's name where none held: the district decides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Routed:
    """A decision that can be made again from ``inputs``; ``rules`` is ``name@version``.

    Without a ``unit`` nobody is plainly responsible, and the district decides. ``unit_kind`` is
    what the rule asked for; no such unit answers there when only that is given.
    """

    rules: str
    rule: str
    unit: str | None = None
    unit_kind: str | None = None
    limit: Limit | None = None
    inputs: Why = field(default_factory=dict)

    @property
    def reference(self) -> str:
        """The rule and its version in one word, such as ``tianjin-grid@1/facade``."""
        return f"{self.rules}/{self.rule}"
