"""Questions about the area tree. Each is asked for a day; pages go on after the last row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from json import loads
from typing import Any, NamedTuple, TypeAlias

import sqlalchemy as sa

from domain.area.events import Polygons
from domain.area.standing import StandingArea
from domain.kernel.codes import GRID_DIGITS, AreaCode, Level, area_numbered
from projections.area.areas import AreaTree

Query: TypeAlias = sa.Select[*tuple[Any, ...]]  # columns keep their types in the tables only
_TABLES = AreaTree().tables(sa.MetaData())
_areas, _bounds = _TABLES["areas"], _TABLES["bounds"]

# Digits that stand after the part of a code that names an area of the level.
_DIGITS_BELOW = {Level.DISTRICT: 9, Level.STREET: 6, Level.COMMUNITY: 3, Level.GRID: 0}


class AreaRow(NamedTuple):
    """An area as it stood on a day."""

    code: AreaCode
    name: str
    name_en: str | None
    kind: str
    from_day: date
    to_day: date | None
    predecessor: AreaCode | None
    successor: AreaCode | None
    ending: str | None


class ChildRow(NamedTuple):
    """A child of an area, and how many areas stand below it on each level."""

    area: AreaRow
    below: Mapping[Level, int]


class FoundArea(NamedTuple):
    """An area that a search found; ``rank`` 0 when its name begins with the text."""

    area: AreaRow
    rank: int


class Centre(NamedTuple):
    """The middle of an area in micro-degrees."""

    code: AreaCode
    lon_e6: int
    lat_e6: int


class Outline(NamedTuple):
    """Where an area lies, in micro-degrees."""

    code: AreaCode
    lon_e6: int
    lat_e6: int
    polygons: Polygons


def area_on(conn: sa.Connection, code: AreaCode, day: date) -> AreaRow | None:
    """Give an area as it stood on a day, or None when it did not."""
    row = conn.execute(_standing(day).where(_areas.c.code == code.number)).one_or_none()
    return _row(row) if row is not None else None


def exists_on(conn: sa.Connection, code: AreaCode, day: date) -> bool:
    """Tell whether an area stood on a day."""
    return area_on(conn, code, day) is not None


def name_on(conn: sa.Connection, code: AreaCode, day: date) -> str | None:
    """Give the official name on a day."""
    area = area_on(conn, code, day)
    return area.name if area else None


def areas_on(conn: sa.Connection, codes: Iterable[AreaCode], day: date) -> dict[AreaCode, AreaRow]:
    """Give those of the areas that stood on a day, such as all that a page shows."""
    numbers = sorted({code.number for code in codes})
    rows = conn.execute(_standing(day).where(_areas.c.code.in_(numbers)))
    return {area.code: area for area in map(_row, rows)}


def history(conn: sa.Connection, code: AreaCode) -> list[AreaRow]:
    """Give all times of an area, oldest first."""
    query = sa.select(_areas).where(_areas.c.code == code.number).order_by(_areas.c.from_day)
    return [_row(row) for row in conn.execute(query)]


def children(
    conn: sa.Connection,
    parent: AreaCode,
    day: date,
    *,
    after: AreaCode | None = None,
    limit: int = 100,
) -> list[ChildRow]:
    """Give the next children of an area by code, with counts of what stands below each."""
    query = _standing(day).where(_areas.c.parent == parent.number).order_by(_areas.c.code)
    if after is not None:
        query = query.where(_areas.c.code > after.number)
    found = [_row(row) for row in conn.execute(query.limit(limit))]
    if not found:
        return []
    below = _counts_below(conn, found[0].code, found[-1].code, day)
    return [ChildRow(area, below.get(area.code.number, {})) for area in found]


def counts_by_level(conn: sa.Connection, code: AreaCode, day: date) -> dict[Level, int]:
    """Count the areas of each level in an area, itself included."""
    query = (
        sa.select(_areas.c.level, sa.func.count())
        .where(_holds(_areas, day), _areas.c.code.between(*code.span))
        .group_by(_areas.c.level)
        .order_by(_areas.c.level)
    )
    return {Level(level): count for level, count in conn.execute(query)}


def search(
    conn: sa.Connection,
    text: str,
    day: date,
    *,
    within: AreaCode | None = None,
    after: FoundArea | None = None,
    limit: int = 20,
) -> list[FoundArea]:
    """Find areas by a part of the name or the first digits of the code; names that begin first."""
    wanted = text.strip()
    if not wanted:
        return []
    name, name_en = _areas.c.name, sa.func.lower(_areas.c.name_en)
    begins = name.startswith(wanted, autoescape=True)
    holds = [
        name.contains(wanted, autoescape=True),
        name_en.contains(wanted.lower(), autoescape=True),
    ]
    if wanted.isascii() and wanted.isdigit() and len(wanted) <= GRID_DIGITS:
        holds.append(_areas.c.code.between(*_span_of_digits(wanted)))
    rank = sa.case((begins, 0), else_=1)
    query = sa.select(_areas, rank.label("rank")).where(_holds(_areas, day), sa.or_(*holds))
    if within is not None:
        query = query.where(_areas.c.code.between(*within.span))
    if after is not None:
        behind = sa.tuple_(rank, _areas.c.code) > sa.tuple_(after.rank, after.area.code.number)
        query = query.where(behind)
    query = query.order_by(rank, _areas.c.code).limit(limit)
    return [FoundArea(_row(row), row.rank) for row in conn.execute(query)]


def tree_on(
    conn: sa.Connection, day: date, *, within: AreaCode | None = None, down_to: Level = Level.GRID
) -> dict[AreaCode, StandingArea]:
    """Give the whole tree of a day, for imports; pages ask for children."""
    bounded = sa.and_(_bounds.c.code == _areas.c.code, _holds(_bounds, day))
    query = (
        sa.select(_areas, _bounds.c.sha256)
        .select_from(_areas.outerjoin(_bounds, bounded))
        .where(_holds(_areas, day), _areas.c.level <= int(down_to))
        .order_by(_areas.c.code)
    )
    if within is not None:
        query = query.where(_areas.c.code.between(*within.span))
    tree: dict[AreaCode, StandingArea] = {}
    for row in conn.execute(query):
        code = area_numbered(row.code)
        tree[code] = StandingArea(
            code=code, name=row.name, name_en=row.name_en, kind=row.kind, boundary=row.sha256
        )
    return tree


def centres(
    conn: sa.Connection,
    within: AreaCode,
    level: Level,
    day: date,
    *,
    after: AreaCode | None = None,
    limit: int = 1_000,
) -> list[Centre]:
    """Give the next centres of the areas of a level by code, as a map draws them."""
    query = _placed(day, _bounds.c.code, _bounds.c.lon_e6, _bounds.c.lat_e6).where(
        _areas.c.level == int(level), _areas.c.code.between(*within.span)
    )
    if after is not None:
        query = query.where(_areas.c.code > after.number)
    rows = conn.execute(query.limit(limit))
    return [Centre(area_numbered(row.code), row.lon_e6, row.lat_e6) for row in rows]


def outlines(
    conn: sa.Connection, day: date, *, level: Level = Level.GRID, within: AreaCode | None = None
) -> Iterator[Outline]:
    """Give all areas of a level that have a place; ``GridFinder`` is built from these."""
    columns = (_bounds.c.code, _bounds.c.lon_e6, _bounds.c.lat_e6, _bounds.c.polygons)
    query = _placed(day, *columns).where(_areas.c.level == int(level))
    if within is not None:
        query = query.where(_areas.c.code.between(*within.span))
    for row in conn.execute(query):
        yield Outline(area_numbered(row.code), row.lon_e6, row.lat_e6, _polygons(row.polygons))


def outline_on(conn: sa.Connection, code: AreaCode, day: date) -> tuple[Outline, date] | None:
    """Give where an area lay on a day, and since when; None where nobody has said so."""
    columns = (_bounds.c.lon_e6, _bounds.c.lat_e6, _bounds.c.polygons, _bounds.c.from_day)
    query = _placed(day, *columns).where(_areas.c.code == code.number)
    row = conn.execute(query).one_or_none()
    if row is None:
        return None
    return Outline(code, row.lon_e6, row.lat_e6, _polygons(row.polygons)), row.from_day


def _polygons(kept: str) -> Polygons:
    return tuple(tuple(map(tuple, polygon)) for polygon in loads(kept))


def _standing(day: date) -> Query:
    return sa.select(_areas).where(_holds(_areas, day))


def _holds(table: sa.Table, day: date) -> sa.ColumnElement[bool]:
    lasts = sa.or_(table.c.to_day.is_(None), table.c.to_day > day)
    return sa.and_(table.c.from_day <= day, lasts)


def _placed(day: date, *columns: sa.Column[Any]) -> Query:
    both = _areas.join(_bounds, _bounds.c.code == _areas.c.code)
    held = (_holds(_areas, day), _holds(_bounds, day))
    return sa.select(*columns).select_from(both).where(*held).order_by(_areas.c.code)


def _counts_below(
    conn: sa.Connection, first: AreaCode, last: AreaCode, day: date
) -> dict[int, dict[Level, int]]:
    unit = 10 ** _DIGITS_BELOW[first.level]
    child = _areas.c.code - _areas.c.code % unit
    query = (
        sa.select(child.label("child"), _areas.c.level, sa.func.count().label("areas"))
        .where(
            _holds(_areas, day),
            _areas.c.code.between(first.span[0], last.span[1]),
            _areas.c.level > int(first.level),
        )
        .group_by(child, _areas.c.level)
    )
    counts: dict[int, dict[Level, int]] = {}
    for row in conn.execute(query):
        counts.setdefault(row.child, {})[Level(row.level)] = row.areas
    return counts


def _span_of_digits(digits: str) -> tuple[int, int]:
    return int(digits.ljust(GRID_DIGITS, "0")), int(digits.ljust(GRID_DIGITS, "9"))


def _row(row: sa.Row[*tuple[Any, ...]]) -> AreaRow:
    found = row._mapping  # noqa: SLF001  # SQLAlchemy's public name for a row as a mapping
    return AreaRow(
        code=area_numbered(found["code"]),
        name=found["name"],
        name_en=found["name_en"],
        kind=found["kind"],
        from_day=found["from_day"],
        to_day=found["to_day"],
        predecessor=_code(found["predecessor"]),
        successor=_code(found["successor"]),
        ending=found["ending"],
    )


def _code(number: int | None) -> AreaCode | None:
    return None if number is None else area_numbered(number)
