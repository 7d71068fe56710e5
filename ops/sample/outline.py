"""Where the areas of the sample city lie: one bent square, cut into ever smaller pieces.

A piece is a rectangle of the square; bending the square gives the city its outline and all borders
their curves, and neighbours still meet because the same point is always bent the same way.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from domain.area.boundary import Boundary

LON_E6, LAT_E6 = 117_300_000, 38_950_000  # the middle: the coast of no city that there is
_LON_PER_LAT = 1.286  # a degree of latitude is so much longer there


class Piece(NamedTuple):
    """A rectangle of the square from -1 to 1, in both directions."""

    west: float
    south: float
    east: float
    north: float


WHOLE = Piece(-1.0, -1.0, 1.0, 1.0)


class Outline:
    """Bends pieces into boundaries; ``half_e6`` is half the city's height in micro-degrees."""

    def __init__(self, half_e6: int) -> None:
        self._half = half_e6

    def boundary(self, piece: Piece, *, points: int) -> Boundary:
        """Give the outline of a piece with so many points on each of its sides."""
        ring = [number for point in _around(piece, points) for number in self.bent(*point)]
        lon, lat = self.point(piece, 0.5, 0.5)
        return Boundary(lon_e6=lon, lat_e6=lat, polygons=(((*ring, *ring[:2]),),))

    def point(self, piece: Piece, right: float, up: float) -> tuple[int, int]:
        """Give the place so far (0 to 1) from the west and south of a piece."""
        return self.bent(
            piece.west + (piece.east - piece.west) * right,
            piece.south + (piece.north - piece.south) * up,
        )

    def bent(self, x: float, y: float) -> tuple[int, int]:
        """Give longitude and latitude of a point of the square, in micro-degrees."""
        round_x = x * math.sqrt(1 - 0.42 * y * y) + 0.07 * math.sin(2.3 * y + 0.6)
        round_y = y * math.sqrt(1 - 0.42 * x * x) + 0.06 * math.sin(2.7 * x - 0.4)
        lon = LON_E6 + self._half * _LON_PER_LAT * (round_x + 0.12 * round_y)
        return round(lon), round(LAT_E6 + self._half * round_y)


def cut(piece: Piece, weights: Sequence[float]) -> list[Piece]:
    """Cut a piece into one for each weight, always across its longer side."""
    if len(weights) == 1:
        return [piece]
    middle = len(weights) // 2
    part = sum(weights[:middle]) / sum(weights)
    west, south, east, north = piece
    if east - west >= north - south:
        at = west + (east - west) * part
        first, second = Piece(west, south, at, north), Piece(at, south, east, north)
    else:
        at = south + (north - south) * part
        first, second = Piece(west, south, east, at), Piece(west, at, east, north)
    return cut(first, weights[:middle]) + cut(second, weights[middle:])


def _around(piece: Piece, points: int) -> Iterator[tuple[float, float]]:
    west, south, east, north = piece
    corners = [(west, south), (east, south), (east, north), (west, north), (west, south)]
    for (x, y), (to_x, to_y) in pairwise(corners):
        for nth in range(points):
            part = nth / points
            yield x + (to_x - x) * part, y + (to_y - y) * part
