"""A list of dated changes: ``code,change,name_2021,name_2023``, and perhaps more columns.

The last ``name…`` column is the name from now on, an earlier one the name until now, by which a
wrong row is noticed. ``change`` is added, renamed, moved, merged or closed; moved and merged need
``to_code``; ``from_day`` overrides the day of the whole list, ``kind`` what the digits say.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeAlias

from domain.area.standing import StandingArea, Tree
from domain.kernel.codes import AreaCode, Level
from domain.kernel.moments import usable_day
from domain.kernel.refusals import Refused
from workflows.area.commands import (
    AddArea,
    AreaOrder,
    CloseArea,
    MergeArea,
    MoveArea,
    RenameArea,
)
from workflows.area.plan import ImportPlan
from workflows.sheets import BadRow, Sheet, SheetRow, read_sheet

# The 7th digit of a street's code and the 10th of a community's say what it is.
_STREET_KINDS = {"0": "subdistrict", "1": "town", "2": "township", "4": "functional_zone"}
_STREET_KINDS |= {"3": "township", "5": "functional_zone"}
_COMMUNITY_KINDS = {"0": "residents_committee", "2": "villagers_committee"}

Orders: TypeAlias = tuple[AreaOrder, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Change:
    code: AreaCode
    day: date
    name: str
    old_name: str
    kind: str
    to_code: str


class _BadRow(Exception):
    """A sentence that says what is wrong with the row at hand."""


def plan_changes(data: bytes, tree: Tree, day: date) -> ImportPlan:
    """Compare a list of changes with the tree; what holds already is unchanged."""
    sheet = read_sheet(data, needed=("code", "change"))
    standing = dict(tree)
    orders: list[AreaOrder] = []
    bad: list[BadRow] = list(sheet.bad)
    unchanged = 0
    for row in sheet.rows:
        try:
            found = _orders(_change(row, sheet, day), row.cells["change"], standing)
        except _BadRow as error:
            bad.append(row.bad(str(error)))
            continue
        unchanged += not found
        orders += found
        _note(found, standing)
    return ImportPlan(day=day, orders=tuple(orders), unchanged=unchanged, bad=tuple(bad))


def kind_by_digits(code: AreaCode) -> str:
    """Tell what a division is by its code.

    >>> kind_by_digits(AreaCode("120119203000"))
    'township'
    """
    match code.level:
        case Level.STREET:
            return _STREET_KINDS.get(code[6], "subdistrict")
        case Level.COMMUNITY:
            return _COMMUNITY_KINDS.get(code[9], "statistical_unit")
        case _:
            return code.level.word


def _change(row: SheetRow, sheet: Sheet, day: date) -> _Change:
    names = [column for column in sheet.columns if column.startswith("name")]
    try:
        code = AreaCode(row.cells["code"])
        if given := row.cells.get("from_day"):
            day = usable_day(date.fromisoformat(given))
    except Refused as refusal:
        raise _BadRow(refusal.reason) from None
    except ValueError:
        raise _BadRow(f"'{given}' is no day; write it as 2023-07-01.") from None
    return _Change(
        code=code,
        day=day,
        name=row.cells[names[-1]] if names else "",
        old_name=row.cells[names[0]] if len(names) > 1 else "",
        kind=row.cells.get("kind") or kind_by_digits(code),
        to_code=row.cells.get("to_code", ""),
    )


def _orders(change: _Change, word: str, standing: Tree) -> Orders:
    if word not in _CHANGES:
        raise _BadRow(f"'{word}' is no change; use one of: {', '.join(_CHANGES)}.")
    return _CHANGES[word](change, standing)


def _added(change: _Change, standing: Tree) -> Orders:
    code, name = change.code, _name(change)
    if area := standing.get(code):
        if area.name == name:
            return ()
        raise _BadRow(f"{code} stands already and is called {area.name}, not {name}.")
    if code.parent is not None and code.parent not in standing:
        raise _BadRow(f"{code} lies in {code.parent}, which stands nowhere.")
    return (AddArea(code=code, name=name, kind=change.kind, from_day=change.day),)


def _renamed(change: _Change, standing: Tree) -> Orders:
    area, name = _standing(change, standing), _name(change)
    if area.name == name:
        return ()
    if change.old_name not in {"", area.name}:
        raise _BadRow(f"{area.code} is called {area.name}, not {change.old_name}.")
    return (RenameArea(code=area.code, name=name, from_day=change.day),)


def _moved(change: _Change, standing: Tree) -> Orders:
    if change.code not in standing:
        return ()
    area = _childless(change, standing)
    to_code = _to_code(change)
    move = MoveArea(code=area.code, to_code=to_code, from_day=change.day)
    if to_code in standing:
        return (move,)
    if to_code.parent not in standing:
        raise _BadRow(f"{to_code} lies in {to_code.parent}, which stands nowhere.")
    successor = AddArea(
        code=to_code,
        name=change.name or area.name,
        name_en=area.name_en,
        kind=area.kind,
        from_day=change.day,
        predecessor=area.code,
    )
    return (successor, move)


def _merged(change: _Change, standing: Tree) -> Orders:
    if change.code not in standing:
        return ()
    area, into_code = _childless(change, standing), _to_code(change)
    if into_code not in standing:
        raise _BadRow(f"{into_code} stands nowhere, so {area.code} cannot become part of it.")
    return (MergeArea(code=area.code, into_code=into_code, from_day=change.day),)


def _closed(change: _Change, standing: Tree) -> Orders:
    if change.code not in standing:
        return ()
    return (CloseArea(code=_childless(change, standing).code, from_day=change.day),)


_CHANGES: dict[str, Callable[[_Change, Tree], Orders]] = {
    "added": _added,
    "renamed": _renamed,
    "moved": _moved,
    "merged": _merged,
    "closed": _closed,
}


def _name(change: _Change) -> str:
    if not change.name:
        raise _BadRow(f"{change.code} is given no name.")
    return change.name


def _standing(change: _Change, standing: Tree) -> StandingArea:
    if change.code not in standing:
        raise _BadRow(f"{change.code} does not stand on {change.day}.")
    return standing[change.code]


def _childless(change: _Change, standing: Tree) -> StandingArea:
    below = sum(change.code.covers(code) for code in standing) - 1
    if below:
        raise _BadRow(f"{below} areas stand below {change.code}; end or move them first.")
    return standing[change.code]


def _to_code(change: _Change) -> AreaCode:
    try:
        return AreaCode(change.to_code)
    except Refused:
        reason = f"'{change.to_code}' in to_code names no area that could take over {change.code}."
        raise _BadRow(reason) from None


def _note(orders: Orders, standing: dict[AreaCode, StandingArea]) -> None:
    """Let the rows that follow see what these change."""
    for order in orders:
        match order:
            case AddArea(code=code, name=name, kind=kind):
                standing[code] = StandingArea(code=code, name=name, kind=kind)
            case MoveArea(code=code) | MergeArea(code=code) | CloseArea(code=code):
                standing.pop(code, None)
            case RenameArea(code=code, name=name):
                standing[code] = replace(standing[code], name=name)
