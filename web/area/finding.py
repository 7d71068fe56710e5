"""From the point a phone gives to the grid it lies in."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from threading import Lock

from domain.kernel.codes import AreaCode
from domain.kernel.places import Place
from projections.area.finder import GridFinder
from projections.area.queries import outlines
from web.city import the_city, today

FRESH_FOR = timedelta(minutes=10)
_MICRO = 1_000_000


@dataclass(slots=True)
class Finding:
    """The outlines of today, kept for some minutes: building the tree takes a second or two."""

    _lock: Lock = field(default_factory=Lock)
    _finder: GridFinder | None = None
    _day: date | None = None
    _built_at: datetime | None = None

    def grid_at(self, place: Place) -> AreaCode:
        """Give the grid of a point; refuses ``no-grid-here`` and names the nearest."""
        return self._fresh().find(lon_e6=place.lon_e6, lat_e6=place.lat_e6)

    def _fresh(self) -> GridFinder:
        with self._lock:
            now, day = the_city().now(), today()
            is_old = self._built_at is None or now - self._built_at > FRESH_FOR
            if self._finder is None or self._day != day or is_old or not len(self._finder):
                with the_city().store.reading() as conn:
                    self._finder = GridFinder(outlines(conn, day))
                self._day, self._built_at = day, now
            return self._finder


def place_at(lon: float, lat: float) -> Place:
    """Give a point in micro-degrees."""
    return Place(lon_e6=round(lon * _MICRO), lat_e6=round(lat * _MICRO))
