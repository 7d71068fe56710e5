"""A plan: from which versions to which, and what becomes of stages, levels and deadlines."""

from __future__ import annotations

from collections.abc import Mapping  # read at run time where a plan is kept
from dataclasses import dataclass, field
from typing import Literal

Wish = Literal["carry", "restart", "drop"]
WISHES: tuple[Wish, ...] = ("carry", "restart", "drop")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """``left`` and ``workflow`` are ``name@version``; an ``area`` moves only what lies in it."""

    name: str
    left: tuple[str, ...]
    workflow: str
    stages: Mapping[str, str] = field(default_factory=dict)
    levels: Mapping[str, str] = field(default_factory=dict)
    deadlines: Mapping[str, Wish] = field(default_factory=dict)
    open_deadlines: Wish = "carry"
    area: str | None = None

    def wish_for(self, stage: str) -> Wish:
        """Say what becomes of the deadline that is open in a stage of the old version."""
        return self.deadlines.get(stage, self.open_deadlines)
