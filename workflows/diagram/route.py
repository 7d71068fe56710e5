"""The route of one arrow: its corners and where its label is written."""

from __future__ import annotations

from dataclasses import dataclass

from workflows.diagram.layout import Point, Way
from workflows.diagram.words import Line


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A drawn arrow: its corners, and its label with the side from which it is written."""

    way: Way
    points: tuple[Point, ...]
    label: tuple[Line, ...]
    at: Point
    anchor: str

    @property
    def label_left(self) -> float:
        """Where the label begins, whichever side it is written from."""
        return self.at.x - (self.way.label_width if self.anchor == "end" else 0)
