"""From a point to its grid.

Everything is WGS 84, as phones and GeoJSON give it. A point taken from a Chinese web map is in
GCJ-02 and lies 100 to 700 metres off, often in another grid: convert it before asking.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import shapely

from domain.area.events import Polygons, Ring
from domain.kernel.codes import AreaCode
from domain.kernel.refusals import Refused
from projections.area.queries import Outline

_METRES_PER_DEGREE = 111_195  # of latitude, on a sphere of 6,371 km
_MICRO = 1_000_000


class GridFinder:
    """The outlines of one day in a tree of boxes; build it anew when outlines change.

    Within a city the earth is taken as flat: distances are right to about one in a hundred.
    """

    def __init__(self, outlines: Iterable[Outline]) -> None:
        """Take the outlines; areas that have only a centre are found as the nearest alone."""
        placed = sorted(outlines, key=lambda outline: outline.code)
        self._codes = [outline.code for outline in placed]
        middle = sum(outline.lat_e6 for outline in placed) / max(1, len(placed)) / _MICRO
        self._per_lat = _METRES_PER_DEGREE / _MICRO
        self._per_lon = self._per_lat * math.cos(math.radians(middle))
        self._tree = shapely.STRtree([self._shape(outline) for outline in placed])

    def __len__(self) -> int:
        return len(self._codes)

    def find(self, *, lon_e6: int, lat_e6: int) -> AreaCode:
        """Give the grid of a point, on a shared line the one with the lower code.

        Refuses ``no-grid-here`` with the nearest grid and how many metres away it is.
        """
        point = shapely.Point(lon_e6 * self._per_lon, lat_e6 * self._per_lat)
        if len(found := self._tree.query(point, predicate="intersects")):
            return self._codes[int(found.min())]
        if not self._codes:
            raise Refused("no-grid-here", "No grid has a place yet; import or make grids first.")
        indexes, distances = self._tree.query_nearest(point, return_distance=True, all_matches=True)
        nearest, metres = self._codes[int(indexes.min())], round(float(distances[0]))
        reason = f"No grid covers this point; the nearest is {nearest}, {metres:,} m away."
        raise Refused("no-grid-here", reason, nearest=str(nearest), metres=metres)

    def _shape(self, outline: Outline) -> shapely.Geometry:
        if not outline.polygons:
            return self._apart(outline)
        return self._flat(outline.polygons)

    def _apart(self, outline: Outline) -> shapely.Geometry:
        return shapely.Point(outline.lon_e6 * self._per_lon, outline.lat_e6 * self._per_lat)

    def _flat(self, polygons: Polygons) -> shapely.Geometry:
        return shapely.MultiPolygon(
            [
                (self._ring(outer), [self._ring(hole) for hole in holes])
                for outer, *holes in polygons
            ]
        )

    def _ring(self, ring: Ring) -> list[tuple[float, float]]:
        points = zip(ring[::2], ring[1::2], strict=True)
        return [(lon * self._per_lon, lat * self._per_lat) for lon, lat in points]
