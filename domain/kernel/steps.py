"""A step: the move a workflow granted, with its why; a record only carries it out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from domain.kernel.limits import Limit

Why: TypeAlias = dict[str, str | int | bool | list[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One granted move. ``left`` equals ``stage`` when the stage stays.

    ``limit`` is the stage's own limit, ``asks_for`` and ``decides`` name a kind of request,
    ``clock`` is what that decision does to the clock; ``final`` says how the case ends when
    ``stage`` is an end.
    """

    name: str
    left: str
    stage: str
    marks: tuple[str, ...] = ()
    limit: Limit | None = None
    stops_clock: bool = False
    final: str | None = None
    asks_for: str | None = None
    decides: str | None = None
    granted: bool = False
    clock: str | None = None
    why: Why = field(default_factory=dict)
