"""Polygons of GeoJSON as boundaries; what is none is refused with a sentence that says why.

GeoJSON is WGS 84 by definition. Outlines drawn on a Chinese web map are in GCJ-02 and lie some
hundred metres off: convert them before, nothing in the file tells.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

import shapely
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from domain.area.boundary import Boundary
from domain.area.events import Polygons, Ring
from domain.kernel.codes import AreaCode
from domain.kernel.refusals import Refused

Json: TypeAlias = "Mapping[str, Json] | list[Json] | str | int | float | bool | None"
MICRO = 1_000_000
MOST_DEGREES = 10
"""No city is wider; what is has a misplaced point, or longitude and latitude mixed up."""
_FARTHEST_LON, _FARTHEST_LAT = 180, 90
_UNREADABLE = (
    *(ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError),
    *(RecursionError, shapely.GEOSException),
)


def read_outline(given: Json, code: AreaCode) -> Boundary:
    """Read the outline of one area: a geometry, a Feature, or a FeatureCollection of one.

    Refuses ``no-polygon``, ``outline-of-another``, ``outline-crosses-itself``,
    ``invalid-boundary`` and ``boundary-too-long``.
    """
    if isinstance(given, Mapping) and given.get("type") == "FeatureCollection":
        features = given.get("features")
        if not isinstance(features, list) or len(features) != 1:
            reason = "Give one outline: a collection of one feature, a feature or a geometry."
            raise Refused("no-polygon", reason)
        given = features[0]
    if isinstance(given, Mapping) and given.get("type") == "Feature":
        _must_be_of(given.get("properties"), code)
        given = given.get("geometry")
    return boundary_of(geometry_of(given))


def geometry_of(given: Json) -> BaseGeometry:
    """Give a Polygon or MultiPolygon; refuses ``no-polygon`` and ``invalid-boundary``."""
    if not isinstance(given, Mapping) or given.get("type") not in {"Polygon", "MultiPolygon"}:
        raise Refused("no-polygon", "Its geometry is no Polygon and no MultiPolygon.")
    try:
        geometry = shapely.force_2d(shape(dict(given)))
    except _UNREADABLE:
        reason = "Its coordinates are no rings of longitude and latitude."
        raise Refused("no-polygon", reason) from None
    if geometry.is_empty:
        raise Refused("no-polygon", "Its geometry is empty.")
    _must_be_on_earth(geometry)
    return geometry


def boundary_of(geometry: BaseGeometry) -> Boundary:
    """Give a geometry as a boundary in micro-degrees; its centre lies within."""
    if not geometry.is_valid:
        where = shapely.is_valid_reason(geometry)
        reason = f"The outline is invalid: {where}. Redraw it there; a line must not cross itself."
        raise Refused("outline-crosses-itself", reason, where=where)
    west, south, east, north = geometry.bounds
    if max(east - west, north - south) > MOST_DEGREES:
        reason = f"The outline spans more than {MOST_DEGREES} degrees; a point lies far off."
        raise Refused("invalid-boundary", reason)
    centre = geometry.representative_point()
    parts = geometry.geoms if isinstance(geometry, shapely.MultiPolygon) else [geometry]
    polygons = tuple(
        tuple(_ring(ring) for ring in (part.exterior, *part.interiors))
        for part in parts
        if isinstance(part, shapely.Polygon)
    )
    return Boundary(
        lon_e6=round(centre.x * MICRO), lat_e6=round(centre.y * MICRO), polygons=polygons
    )


def geojson_of(polygons: Polygons) -> dict[str, object] | None:
    """Give polygons as a GeoJSON geometry in degrees; None where there are none."""
    if not polygons:
        return None
    rings = [[_points(ring) for ring in polygon] for polygon in polygons]
    if len(rings) == 1:
        return {"type": "Polygon", "coordinates": rings[0]}
    return {"type": "MultiPolygon", "coordinates": rings}


def _must_be_of(properties: Json, code: AreaCode) -> None:
    """A file of another area is a mistake that no map would show before it is set."""
    named = properties.get("code") if isinstance(properties, Mapping) else None
    if named is not None and str(named) != str(code):
        reason = f"This outline bears another code than {code}. Take the file of {code}."
        raise Refused("outline-of-another", reason, code=str(code))


def _must_be_on_earth(geometry: BaseGeometry) -> None:
    west, south, east, north = geometry.bounds
    is_on_earth = max(-west, east) <= _FARTHEST_LON and max(-south, north) <= _FARTHEST_LAT
    if not is_on_earth:  # written so that what is no number is refused, too
        reason = "A point lies off the globe: give longitude first, then latitude, in degrees."
        raise Refused("invalid-boundary", reason)


def _ring(ring: shapely.LinearRing) -> Ring:
    return tuple(round(number * MICRO) for point in ring.coords for number in point[:2])


def _points(ring: Ring) -> list[list[float]]:
    return [[lon / MICRO, lat / MICRO] for lon, lat in zip(ring[::2], ring[1::2], strict=True)]
