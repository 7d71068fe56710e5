"""Questions about people and units. Each is asked for a day; pages go on after the last row."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Any, NamedTuple, TypeAlias
from uuid import UUID

import sqlalchemy as sa

from domain.kernel.codes import AreaCode, area_numbered
from projections.people.roster import Roster

Query: TypeAlias = sa.Select[*tuple[Any, ...]]  # columns keep their types in the tables only
_TABLES = Roster().tables(sa.MetaData())
_people, _roles = _TABLES["people"], _TABLES["roles"]
_units, _categories = _TABLES["units"], _TABLES["categories"]

# Posts without an area, held at a unit alone, come after those with one.
_AREA = sa.func.coalesce(_roles.c.area, 0)


class PostRow(NamedTuple):
    """A post that somebody holds, perhaps as a deputy; ``grant`` and ``handle`` name it."""

    handle: str
    grant: int
    role: str
    area: AreaCode | None
    unit: str | None
    from_day: date
    to_day: date | None
    deputy_for: str | None = None


class PersonRow(NamedTuple):
    """A person; the vault gives the name for ``stream``."""

    handle: str
    stream: UUID
    left_day: date | None


class UnitRow(NamedTuple):
    """A unit and the area it serves."""

    code: str
    name: str
    name_en: str | None
    kind: str
    area: AreaCode
    parent: str | None
    from_day: date
    to_day: date | None


class AnsweringUnit(NamedTuple):
    """A unit that answers for a category, and the category by which it does."""

    unit: UnitRow
    category: str


def person(conn: sa.Connection, handle: str) -> PersonRow | None:
    """Give a person by handle."""
    row = conn.execute(sa.select(_people).where(_people.c.handle == handle)).one_or_none()
    return None if row is None else PersonRow(row.handle, row.stream, row.left_day)


def posts_of(conn: sa.Connection, handle: str, day: date | None = None) -> list[PostRow]:
    """Give the posts of a person, those of one day or all."""
    query = sa.select(_roles).where(_roles.c.handle == handle).order_by(_roles.c.grant_no)
    if day is not None:
        query = query.where(_holds(_roles, day))
    return [_post(row) for row in conn.execute(query)]


def holders(
    conn: sa.Connection,
    role: str,
    area: AreaCode,
    day: date,
    *,
    unit: str | None = None,
    after: PostRow | None = None,
    limit: int = 50,
) -> list[PostRow]:
    """Give who may act in a role for an area (and a unit) on a day, the nearest post first."""
    reaching = [above.number for above in area.path]
    values = {"day": day, "role": role, "reaching": reaching, "unit": unit, "most": limit}
    query = _HOLDERS if after is None else _HOLDERS.where(_behind(after))
    return [_post(row) for row in conn.execute(query, values)]


def roster_page(
    conn: sa.Connection,
    within: AreaCode,
    day: date,
    *,
    role: str | None = None,
    after: PostRow | None = None,
    limit: int = 50,
) -> list[PostRow]:
    """Give the next posts in an area and below it, by handle; a unit's lie in the unit's area."""
    place = sa.func.coalesce(_roles.c.area, _units.c.area)
    query = (
        sa.select(_roles)
        .select_from(_roles.outerjoin(_units, _units.c.code == _roles.c.unit))
        .where(_holds(_roles, day), place.between(*within.span))
    )
    if role is not None:
        query = query.where(_roles.c.role == role)
    if after is not None:
        place_of_row = sa.tuple_(_roles.c.handle, _roles.c.grant_no)
        query = query.where(place_of_row > sa.tuple_(after.handle, after.grant))
    query = query.order_by(_roles.c.handle, _roles.c.grant_no).limit(limit)
    return [_post(row) for row in conn.execute(query)]


def serving(
    conn: sa.Connection,
    within: AreaCode,
    day: date,
    *,
    role: str | None = None,
    after: str | None = None,
    limit: int = 50,
) -> list[str]:
    """Give the next handles that hold some post in an area and below it, each once."""
    place = sa.func.coalesce(_roles.c.area, _units.c.area)
    query = (
        sa.select(_roles.c.handle)
        .distinct()
        .select_from(_roles.outerjoin(_units, _units.c.code == _roles.c.unit))
        .where(_holds(_roles, day), place.between(*within.span))
    )
    if role is not None:
        query = query.where(_roles.c.role == role)
    if after is not None:
        query = query.where(_roles.c.handle > after)
    return list(conn.scalars(query.order_by(_roles.c.handle).limit(limit)))


def unit_on(conn: sa.Connection, code: str, day: date) -> UnitRow | None:
    """Give a unit that works on a day."""
    row = conn.execute(_UNIT_ON, {"code": code, "day": day}).one_or_none()
    return None if row is None else _unit(row)


def units_inside(conn: sa.Connection, parent: str, day: date) -> list[UnitRow]:
    """Give the second-level units of a department."""
    query = sa.select(_units).where(_units.c.parent == parent, _holds(_units, day))
    return [_unit(row) for row in conn.execute(query.order_by(_units.c.code))]


def units_page(
    conn: sa.Connection,
    within: AreaCode,
    day: date,
    *,
    after: str | None = None,
    limit: int = 50,
) -> list[UnitRow]:
    """Give the next units that serve an area or one below it, by code."""
    query = sa.select(_units).where(_holds(_units, day), _units.c.area.between(*within.span))
    if after is not None:
        query = query.where(_units.c.code > after)
    return [_unit(row) for row in conn.execute(query.order_by(_units.c.code).limit(limit))]


def units_serving(
    conn: sa.Connection, area: AreaCode, day: date, *, limit: int = 200
) -> list[UnitRow]:
    """Give the units that serve an area, on its own level or above it, the nearest first."""
    above = [code.number for code in area.path]
    query = sa.select(_units).where(_holds(_units, day), _units.c.area.in_(above))
    query = query.order_by(_units.c.area.desc(), _units.c.code).limit(limit)
    return [_unit(row) for row in conn.execute(query)]


def categories_of(conn: sa.Connection, unit: str, day: date) -> list[str]:
    """Give the categories that a unit answers for on a day."""
    query = sa.select(_categories.c.category).where(
        _categories.c.unit == unit, _holds(_categories, day)
    )
    return list(conn.scalars(query.order_by(_categories.c.category)))


def answering_units(
    conn: sa.Connection,
    category: str,
    area: AreaCode,
    day: date,
    *,
    broader: Sequence[str] = (),
    after: AnsweringUnit | None = None,
    limit: int = 20,
) -> list[AnsweringUnit]:
    """Give the units that answer for a category and serve an area: the nearest level first.

    ``broader`` are the classes that hold the category, the closest first; on one level a unit
    that answers for the category itself comes before one that answers for a class.
    """
    known = (category, *broader)
    values: dict[str, object] = {"day": day, "known": known, "most": limit}
    values |= {f"known_{nth}": code for nth, code in enumerate(known)}
    values["serving"] = [above.number for above in area.path]
    if after is not None:
        values |= {"last_area": -after.unit.area.number, "last_unit": after.unit.code}
        values["last_rank"] = known.index(after.category)
    rows = conn.execute(_answering(len(known), paged=after is not None), values)
    return [AnsweringUnit(_unit(row), row.category) for row in rows]


@cache
def _answering(known: int, *, paged: bool) -> Query:
    """Build the question once: filing asks it for every case, and building costs more."""
    day = sa.bindparam("day", type_=sa.Date)
    codes = {sa.bindparam(f"known_{nth}", type_=sa.Text): nth for nth in range(known)}
    rank = sa.case(*((_categories.c.category == code, nth) for code, nth in codes.items()))
    query = (
        sa.select(_units, _categories.c.category)
        .join_from(_units, _categories, _categories.c.unit == _units.c.code)
        .where(
            _holds(_units, day),
            _holds(_categories, day),
            _categories.c.category.in_(sa.bindparam("known", expanding=True)),
            _units.c.area.in_(sa.bindparam("serving", expanding=True)),
        )
        .order_by(_units.c.area.desc(), rank, _units.c.code)
        .limit(sa.bindparam("most", type_=sa.Integer))
    )
    if paged:
        last: list[sa.BindParameter[Any]] = [sa.bindparam("last_area", type_=sa.BigInteger)]
        last += [sa.bindparam("last_rank", type_=sa.Integer)]
        last += [sa.bindparam("last_unit", type_=sa.Text)]
        query = query.where(sa.tuple_(-_units.c.area, rank, _units.c.code) > sa.tuple_(*last))
    return query


def _behind(after: PostRow) -> sa.ColumnElement[bool]:
    last = (-(after.area.number if after.area else 0), after.handle, after.grant)
    return sa.tuple_(-_AREA, _roles.c.handle, _roles.c.grant_no) > sa.tuple_(*last)


def _holds(table: sa.Table, day: date | sa.BindParameter[date]) -> sa.ColumnElement[bool]:
    lasts = sa.or_(table.c.to_day.is_(None), table.c.to_day > day)
    return sa.and_(table.c.from_day <= day, lasts)


def _post(row: sa.Row[*tuple[Any, ...]]) -> PostRow:
    area = None if row.area is None else area_numbered(row.area)
    return PostRow(
        handle=row.handle,
        grant=row.grant_no,
        role=row.role,
        area=area,
        unit=row.unit,
        from_day=row.from_day,
        to_day=row.to_day,
        deputy_for=row.deputy_for,
    )


def _unit(row: sa.Row[*tuple[Any, ...]]) -> UnitRow:
    return UnitRow(
        code=row.code,
        name=row.name,
        name_en=row.name_en,
        kind=row.kind,
        area=area_numbered(row.area),
        parent=row.parent,
        from_day=row.from_day,
        to_day=row.to_day,
    )


_DAY = sa.bindparam("day", type_=sa.Date)
_UNIT = sa.bindparam("unit", type_=sa.Text)

# Each notice asks these; building them costs more than the answer.
_HOLDERS: Query = (
    sa.select(_roles)
    .where(
        _holds(_roles, _DAY),
        _roles.c.role == sa.bindparam("role", type_=sa.Text),
        sa.or_(
            _roles.c.area.is_(None), _roles.c.area.in_(sa.bindparam("reaching", expanding=True))
        ),
        sa.or_(_roles.c.unit.is_(None), _roles.c.unit == _UNIT),
    )
    # A lower area has the higher number among those on one path.
    .order_by(_AREA.desc(), _roles.c.handle, _roles.c.grant_no)
    .limit(sa.bindparam("most", type_=sa.Integer))
)
_UNIT_ON: Query = sa.select(_units).where(
    _units.c.code == sa.bindparam("code", type_=sa.Text), _holds(_units, _DAY)
)
