"""What can happen to an area. Days are days of the city; a change holds from its day on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date  # field types are read at run time by the decoder
from typing import TypeAlias

from domain.kernel.facts import Fact, fact

Ring: TypeAlias = tuple[int, ...]
"""A closed line in WGS 84: longitude, latitude, longitude, … in integer micro-degrees (0.11 m)."""
Polygons: TypeAlias = tuple[tuple[Ring, ...], ...]
"""Polygons of one outer ring each, and the rings of their holes."""


@fact("area.added")
@dataclass(frozen=True, slots=True, kw_only=True)
class AreaAdded(Fact):
    """An area came into being; ``predecessor`` is the code it bore before it was moved."""

    code: str
    level: str
    name: str
    kind: str
    from_day: date
    name_en: str | None = None
    predecessor: str | None = None


@fact("area.renamed")
@dataclass(frozen=True, slots=True, kw_only=True)
class AreaRenamed(Fact):
    """The official name changed, or the kind (a township became a town)."""

    code: str
    name: str
    kind: str
    from_day: date
    name_en: str | None = None


@fact("area.moved")
@dataclass(frozen=True, slots=True, kw_only=True)
class AreaMoved(Fact):
    """The area went to another parent; a code is a path, so it goes on as ``to_code``."""

    code: str
    to_code: str
    from_day: date


@fact("area.merged")
@dataclass(frozen=True, slots=True, kw_only=True)
class AreaMerged(Fact):
    """The area became part of another one of its level and ended."""

    code: str
    into_code: str
    from_day: date


@fact("area.closed")
@dataclass(frozen=True, slots=True, kw_only=True)
class AreaClosed(Fact):
    """The area ended and nothing took its place."""

    code: str
    from_day: date


@fact("area.bounded")
@dataclass(frozen=True, slots=True, kw_only=True)
class AreaBounded(Fact):
    """The area was given a centre and perhaps an outline; ``sha256`` is the digest of both."""

    code: str
    from_day: date
    lon_e6: int
    lat_e6: int
    sha256: str
    polygons: Polygons = ()
