"""Outlines drawn to scale: each a closed line of whole steps in a picture of so many steps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import cos, radians

from domain.area.events import Polygons, Ring
from domain.kernel.codes import AreaCode
from projections.area.around import Around
from web.naming import Naming

STEPS, MARGIN = 600, 8
MOST_NAMES = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One outline: what it is to the area at hand, its path, and where its name stands."""

    kind: str
    path: str
    name: str
    at: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """Lines in the order they are drawn, in a box of so many steps."""

    width: int
    height: int
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class _Scale:
    west: int
    north: int
    narrow: float
    per_step: float

    def step(self, lon_e6: int, lat_e6: int) -> tuple[int, int]:
        across = round((lon_e6 - self.west) * self.narrow / self.per_step)
        return across + MARGIN, round((self.north - lat_e6) / self.per_step) + MARGIN


def drawing_of(
    code: AreaCode, near: Around, naming: Naming, *, wished: Polygons = ()
) -> Drawing | None:
    """Draw an area among those around it; the picture is as wide as itself and what lies in it."""
    kept = [one for one in (near.own, wished, *near.below.values()) if one]
    if not kept:
        return None
    scale, width, height = _scaled([ring for one in kept for polygon in one for ring in polygon])
    lines = [
        *([Line(kind="above", path=_path(near.above, scale), name="")] if near.above else ()),
        *_named("beside", near.beside, naming, scale, with_names=False),
        *_named("below", near.below, naming, scale, with_names=len(near.below) <= MOST_NAMES),
        *([Line(kind="own", path=_path(near.own, scale), name=naming.area(code))]
          if near.own else ()),
        *([Line(kind="wished", path=_path(wished, scale), name="")] if wished else ()),
    ]  # fmt: skip
    return Drawing(width=width, height=height, lines=tuple(lines))


def _scaled(rings: Sequence[Ring]) -> tuple[_Scale, int, int]:
    lons = [lon for ring in rings for lon in ring[::2]]
    lats = [lat for ring in rings for lat in ring[1::2]]
    narrow = cos(radians((min(lats) + max(lats)) / 2_000_000))
    wide, high = (max(lons) - min(lons)) * narrow, max(lats) - min(lats)
    per_step = max(wide, high, 1) / STEPS
    scale = _Scale(min(lons), max(lats), narrow, per_step)
    across, down = scale.step(max(lons), min(lats))
    return scale, across + MARGIN, down + MARGIN


def _named(
    kind: str,
    found: Mapping[AreaCode, Polygons],
    naming: Naming,
    scale: _Scale,
    *,
    with_names: bool,
) -> Iterator[Line]:
    for code, polygons in found.items():
        at = _middle(polygons, scale) if with_names else None
        yield Line(kind=kind, path=_path(polygons, scale), name=naming.area(code), at=at)


def _middle(polygons: Polygons, scale: _Scale) -> tuple[int, int]:
    ring = max((outer for outer, *_ in polygons), key=len)
    steps = [scale.step(*pair) for pair in zip(ring[::2], ring[1::2], strict=True)]
    across, down = [one for one, _ in steps], [one for _, one in steps]
    return (min(across) + max(across)) // 2, (min(down) + max(down)) // 2


def _path(polygons: Polygons, scale: _Scale) -> str:
    return "".join(_ring(ring, scale) for polygon in polygons for ring in polygon)


def _ring(ring: Ring, scale: _Scale) -> str:
    steps = [scale.step(*pair) for pair in zip(ring[::2], ring[1::2], strict=True)]
    kept = [one for one, before in zip(steps[1:], steps, strict=False) if one != before]
    return "M" + "L".join(f"{across} {down}" for across, down in kept or steps[:1]) + "Z"
