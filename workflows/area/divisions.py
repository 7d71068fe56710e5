"""The sheet of official divisions: what it says, and what would change if it held from a day on.

Columns: ``code,name,level,parent_code,governance_level,kind`` and perhaps ``name_en``. The
statistical level between city and district (市辖区) is no level of governance and is passed over.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from domain.kernel.codes import AreaCode, Level
from domain.kernel.refusals import Refused
from workflows.sheets import BadRow, SheetRow, read_sheet

COLUMNS = ("code", "name", "level", "parent_code", "governance_level", "kind")
STATISTICAL_GROUP = "statistical_group"


@dataclass(frozen=True, slots=True, kw_only=True)
class Division:
    """One official division as a row of the sheet gives it."""

    line: int
    code: AreaCode
    name: str
    kind: str
    name_en: str | None = None

    def bad(self, reason: str) -> BadRow:
        """Say what is wrong with its row."""
        return BadRow(where=f"line {self.line}", reason=reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class DivisionSheet:
    """The divisions of a sheet by code, from the top down."""

    divisions: Mapping[AreaCode, Division]
    bad: tuple[BadRow, ...] = ()
    notes: tuple[str, ...] = ()


class _BadRow(Exception):
    """A sentence that says what is wrong with the row at hand."""


def read_divisions(data: bytes) -> DivisionSheet:
    """Read a sheet of divisions; refuses what ``read_sheet`` refuses, names bad rows by line."""
    sheet = read_sheet(data, needed=COLUMNS)
    groups = {row.cells["code"]: row for row in sheet.rows if _is_group(row)}
    found: dict[AreaCode, Division] = {}
    bad = list(sheet.bad)
    for row in sheet.rows:
        if _is_group(row):
            continue
        try:
            division = _division(row, groups)
            _must_be_new(division, found)
        except _BadRow as error:
            bad.append(row.bad(str(error)))
        else:
            found[division.code] = division
    return DivisionSheet(
        divisions=dict(sorted(found.items(), key=lambda pair: (pair[0].level, pair[0]))),
        bad=tuple(bad),
        notes=tuple(
            f"line {row.line}: {code} {row.cells['name']} is a statistical group, not a level of "
            "governance; passed over"
            for code, row in groups.items()
        ),
    )


def _is_group(row: SheetRow) -> bool:
    return row.cells["kind"] == STATISTICAL_GROUP and not row.cells["governance_level"]


def _division(row: SheetRow, groups: Mapping[str, SheetRow]) -> Division:
    cells = row.cells
    try:
        code = AreaCode(cells["code"])
        level = Level.named(cells["governance_level"])
    except Refused as refusal:
        raise _BadRow(refusal.reason) from None
    if level is not code.level:
        reason = f"{code} is a {code.level.word} by its digits, but the row says {level.word}."
        raise _BadRow(reason)
    if not cells["name"] or not cells["kind"]:
        raise _BadRow(f"{code} has no name or no kind.")
    parent = cells["parent_code"]
    if parent not in groups and parent != (code.parent or ""):
        reason = f"{code} lies in {code.parent} by its digits, but the row says '{parent}'."
        raise _BadRow(reason)
    name_en = cells.get("name_en") or None
    return Division(
        line=row.line, code=code, name=cells["name"], name_en=name_en, kind=cells["kind"]
    )


def _must_be_new(division: Division, found: Mapping[AreaCode, Division]) -> None:
    if earlier := found.get(division.code):
        raise _BadRow(f"{division.code} stands on line {earlier.line} already.")
