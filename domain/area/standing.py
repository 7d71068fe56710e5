"""An area as it stands on a day; the tree of a day is a mapping of codes to these."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from domain.kernel.codes import AreaCode


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingArea:
    """Name, kind and the digest of the boundary in force on the day."""

    code: AreaCode
    name: str
    kind: str
    name_en: str | None = None
    boundary: str | None = None


Tree: TypeAlias = Mapping[AreaCode, StandingArea]
