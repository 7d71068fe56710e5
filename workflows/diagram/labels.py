"""Keeping words apart: a label that would lie on another or on a box goes to the next free height.

The layout leaves room for what clerks usually draw; this is for the rest, so that whatever is
written can be read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

from workflows.diagram.layout import Layout, Point
from workflows.diagram.route import Route

STEP = 4.0
FARTHEST = 2_000
AIR = 0.4  # of rounding, that nobody sees


class Room(NamedTuple):
    """A rectangle that something takes up."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Room) -> bool:
        """Whether they share more than their edges."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )


def apart(routes: Iterable[Route], layout: Layout) -> list[Route]:
    """Move labels as little as needed so that none lies on another or on a box."""
    taken = [Room(one.x, one.y, one.x + one.width, one.bottom) for one in layout.placed.values()]
    found: list[Route] = []
    for route in routes:
        moved = _moved(route, taken)
        taken.append(_room(moved, moved.at.y))
        found.append(moved)
    return found


def _moved(route: Route, taken: list[Room]) -> Route:
    for offset in _offsets():
        room = _room(route, route.at.y + offset)
        if not any(room.meets(other) for other in taken):
            return replace(route, at=Point(route.at.x, route.at.y + offset))
    return route


def _offsets() -> Iterator[float]:
    """Give the distances to try: none, then further and further, down before up."""
    yield 0
    for steps in range(1, int(FARTHEST / STEP)):
        yield steps * STEP
        yield -steps * STEP


def _room(route: Route, top: float) -> Room:
    left = route.label_left
    right, bottom = left + route.way.label_width, top + route.way.label_height
    return Room(left + AIR, top + AIR, right - AIR, bottom - AIR)
