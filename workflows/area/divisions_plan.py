"""What a sheet of divisions would change in the tree of a day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from domain.area.area import Area, area_id
from domain.area.standing import StandingArea, Tree
from domain.kernel.codes import AreaCode, Level
from ledger.ledger import Records
from workflows.area.commands import AddArea, AreaOrder, CloseArea, MoveArea, RenameArea
from workflows.area.divisions import Division, DivisionSheet
from workflows.area.plan import ImportPlan
from workflows.sheets import BadRow


def tree_of(records: Records, codes: Iterable[AreaCode], day: date) -> dict[AreaCode, StandingArea]:
    """Read the given areas and all above them straight from their records."""
    wanted = {above for code in codes for above in code.path}
    stood = (records.load(Area, area_id(code)).on(day) for code in sorted(wanted))
    return {area.code: area for area in stood if area is not None}


def plan_import(
    sheet: DivisionSheet, tree: Tree, day: date, *, complete: bool = False
) -> ImportPlan:
    """Compare a sheet with the tree of a day; plan again after applying and nothing is left.

    A complete sheet also ends what it does not hold, grids below included, unless it has bad rows:
    one of those may be what seems gone. A division that is gone and a single new one of the same
    level, kind and name are one that moved.
    """
    divisions, orphans = _with_parents(sheet.divisions, tree)
    bad = (*sheet.bad, *orphans)
    complete = complete and not bad
    gone = [
        area
        for code, area in sorted(tree.items())
        if code.level is not Level.GRID and code not in divisions
    ]
    new = [division for code, division in divisions.items() if code not in tree]
    moves = _moves(gone, new) if complete else {}
    predecessors = {to_code: code for code, to_code in moves.items()}
    orders: list[AreaOrder] = [_added(one, day, predecessors.get(one.code)) for one in new]
    renamed = [
        order
        for code, area in tree.items()
        if code in divisions and (order := _renamed(divisions[code], area, day)) is not None
    ]
    orders += sorted(renamed, key=lambda order: order.code)
    orders += _ended([area.code for area in gone], moves, tree, day) if complete else ()
    return ImportPlan(
        day=day,
        orders=tuple(orders),
        unchanged=len(divisions) - len(new) - len(renamed),
        bad=bad,
        notes=sheet.notes,
        missing=() if complete else tuple(area.code for area in gone),
    )


def _with_parents(
    divisions: Mapping[AreaCode, Division], tree: Tree
) -> tuple[dict[AreaCode, Division], list[BadRow]]:
    """Leave out what has no parent; divisions come from the top down, so what is below goes too."""
    kept: dict[AreaCode, Division] = {}
    bad: list[BadRow] = []
    for code, division in divisions.items():
        parent = code.parent
        if parent is None or parent in kept or parent in tree:
            kept[code] = division
        else:
            bad.append(division.bad(f"{code} lies in {parent}, which stands nowhere."))
    return kept, bad


def _added(division: Division, day: date, predecessor: AreaCode | None) -> AddArea:
    return AddArea(
        code=division.code,
        name=division.name,
        name_en=division.name_en,
        kind=division.kind,
        from_day=day,
        predecessor=predecessor,
    )


def _renamed(division: Division, area: StandingArea, day: date) -> RenameArea | None:
    wanted = (division.name, division.name_en or area.name_en, division.kind)
    if wanted == (area.name, area.name_en, area.kind):
        return None
    return RenameArea(
        code=area.code,
        name=division.name,
        name_en=division.name_en,
        kind=division.kind,
        from_day=day,
    )


def _moves(gone: list[StandingArea], new: list[Division]) -> dict[AreaCode, AreaCode]:
    """Pair what is gone with what is new, below moved parents first by name, else if unique."""
    old_keys = Counter(_key(area) for area in gone)
    new_keys = Counter(_key(division) for division in new)
    by_key = {_key(division): division.code for division in new}
    by_place = {(one.code.parent, one.code.level, one.name): one.code for one in new}
    moves: dict[AreaCode, AreaCode] = {}
    for area in sorted(gone, key=lambda area: (area.code.level, area.code)):
        key, parent = _key(area), area.code.parent
        to_code = None
        if parent in moves:
            to_code = by_place.get((moves[parent], area.code.level, area.name))
        elif old_keys[key] == new_keys[key] == 1:
            to_code = by_key[key]
        if to_code is not None and to_code not in moves.values():
            moves[area.code] = to_code
    return moves


def _key(area: StandingArea | Division) -> tuple[Level, str, str]:
    return area.code.level, area.kind, area.name


def _ended(
    gone: list[AreaCode], moves: Mapping[AreaCode, AreaCode], tree: Tree, day: date
) -> Iterator[AreaOrder]:
    """End from the bottom up; the grids of a moved community move with it."""
    ending = set(gone)
    grids = [code for code in tree if code.level is Level.GRID and code.parent in ending]
    for code in sorted([*gone, *grids], key=lambda code: (-code.level, code)):
        parent = code.parent
        to_code = moves.get(code)
        if code.level is Level.GRID and parent is not None and parent in moves:
            to_code = AreaCode(moves[parent] + code[12:])
            yield _grid_follows(tree[code], to_code, day)
        if to_code is None:
            yield CloseArea(code=code, from_day=day)
        else:
            yield MoveArea(code=code, to_code=to_code, from_day=day)


def _grid_follows(grid: StandingArea, to_code: AreaCode, day: date) -> AddArea:
    return AddArea(
        code=to_code,
        name=grid.name,
        name_en=grid.name_en,
        kind=grid.kind,
        from_day=day,
        predecessor=grid.code,
    )
