"""How a new outline fits those that stand: what lies outside its parent, what it overlaps."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import shapely
from shapely.geometry.base import BaseGeometry

from domain.area.boundary import Boundary
from domain.area.events import Polygons, Ring
from domain.kernel.codes import AreaCode

_METRES_PER_E6 = 111_195 / 1_000_000  # of latitude, on a sphere of 6,371 km
_SLIVER = 0.001
"""Borders drawn twice never meet exactly: less of the outline than this is no overlap."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """A neighbour of the same level, and how much of it the outline covers."""

    code: AreaCode
    square_metres: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """How an outline fits; ``outside_percent`` is None where the parent has no outline."""

    points: int
    square_metres: int
    outside_percent: int | None
    overlaps: tuple[Overlap, ...]


def fit_of(
    boundary: Boundary, *, parent: Polygons = (), beside: Mapping[AreaCode, Polygons]
) -> Fit:
    """Measure an outline against its parent's and its neighbours'; to about one in a hundred."""
    flat = _Flat(boundary.lat_e6)
    own = flat.shape(boundary.polygons)
    around = flat.shape(parent) if parent else None
    outside = shapely.difference(own, around).area if around else 0.0
    whole = own.area or 1.0  # a speck that rounding made a line of
    return Fit(
        points=sum(len(ring) for polygon in boundary.polygons for ring in polygon) // 2,
        square_metres=round(own.area),
        outside_percent=math.ceil(100 * max(0.0, outside / whole - _SLIVER)) if around else None,
        overlaps=tuple(_overlaps(own, ((code, flat.shape(one)) for code, one in beside.items()))),
    )


def sentences(
    boundary: Boundary, *, parent: Polygons = (), beside: Mapping[AreaCode, Polygons]
) -> tuple[str, ...]:
    """Say how an outline fits, for whoever has no map."""
    fit = fit_of(boundary, parent=parent, beside=beside)
    told = [f"{fit.points:,} points around {_square_km(fit.square_metres)}"]
    if fit.outside_percent:
        told.append(f"{fit.outside_percent} % of it lies outside its parent")
    told += [f"it overlaps {one.code} by {_square_km(one.square_metres)}" for one in fit.overlaps]
    return tuple(told)


def _square_km(square_metres: int) -> str:
    return f"{square_metres / 1_000_000:,.2f} km²"


def _overlaps(
    own: BaseGeometry, others: Iterable[tuple[AreaCode, shapely.Geometry]]
) -> Iterable[Overlap]:
    for code, other in sorted(others, key=lambda one: one[0]):
        shared = shapely.intersection(own, other).area
        if shared > _SLIVER * own.area:
            yield Overlap(code=code, square_metres=round(shared))


@dataclass(frozen=True, slots=True)
class _Flat:
    """The earth taken as flat around a latitude, in metres."""

    lat_e6: int

    def shape(self, polygons: Polygons) -> BaseGeometry:
        parts = [
            (self._ring(outer), [self._ring(hole) for hole in holes]) for outer, *holes in polygons
        ]
        return shapely.make_valid(shapely.MultiPolygon(parts))

    def _ring(self, ring: Ring) -> list[tuple[float, float]]:
        narrow = math.cos(math.radians(self.lat_e6 / 1_000_000))
        pairs = zip(ring[::2], ring[1::2], strict=True)
        return [(lon * _METRES_PER_E6 * narrow, lat * _METRES_PER_E6) for lon, lat in pairs]
