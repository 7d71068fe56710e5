"""A boundary: where an area lies, in integer micro-degrees of WGS 84.

Chinese web maps speak GCJ-02, which lies some hundred metres off; convert before coming here.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from json import dumps

from domain.area.events import Polygons, Ring
from domain.kernel.refusals import Refused

MAX_POINTS = 2_000  # an event must fit a leaf of the log: 65,535 bytes
SHORTEST_RING = 4  # a triangle and its first point again
_LON_E6, _LAT_E6 = 180_000_000, 90_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Boundary:
    """A centre and, if known, the polygons around it; refuses what is no outline."""

    lon_e6: int
    lat_e6: int
    polygons: Polygons = ()

    def __post_init__(self) -> None:
        """Refuse points off the globe, open rings and outlines too long for one event."""
        _must_be_on_earth((self.lon_e6, self.lat_e6))
        rings = [ring for polygon in self.polygons for ring in polygon]
        if any(not polygon for polygon in self.polygons):
            raise Refused("invalid-boundary", "A polygon needs at least its outer ring.")
        for ring in rings:
            _must_be_a_ring(ring)
        points = sum(len(ring) for ring in rings) // 2
        if points > MAX_POINTS:
            reason = f"An outline has at most {MAX_POINTS} points; simplify it."
            raise Refused("boundary-too-long", reason, points=points)

    @property
    def digest(self) -> str:
        """The SHA-256 of centre and polygons, by which a repeated boundary is known."""
        shape = {"centre": [self.lon_e6, self.lat_e6], "polygons": self.polygons}
        return sha256(dumps(shape, separators=(",", ":")).encode()).hexdigest()


def _must_be_a_ring(ring: Ring) -> None:
    if len(ring) % 2 or len(ring) < 2 * SHORTEST_RING:
        reason = "A ring is longitude, latitude, … of at least four points."
        raise Refused("invalid-boundary", reason, numbers=len(ring))
    if ring[:2] != ring[-2:]:
        raise Refused("invalid-boundary", "A ring ends at the point where it began.")
    _must_be_on_earth(ring)


def _must_be_on_earth(numbers: Ring) -> None:
    lons, lats = numbers[::2], numbers[1::2]
    if max(map(abs, lons)) > _LON_E6 or max(map(abs, lats)) > _LAT_E6:
        reason = "A point lies off the globe: longitude comes first, both in micro-degrees."
        raise Refused("invalid-boundary", reason)
