"""Reading a sheet (CSV) that somebody else made: any usual encoding, bad rows named by line."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.kernel.refusals import Refused

Cell = str | int | float | datetime | None
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_DAMAGED = "\N{REPLACEMENT CHARACTER}"


@dataclass(frozen=True, slots=True, kw_only=True)
class BadRow:
    """A row that was left out: ``where`` is ``line 7`` or ``feature 3``, ``reason`` a sentence."""

    where: str
    reason: str

    def __str__(self) -> str:
        """Give the sentence of the report."""
        return f"{self.where}: {self.reason}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetRow:
    """One row by column name, trimmed; ``line`` is where it begins in the file."""

    line: int
    cells: Mapping[str, str]

    def bad(self, reason: str) -> BadRow:
        """Say what is wrong with it."""
        return BadRow(where=f"line {self.line}", reason=reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The rows that could be read, and those that could not."""

    columns: tuple[str, ...]
    rows: tuple[SheetRow, ...]
    bad: tuple[BadRow, ...]


def read_sheet(data: bytes, *, needed: Sequence[str] = ()) -> Sheet:
    """Read a CSV; refuses ``empty-file``, ``missing-columns`` and ``unreadable-file``."""
    lines = _numbered(_text(data))
    _, first = next(lines, (1, []))
    columns = tuple(cell.strip().lower() for cell in first)
    _must_have(columns, needed)
    rows: list[SheetRow] = []
    bad: list[BadRow] = []
    for line, cells in lines:
        named = dict(zip(columns, map(str.strip, cells), strict=False))
        row = SheetRow(line=line, cells=named)
        if not any(named.values()):
            continue
        if len(cells) != len(columns):
            bad.append(row.bad(f"It has {len(cells)} cells where {len(columns)} are expected."))
        elif any(_DAMAGED in cell for cell in cells):
            bad.append(row.bad("It holds bytes that are no UTF-8; save the file as UTF-8 again."))
        else:
            rows.append(row)
    return Sheet(columns=columns, rows=tuple(rows), bad=tuple(bad))


def harmless(cell: Cell) -> str | int | float:
    """Put an apostrophe before what a spreadsheet would compute.

    >>> harmless("=1+1"), harmless("road"), harmless(-3), harmless(None)
    ("'=1+1", 'road', -3, '')
    """
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.isoformat()
    if isinstance(cell, int | float):
        return cell
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _numbered(text: str) -> Iterator[tuple[int, list[str]]]:
    """Give each row with the line it begins on; a quoted cell may go over several lines."""
    lines = csv.reader(io.StringIO(text, newline=""))
    begins = 1
    try:
        for cells in lines:
            yield begins, cells
            begins = lines.line_num + 1
    except csv.Error as error:
        reason = f"Line {begins} is no CSV: {error}."
        raise Refused("unreadable-file", reason, line=begins) from None


def _must_have(columns: Sequence[str], needed: Sequence[str]) -> None:
    if not any(columns):
        raise Refused("empty-file", "The file is empty; its first line names the columns.")
    missing = [column for column in needed if column not in columns]
    if missing:
        reason = f"The first line does not name: {', '.join(missing)}."
        raise Refused("missing-columns", reason, missing=missing, found=list(columns)[:40])


def _text(data: bytes) -> str:
    """Decode UTF-8, UTF-16 with its mark, or GB18030; a UTF-8 file may have damaged lines."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    if _mostly_utf8(data):
        return data.decode("utf-8-sig", errors="replace")
    try:
        return data.decode("gb18030")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        reason = f"Line {line} is neither UTF-8 nor GB18030; save the file as UTF-8 (CSV)."
        raise Refused("unreadable-file", reason, line=line) from None


def _mostly_utf8(data: bytes) -> bool:
    whole = damaged = 0
    for line in data.splitlines():
        if line.isascii():
            continue
        try:
            line.decode("utf-8")
            whole += 1
        except UnicodeDecodeError:
            damaged += 1
    return whole > damaged
