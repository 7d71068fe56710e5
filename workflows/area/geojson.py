"""Areas with polygons from GeoJSON (RFC 7946): properties ``code`` and ``name``, bad ones named."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import shapely
from shapely.geometry.base import BaseGeometry

from domain.area.boundary import Boundary
from domain.area.standing import Tree
from domain.kernel.codes import AreaCode, Level
from domain.kernel.refusals import Refused
from workflows.area.commands import AddArea, AreaOrder, BoundArea, RenameArea
from workflows.area.grids import KIND
from workflows.area.plan import ImportPlan
from workflows.area.polygons import MICRO, Json, boundary_of, geometry_of
from workflows.sheets import BadRow


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
        except Refused as refusal:
            bad.append(BadRow(where=f"feature {index}", reason=refusal.reason))
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


def plan_outline(
    code: AreaCode, boundary: Boundary, tree: Tree, day: date, *, notes: tuple[str, ...] = ()
) -> ImportPlan:
    """Plan the outline of one area; refuses ``no-such-area`` where it does not stand."""
    if code not in tree:
        reason = f"{code} does not stand on {day}. Import it first, or name another day."
        raise Refused("no-such-area", reason, area=str(code), day=day.isoformat())
    is_known = tree[code].boundary == boundary.digest
    order = BoundArea(code=code, boundary=boundary, from_day=day)
    return ImportPlan(
        day=day,
        orders=() if is_known else (order,),
        unchanged=int(is_known),
        bad=(),
        notes=notes,
    )


def polygons_of(data: bytes) -> dict[AreaCode, BaseGeometry]:
    """Read the polygons alone, in micro-degrees, as ``place_communities`` wants them."""
    geometries: dict[AreaCode, BaseGeometry] = {}
    for index, feature in enumerate(_features(data), start=1):
        try:
            code, _, geometry = _parts(feature)
        except Refused as refusal:
            reason = f"Feature {index}: {refusal.reason}"
            raise Refused("bad-feature", reason, feature=index) from None
        geometries[code] = shapely.transform(_mended(geometry), lambda points: points * MICRO)
    return geometries


def read_json(data: bytes) -> Json:
    """Read a file; refuses ``no-geojson``."""
    try:
        found: Json = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise Refused("no-geojson", f"The file is no JSON: {error}.") from None
    return found


def _features(data: bytes) -> list[Json]:
    collection = read_json(data)
    features = collection.get("features") if isinstance(collection, Mapping) else None
    if not isinstance(features, list):
        raise Refused("no-geojson", "The file is no FeatureCollection with a list of features.")
    return features


def _outline(index: int, code: AreaCode, name: str, geometry: BaseGeometry) -> Outline:
    return Outline(index=index, code=code, name=name, boundary=boundary_of(geometry))


def _parts(feature: Json) -> tuple[AreaCode, str, BaseGeometry]:
    properties = feature.get("properties") if isinstance(feature, Mapping) else None
    if not isinstance(feature, Mapping) or not isinstance(properties, Mapping):
        raise Refused("bad-feature", "It has no properties; code and name belong there.")
    code = AreaCode(str(properties.get("code", "")))
    name = properties.get("name")
    given = geometry_of(feature.get("geometry"))
    return code, name.strip() if isinstance(name, str) else "", given


def _mended(geometry: BaseGeometry) -> BaseGeometry:
    parts = shapely.get_parts(shapely.make_valid(geometry))
    polygons = [part for part in parts if isinstance(part, (shapely.Polygon, shapely.MultiPolygon))]
    return shapely.union_all(polygons)


def _name(outline: Outline) -> str:
    return outline.name or f"第{int(outline.code[-3:])}网格"
