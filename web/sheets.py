"""Tables for spreadsheets: CSV that no spreadsheet takes for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime

from flask import Response

Cell = str | int | float | datetime | None
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def sheet(name: str, head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Response:
    """Give a CSV file; the byte order mark tells spreadsheets that it is UTF-8."""
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(head)
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    answer = Response("\ufeff" + written.getvalue(), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


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
