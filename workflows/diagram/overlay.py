"""What may be laid over a drawing: figures for each stage, and the way of one case."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """How it stands in a stage: cases, their median age in words, and the share that is late."""

    count: int
    median_age: str | None = None
    late_percent: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePath:
    """The way of one case: steps taken as (stage, step), where it stands, what is open to whom."""

    now: str
    taken: frozenset[tuple[str, str]] = frozenset()
    open_steps: frozenset[str] = frozenset()

    @classmethod
    def of(
        cls, now: str, *, taken: Iterable[tuple[str, str]] = (), open_steps: Iterable[str] = ()
    ) -> CasePath:
        """Give the path of a case that stands in a stage."""
        return cls(now=now, taken=frozenset(taken), open_steps=frozenset(open_steps))

    @property
    def passed(self) -> frozenset[str]:
        """The stages the case has left."""
        return frozenset(stage for stage, _ in self.taken)


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlay:
    """All that is laid over; nothing by default."""

    figures: Mapping[str, Figures] = field(default_factory=dict)
    path: CasePath | None = None
