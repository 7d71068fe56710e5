"""Areas with polygons from GeoJSON (RFC 7946): properties ``code`` and ``name``, bad ones named.

GeoJSON is WGS 84 by definition. Outlines drawn on a Chinese web map are in GCJ-02 and lie some
hundred metres off: convert them before, nothing in the file tells.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

import shapely
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from domain.area.boundary import Boundary
from domain.area.standing import Tree
from domain.kernel.codes import AreaCode, Level
from domain.kernel.refusals import Refused
from workflows.area.commands import AddArea, AreaOrder, BoundArea, RenameArea
from workflows.area.grids import KIND
from workflows.area.plan import ImportPlan
from workflows.sheets import BadRow

Json: TypeAlias = "Mapping[str, Json] | list[Json] | str | int | float | bool | None"
MICRO = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """One feature: an area's code, its name if given, and where it lies."""

    index: int
    code: AreaCode
    name: str
    boundary: Boundary

    def bad(self, reason: str) -> BadRow:
        """Say what is wrong with its feature."""
        return BadRow(where=f"feature {self.index}", reason=reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutlineSheet:
    """The outlines of a file by code, and the features that could not be read."""

    outlines: Mapping[AreaCode, Outline]
    bad: tuple[BadRow, ...] = ()
    notes: tuple[str, ...] = ()


class _BadFeature(Exception):
    """A sentence that says what is wrong with the feature at hand."""


def read_outlines(data: bytes, *, mend: bool = False) -> OutlineSheet:
    """Read a FeatureCollection; refuses ``no-geojson``. Features count from 1.

    ``mend`` takes outlines that cross themselves, as simplified ones do, for what they enclose.
    """
    outlines: dict[AreaCode, Outline] = {}
    bad: list[BadRow] = []
    mended: list[str] = []
    for index, feature in enumerate(_features(data), start=1):
        try:
            code, name, geometry = _parts(feature)
            if mend and not geometry.is_valid:
                geometry = _mended(geometry)
                mended.append(f"feature {index}: the outline of {code} crossed itself; mended")
            outline = _outline(index, code, name, geometry)
        except _BadFeature as error:
            bad.append(BadRow(where=f"feature {index}", reason=str(error)))
            continue
        if earlier := outlines.get(outline.code):
            bad.append(outline.bad(f"{outline.code} is feature {earlier.index} already."))
        else:
            outlines[outline.code] = outline
    return OutlineSheet(outlines=outlines, bad=tuple(bad), notes=tuple(mended))


def plan_outlines(sheet: OutlineSheet, tree: Tree, day: date) -> ImportPlan:
    """Plan outlines for areas that stand, and new grids for those that do not."""
    orders: list[AreaOrder] = []
    bad = list(sheet.bad)
    unchanged = 0
    for code, outline in sorted(sheet.outlines.items()):
        area = tree.get(code)
        if area is None and (code.level is not Level.GRID or code.parent not in tree):
            missing = code.parent if code.level is Level.GRID else code
            bad.append(outline.bad(f"{missing} does not stand on {day}; import divisions first."))
            continue
        before = len(orders)
        if area is None:
            orders.append(AddArea(code=code, name=_name(outline), kind=KIND, from_day=day))
        elif code.level is Level.GRID and outline.name not in {"", area.name}:
            orders.append(RenameArea(code=code, name=outline.name, from_day=day))
        if area is None or area.boundary != outline.boundary.digest:
            orders.append(BoundArea(code=code, boundary=outline.boundary, from_day=day))
        unchanged += len(orders) == before
    return ImportPlan(
        day=day,
        orders=tuple(orders),
        unchanged=unchanged,
        bad=tuple(bad),
        notes=sheet.notes,
    )


def polygons_of(data: bytes) -> dict[AreaCode, BaseGeometry]:
    """Read the polygons alone, in micro-degrees, as ``place_communities`` wants them."""
    geometries: dict[AreaCode, BaseGeometry] = {}
    for index, feature in enumerate(_features(data), start=1):
        try:
            code, _, geometry = _parts(feature)
        except _BadFeature as error:
            raise Refused("bad-feature", f"Feature {index}: {error}", feature=index) from None
        geometries[code] = shapely.transform(_mended(geometry), lambda points: points * MICRO)
    return geometries


def _features(data: bytes) -> list[Json]:
    try:
        collection: Json = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise Refused("no-geojson", f"The file is no JSON: {error}.") from None
    features = collection.get("features") if isinstance(collection, Mapping) else None
    if not isinstance(features, list):
        raise Refused("no-geojson", "The file is no FeatureCollection with a list of features.")
    return features


def _outline(index: int, code: AreaCode, name: str, geometry: BaseGeometry) -> Outline:
    if not geometry.is_valid:
        raise _BadFeature(f"Its outline is invalid: {shapely.is_valid_reason(geometry)}.")
    centre = geometry.representative_point()
    parts = geometry.geoms if isinstance(geometry, shapely.MultiPolygon) else [geometry]
    polygons = tuple(
        tuple(_ring(ring) for ring in (part.exterior, *part.interiors))
        for part in parts
        if isinstance(part, shapely.Polygon)
    )
    try:
        boundary = Boundary(
            lon_e6=round(centre.x * MICRO), lat_e6=round(centre.y * MICRO), polygons=polygons
        )
    except Refused as refusal:
        raise _BadFeature(refusal.reason) from None
    return Outline(index=index, code=code, name=name, boundary=boundary)


def _parts(feature: Json) -> tuple[AreaCode, str, BaseGeometry]:
    properties = feature.get("properties") if isinstance(feature, Mapping) else None
    if not isinstance(feature, Mapping) or not isinstance(properties, Mapping):
        raise _BadFeature("It has no properties; code and name belong there.")
    try:
        code = AreaCode(str(properties.get("code", "")))
    except Refused as refusal:
        raise _BadFeature(refusal.reason) from None
    name = properties.get("name")
    return code, name.strip() if isinstance(name, str) else "", _geometry(feature.get("geometry"))


def _geometry(given: Json) -> BaseGeometry:
    if not isinstance(given, Mapping) or given.get("type") not in {"Polygon", "MultiPolygon"}:
        raise _BadFeature("Its geometry is no Polygon and no MultiPolygon.")
    try:
        geometry = shapely.force_2d(shape(dict(given)))
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, shapely.GEOSException):
        raise _BadFeature("Its coordinates are no rings of longitude and latitude.") from None
    if geometry.is_empty or not all(map(math.isfinite, geometry.bounds)):
        raise _BadFeature("Its geometry is empty.")
    return geometry


def _mended(geometry: BaseGeometry) -> BaseGeometry:
    parts = shapely.get_parts(shapely.make_valid(geometry))
    polygons = [part for part in parts if isinstance(part, (shapely.Polygon, shapely.MultiPolygon))]
    return shapely.union_all(polygons)


def _ring(ring: shapely.LinearRing) -> tuple[int, ...]:
    return tuple(round(number * MICRO) for point in ring.coords for number in point[:2])


def _name(outline: Outline) -> str:
    return outline.name or f"第{int(outline.code[-3:])}网格"
