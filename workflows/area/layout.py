"""Laying out a made-up city: communities inside their district, grids inside their community.

Everything is drawn from the seed, so the same seed gives the same city on every machine. All in
integer micro-degrees; a box is west, south, east, north.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from hashlib import sha256
from itertools import pairwise
from typing import NamedTuple

import shapely
from shapely.geometry.base import BaseGeometry

from domain.area.boundary import Boundary
from domain.kernel.codes import AreaCode
from domain.kernel.refusals import Refused

# Times as many lattice cells along the longer side as a filled square would need.
_FINEST = 8
_SHARE = 0.8  # of its cell that a community fills; streets and fields lie between


class Box(NamedTuple):
    """A rectangle along the meridians."""

    west: int
    south: int
    east: int
    north: int

    @property
    def boundary(self) -> Boundary:
        """The rectangle as an area's boundary, with its middle as centre."""
        west, south, east, north = self
        ring = (west, south, east, south, east, north, west, north, west, south)
        centre = ((west + east) // 2, (south + north) // 2)
        return Boundary(lon_e6=centre[0], lat_e6=centre[1], polygons=((ring,),))


def drawn(seed: int, *words: object) -> float:
    """Draw a number from 0 up to 1 that depends on the seed and the words alone."""
    told = ":".join(map(str, (seed, *words)))
    return int.from_bytes(sha256(told.encode()).digest()[:8]) / 2**64


def place_communities(
    codes: Sequence[AreaCode], within: Mapping[AreaCode, BaseGeometry], *, seed: int
) -> dict[AreaCode, Box]:
    """Give each community a box inside the polygon (micro-degrees) of the area that covers it.

    Neighbours by code, and so whole streets, lie together: cells are taken along a winding line.
    Refuses ``no-polygon-for`` a community that no polygon covers.
    """
    placed: dict[AreaCode, Box] = {}
    left = sorted(codes)
    for outer, polygon in sorted(within.items(), key=lambda pair: (-pair[0].level, pair[0])):
        inside = [code for code in left if outer.covers(code)]
        left = [code for code in left if not outer.covers(code)]
        placed |= zip(inside, _boxes(polygon, len(inside), seed=seed, name=outer), strict=True)
    if left:
        reason = f"No polygon was given for {left[0]} and {len(left) - 1} others."
        raise Refused("no-polygon-for", reason, code=str(left[0]))
    return placed


def split(box: Box, count: int) -> list[Box]:
    """Cut a box into rows of as many rectangles as asked for, without gaps or overlaps."""
    rows = max(1, round(math.sqrt(count)))
    sizes = [count // rows + (row < count % rows) for row in range(rows)]
    souths = _cuts(box.south, box.north, rows)
    return [
        Box(west, souths[row], east, souths[row + 1])
        for row, columns in enumerate(sizes)
        for west, east in pairwise(_cuts(box.west, box.east, columns))
    ]


def _boxes(polygon: BaseGeometry, count: int, *, seed: int, name: str) -> list[Box]:
    """Take evenly spaced cells of the coarsest lattice that has enough of them inside."""
    if count == 0:
        return []
    shapely.prepare(polygon)
    cells = math.isqrt(count)
    finest = _FINEST * (cells + 1)
    while True:
        boxes = _cells_inside(polygon, cells, offset=drawn(seed, name))
        if len(boxes) >= count:
            return [boxes[index * len(boxes) // count] for index in range(count)]
        if cells >= finest:
            reason = f"The polygon of {name} is too thin to hold {count} communities."
            raise Refused("polygon-too-thin", reason, code=str(name), communities=count)
        cells = min(finest, cells + max(1, cells // 8))


def _cells_inside(polygon: BaseGeometry, cells: int, *, offset: float) -> list[Box]:
    """Give the lattice cells wholly inside, from south to north in a line that winds."""
    west, south, east, north = polygon.bounds
    step = max(east - west, north - south) / cells
    origin = (west - step * offset, south - step * offset)
    columns, rows = (math.ceil(side / step) + 1 for side in (east - west, north - south))
    candidates = [
        _cell(origin, step, column if row % 2 else columns - 1 - column, row)
        for row in range(rows)
        for column in range(columns)
    ]
    wests, souths, easts, norths = (list(side) for side in zip(*candidates, strict=True))
    inside = shapely.contains([polygon], shapely.box(wests, souths, easts, norths))
    return [box for box, holds in zip(candidates, inside, strict=True) if holds]


def _cell(origin: tuple[float, float], step: float, column: int, row: int) -> Box:
    margin = step * (1 - _SHARE) / 2
    west, south = origin[0] + column * step + margin, origin[1] + row * step + margin
    side = step * _SHARE
    return Box(round(west), round(south), round(west + side), round(south + side))


def _cuts(first: int, last: int, parts: int) -> list[int]:
    return [first + (last - first) * part // parts for part in range(parts + 1)]
