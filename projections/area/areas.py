"""The read model of the area tree: a row for each time an area bore a name, and where it lay."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from json import dumps

import sqlalchemy as sa

from domain.area.events import (
    AreaAdded,
    AreaBounded,
    AreaClosed,
    AreaMerged,
    AreaMoved,
    AreaRenamed,
)
from domain.kernel.codes import AreaCode
from projections.area.touched import Row, Touched, continued
from projections.reading import Tables, Told


class AreaTree:
    """``areas_v1``, ``area_bounds_v1``; ``to_day`` is the first day after, NULL while it holds."""

    name = "areas"
    version = 1
    topics = frozenset(
        one.TOPIC
        for one in (AreaAdded, AreaRenamed, AreaMoved, AreaMerged, AreaClosed, AreaBounded)
    )

    def tables(self, metadata: sa.MetaData) -> Tables:
        """Lay out the tables of this version."""
        return {
            "areas": _areas(metadata, f"areas_v{self.version}"),
            "bounds": _bounds(metadata, f"area_bounds_v{self.version}"),
        }

    def tell(self, conn: sa.Connection, tables: Tables, told: Sequence[Told]) -> None:
        """Fold one batch; areas that began in it are written without reading."""
        areas: Touched[int] = Touched(conn, tables["areas"], key="code")
        bounds: Touched[int] = Touched(conn, tables["bounds"], key="code")
        earlier = [AreaCode(code).number for code in continued(told, "code")]
        areas.read(earlier)
        bounds.read(earlier)
        for one in told:
            _fold(one, areas, bounds)
        areas.write()
        bounds.write()


def _fold(one: Told, areas: Touched[int], bounds: Touched[int]) -> None:
    match one.fact:
        case AreaAdded() as fact:
            area = AreaCode(fact.code)
            begin(areas.of(area.number), _added(area, fact))
        case AreaRenamed() as fact:
            rows = areas.of(AreaCode(fact.code).number)
            named = {"name": fact.name, "name_en": fact.name_en, "kind": fact.kind}
            renamed = {**rows[-1], **named, "from_day": fact.from_day}
            end(rows, fact.from_day)
            begin(rows, renamed)
        case AreaMoved(code=code, from_day=day, to_code=to_code):
            successor = AreaCode(to_code).number
            end(areas.of(AreaCode(code).number), day, ending="moved", successor=successor)
        case AreaMerged(code=code, from_day=day, into_code=into_code):
            successor = AreaCode(into_code).number
            end(areas.of(AreaCode(code).number), day, ending="merged", successor=successor)
        case AreaClosed(code=code, from_day=day):
            end(areas.of(AreaCode(code).number), day, ending="closed")
        case AreaBounded() as fact:
            rows = bounds.of(AreaCode(fact.code).number)
            end(rows, fact.from_day)
            begin(rows, _bounded(fact))


def begin(rows: list[Row], row: Row) -> None:
    """Begin a time; one that began on the same day never held and gives way."""
    rows[:] = [*(earlier for earlier in rows if earlier["from_day"] != row["from_day"]), row]


def end(rows: list[Row], day: date, **why: str | int) -> None:
    """End the time that lasts."""
    if rows and rows[-1]["to_day"] is None:
        rows[-1].update(to_day=day, **why)


def _added(area: AreaCode, fact: AreaAdded) -> Row:
    return {
        "code": area.number,
        "from_day": fact.from_day,
        "to_day": None,
        "level": int(area.level),
        "parent": area.parent.number if area.parent else None,
        "name": fact.name,
        "name_en": fact.name_en,
        "kind": fact.kind,
        "predecessor": AreaCode(fact.predecessor).number if fact.predecessor else None,
        "successor": None,
        "ending": None,
    }


def _bounded(fact: AreaBounded) -> Row:
    return {
        "code": AreaCode(fact.code).number,
        "from_day": fact.from_day,
        "to_day": None,
        "lon_e6": fact.lon_e6,
        "lat_e6": fact.lat_e6,
        "sha256": fact.sha256,
        "polygons": dumps(fact.polygons, separators=(",", ":")),
    }


def _areas(metadata: sa.MetaData, name: str) -> sa.Table:
    return sa.Table(
        name,
        metadata,
        sa.Column("code", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("from_day", sa.Date, primary_key=True),
        sa.Column("to_day", sa.Date),
        sa.Column("level", sa.SmallInteger, nullable=False),
        sa.Column("parent", sa.BigInteger),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("name_en", sa.Text),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("predecessor", sa.BigInteger),
        sa.Column("successor", sa.BigInteger),
        sa.Column("ending", sa.Text),
        sa.Index(f"{name}_by_parent", "parent", "code"),
    )


def _bounds(metadata: sa.MetaData, name: str) -> sa.Table:
    return sa.Table(
        name,
        metadata,
        sa.Column("code", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("from_day", sa.Date, primary_key=True),
        sa.Column("to_day", sa.Date),
        sa.Column("lon_e6", sa.Integer, nullable=False),
        sa.Column("lat_e6", sa.Integer, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("polygons", sa.Text, nullable=False),
    )
