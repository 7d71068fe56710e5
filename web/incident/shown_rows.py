"""Lines of lists, with names of people only for those whom the table of access shows them to."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from domain.access.deciding import decide
from domain.access.relation import relation_of_matter
from web.access import BOARD, MEASURES, viewer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.access.table import Field
    from domain.kernel.codes import AreaCode
    from projections.incident.board import BoardPage, BoardRow
    from projections.incident.requests import RequestRow


def board_for_viewer(page: BoardPage) -> BoardPage:
    """Give a page of the board without handlers and places that are kept from this reader."""
    return page._replace(rows=[_board_row(row) for row in page.rows])


def requests_for_viewer(rows: Sequence[RequestRow]) -> list[RequestRow]:
    """Give lines of the ledger of requests without names that are kept from this reader."""
    return [
        row
        if "people" in _fields(MEASURES, row.area, row.unit, owned=False, ended=False)
        else replace(row, asked_by=_own(row.asked_by) or "", decided_by=_own(row.decided_by))
        for row in rows
    ]


def _board_row(row: BoardRow) -> BoardRow:
    owned = row.unit in viewer().units or row.handler == viewer().handle
    fields = _fields(BOARD, row.area, row.unit, owned=owned, ended=not row.open)
    shown = row if "place" in fields else replace(row, lon_e6=None, lat_e6=None)
    return shown if "people" in fields else replace(shown, handler=_own(row.handler))


def _fields(
    action: str, area: AreaCode, unit: str | None, *, owned: bool, ended: bool
) -> frozenset[Field]:
    relation = relation_of_matter(viewer().seats, area, [unit] if unit else [])
    return decide(action, viewer().role, relation, owned=owned, ended=ended).fields


def _own(handle: str | None) -> str | None:
    return handle if handle == viewer().handle else None
