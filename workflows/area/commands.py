"""Orders to one area each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from domain.area.boundary import Boundary
from domain.kernel.codes import AreaCode


@dataclass(frozen=True, slots=True, kw_only=True)
class AddArea:
    """Add a division or grid; ``predecessor`` is the code it bore before it was moved."""

    code: AreaCode
    name: str
    kind: str
    from_day: date
    name_en: str | None = None
    predecessor: AreaCode | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RenameArea:
    """Change the official name or the kind; what is not given stays."""

    code: AreaCode
    name: str
    from_day: date
    name_en: str | None = None
    kind: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveArea:
    """End an area that goes on as ``to_code``, which was added beforehand."""

    code: AreaCode
    to_code: AreaCode
    from_day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeArea:
    """End an area that becomes part of ``into_code``."""

    code: AreaCode
    into_code: AreaCode
    from_day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseArea:
    """End an area; what lies below it is ended first."""

    code: AreaCode
    from_day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundArea:
    """Say where an area lies."""

    code: AreaCode
    boundary: Boundary
    from_day: date


AreaOrder: TypeAlias = AddArea | RenameArea | MoveArea | MergeArea | CloseArea | BoundArea
