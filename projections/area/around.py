"""The outlines that an area's own has to fit: above it, beside it, right below it."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import sqlalchemy as sa

from domain.area.events import Polygons
from domain.kernel.codes import AreaCode, Level
from projections.area.queries import outline_on, outlines


class Around(NamedTuple):
    """Outlines as they stood on a day; empty where nobody has said so."""

    own: Polygons
    since: date | None
    above: Polygons
    beside: dict[AreaCode, Polygons]
    below: dict[AreaCode, Polygons]


def around(conn: sa.Connection, code: AreaCode, day: date) -> Around:
    """Give the outlines around an area."""
    parent, found = code.parent, outline_on(conn, code, day)
    above = outline_on(conn, parent, day) if parent else None
    beside = _outlines(conn, parent, code.level, day) if parent else {}
    beside.pop(code, None)
    is_grid = code.level is Level.GRID
    return Around(
        own=found[0].polygons if found else (),
        since=found[1] if found else None,
        above=above[0].polygons if above else (),
        beside=beside,
        below={} if is_grid else _outlines(conn, code, Level(code.level + 1), day),
    )


def _outlines(
    conn: sa.Connection, within: AreaCode, level: Level, day: date
) -> dict[AreaCode, Polygons]:
    found = outlines(conn, day, level=level, within=within)
    return {one.code: one.polygons for one in found if one.polygons}
