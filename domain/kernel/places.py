"""Places: points on the earth in whole micro-degrees, and how many metres lie between two."""

from __future__ import annotations

from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt

EARTH_RADIUS_M = 6_371_009
"""The mean radius of the earth (2a + b)/3 of WGS 84, in whole metres."""

_MICRO = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A point in WGS 84, in integer micro-degrees (0.11 m)."""

    lon_e6: int
    lat_e6: int


def metres_between(here: Place, there: Place) -> int:
    """Give the great-circle distance by the haversine formula, to the nearest metre.

    >>> metres_between(Place(lon_e6=0, lat_e6=0), Place(lon_e6=0, lat_e6=1_000_000))
    111195
    """
    north_here, north_there = _radians(here.lat_e6), _radians(there.lat_e6)
    up = sin((north_there - north_here) / 2) ** 2
    across = sin(_radians(there.lon_e6 - here.lon_e6) / 2) ** 2
    part = up + cos(north_here) * cos(north_there) * across
    return round(2 * EARTH_RADIUS_M * asin(sqrt(min(part, 1.0))))


def _radians(degrees_e6: int) -> float:
    return radians(degrees_e6 / _MICRO)
