"""A branch: one sub-case as its parent knows it."""

from __future__ import annotations

from dataclasses import dataclass

from domain.kernel.limits import Limit

WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """A case of ``workflow`` that a step opened for a unit, in the parent's ``stay`` in a stage.

    ``over`` is how it ended (``settled``, ``declined``, ``void``, ``merged``, ``withdrawn``). An
    ``independent`` one lives by itself: the parent neither waits for it nor calls it off.
    """

    workflow: str
    step: str
    stay: int
    unit: str | None = None
    limit: Limit | None = None
    independent: bool = False
    over: str | None = None
    outcome: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether the parent still waits for it."""
        return self.over is None and not self.independent
