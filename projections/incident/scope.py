"""The scope of a question: an area and all below it, a period, a kind of matter, a unit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import sqlalchemy as sa

from domain.kernel.codes import GRID_DIGITS, AreaCode, Level, area_numbered
from projections.incident.shapes import day_of

Group = Literal["unit", "category", "class", "district", "street", "community"]
_COMPONENT = "c"
_LEVELS = {"district": Level.DISTRICT, "street": Level.STREET, "community": Level.COMMUNITY}
_DIGITS = {Level.DISTRICT: 6, Level.STREET: 9, Level.COMMUNITY: 12}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """None means all; ``category`` is a beginning, the days are both included."""

    area: AreaCode | None = None
    first: date | None = None
    last: date | None = None
    category: str | None = None
    nature: Literal["event", "component"] | None = None
    unit: str | None = None


def conditions(table: sa.Table, scope: Scope) -> list[sa.ColumnElement[bool]]:
    """Say a scope in the columns ``area, day, category, unit`` of a table."""
    found: list[sa.ColumnElement[bool]] = []
    if scope.area is not None:
        found.append(table.c.area.between(*scope.area.span))
    if scope.first is not None:
        found.append(table.c.day >= day_of(scope.first))
    if scope.last is not None:
        found.append(table.c.day <= day_of(scope.last))
    if scope.category is not None:
        found.append(begins_with(table.c.category, scope.category))
    if scope.nature is not None:
        component = begins_with(table.c.category, _COMPONENT)
        found.append(component if scope.nature == "component" else ~component)
    if scope.unit is not None:
        found.append(table.c.unit == scope.unit)
    return found


def begins_with(column: sa.Column[Any], text: str) -> sa.ColumnElement[bool]:
    """Compare the beginning letter by letter: LIKE is blind to case on SQLite."""
    return sa.func.substr(column, 1, len(text)) == text


def grouping(table: sa.Table, by: Group) -> sa.ColumnElement[Any]:
    """Say what rows are grouped by; areas are cut to the level."""
    if by in _LEVELS:
        cut = 10 ** (GRID_DIGITS - _DIGITS[_LEVELS[by]])
        return sa.type_coerce(table.c.area - table.c.area % cut, sa.BigInteger)
    if by == "class":
        # "c01-02" and "01-02" belong to the classes "c01" and "01"
        letters = sa.case((begins_with(table.c.category, _COMPONENT), 3), else_=2)
        return sa.func.substr(table.c.category, 1, letters)
    return sa.func.coalesce(table.c[by], "")


def group_word(by: Group | None, value: object) -> str | None:
    """Give a group as pages write it: an area by its code."""
    if by is None:
        return None
    return str(area_numbered(int(str(value)))) if by in _LEVELS else str(value)
