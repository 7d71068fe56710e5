"""Reading a workbook (.xlsx) that somebody else made, as a sheet of texts; nothing in it runs."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from datetime import date, datetime
from zipfile import BadZipFile, ZipFile

from domain.kernel.refusals import Refused
from workflows.sheets import BadRow, Sheet, SheetRow

ZIP, OLD_OFFICE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
MOST_UNPACKED = 16 * 1024 * 1024
"""Bytes of all parts of a workbook together: a bomb says so in its own list of contents."""
MOST_PARTS = 200
MOST_COLUMNS = 40
_MACROS = ("vbaproject", "macrosheets/", "activex", "embeddings/", "dialogsheets/")


def is_workbook(data: bytes) -> bool:
    """Tell whether the first bytes are those of a workbook, new or old."""
    return data.startswith((ZIP, OLD_OFFICE))


def read_workbook(data: bytes, *, most_rows: int) -> Sheet:
    """Read the first sheet; a formula is the text of it, never its result.

    Refuses ``unreadable-file``, ``sheet-with-macros``, ``sheet-too-large`` and ``empty-file``.
    """
    _must_be_harmless(data)
    rows = _rows(data, most_rows=most_rows + 2)
    _, first = next(rows, (1, ()))
    columns = tuple(cell.lower() for cell in first)
    while columns and not columns[-1]:
        columns = columns[:-1]
    if not columns:
        raise Refused("empty-file", "The file is empty; its first line names the columns.")
    good: list[SheetRow] = []
    bad: list[BadRow] = []
    for line, cells in rows:
        row = SheetRow(line=line, cells=dict(zip(columns, cells, strict=False)))
        if any(cells[len(columns) :]):
            bad.append(row.bad("It has a cell to the right of the last column that has a name."))
        elif any(cells):
            good.append(row)
    return Sheet(columns=columns, rows=tuple(good), bad=tuple(bad))


def _must_be_harmless(data: bytes) -> None:
    if data.startswith(OLD_OFFICE):
        reason = "This workbook is of the old kind (.xls), or locked. Save it as .xlsx or CSV."
        raise Refused("unreadable-file", reason)
    try:
        with ZipFile(io.BytesIO(data)) as parts:
            found = parts.infolist()
    # The last is zipfile's own, for an archive that wants a newer kind of unpacking.
    except (BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise _unreadable() from error
    # zipfile gives no more of a part than the list of contents says it has.
    if len(found) > MOST_PARTS or sum(part.file_size for part in found) > MOST_UNPACKED:
        reason = "Unpacked, this workbook is too large. Save the one sheet as CSV and send that."
        raise Refused("sheet-too-large", reason)
    if any(word in part.filename.lower() for part in found for word in _MACROS):
        reason = "This workbook has macros or embedded objects. Save it as .xlsx without, or CSV."
        raise Refused("sheet-with-macros", reason)


def _rows(data: bytes, *, most_rows: int) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Give the rows of the first sheet, cut off after ``most_rows``."""
    # Only who sends a workbook waits for its reader to be loaded.
    from openpyxl import load_workbook  # noqa: PLC0415

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of extensions that it leaves out
        try:
            book = load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
            sheet = book.worksheets[0]
            sheet.reset_dimensions()  # what a file says of its own size is not believed
            found = sheet.iter_rows(max_row=most_rows, max_col=MOST_COLUMNS, values_only=True)
            told = [tuple(map(_text, cells)) for cells in found]
        except Exception as error:  # a damaged or hostile file breaks a reader in any way
            raise _unreadable() from error
    yield from enumerate(told, start=1)


def _text(value: object) -> str:
    """Write a cell as CSV would have it.

    >>> [_text(one) for one in (None, 17.0, 0.5, "=1+1", datetime(2026, 11, 16, 9, 0))]
    ['', '17', '0.5', '=1+1', '2026-11-16T09:00:00']
    """
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case float():
            return str(int(value)) if value.is_integer() else str(value)
        case datetime() | date():
            return value.isoformat()
        case str() | int():
            return str(value).strip()
        case _:  # the formula of several cells at once
            return str(getattr(value, "text", None) or value)


def _unreadable() -> Refused:
    reason = "This is no workbook that can be read. Save it as .xlsx or CSV again and send that."
    return Refused("unreadable-file", reason)
