"""A sheet of reports: which column means what, and what is wrong with a row before it is tried."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from domain.kernel.codes import AreaCode
from domain.kernel.moments import in_utc
from domain.kernel.places import Place
from domain.kernel.refusals import Refused
from workflows.incident.contact import contact_of
from workflows.sheets import Sheet, SheetRow, read_sheet
from workflows.workbooks import is_workbook, read_workbook

MOST_ROWS = 500
MOST_BYTES = 1_000_000
LONGEST_WORDS = 2_000
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "number": ("number", "no", "编号", "序号"),
    "category": ("category", "类别"),
    "area": ("area", "区域", "网格", "区划"),
    "lon": ("lon", "long", "longitude", "经度"),
    "lat": ("lat", "latitude", "纬度"),
    "words": ("words", "description", "内容", "描述"),
    "source": ("source", "来源"),
    "happened_at": ("happened_at", "time", "时间"),
    "name": ("name", "caller", "姓名"),
    "phone": ("phone", "电话"),
    "callback": ("callback", "回电"),
}
"""Each column, and the words that may stand for it in the first line."""
SOURCES = ("grid-member", "public", "hotline", "video", "media", "superior", "device")
_MICRO = 1_000_000
_NUMBER = re.compile(r"[A-Za-z0-9_.:-]{1,60}", re.ASCII)
_DEGREES = re.compile(r"-?[0-9]{1,3}(?:\.[0-9]{1,15})?", re.ASCII)
_UNKEPT = re.compile("[\0\ud800-\udfff\ufffd]")


class UnfitError(Exception):
    """A cell that makes its row unfit: the column, and a sentence."""

    def __init__(self, column: str, reason: str) -> None:
        super().__init__(reason)
        self.column = column
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetReport:
    """One row, read: a matter with the number it has in its list."""

    row: int
    number: str
    category: str
    source: str
    area: AreaCode | None
    place: Place | None
    words: str | None
    contact: str | None
    happened_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What is wrong in a row: where, by which code, and a sentence that says what to do."""

    row: int
    column: str
    code: str
    reason: str


def read_reports(data: bytes, zone: ZoneInfo) -> Iterator[SheetReport | Finding]:
    """Read a CSV or a workbook, row by row in its order.

    Refuses the whole file where it is too large, unreadable, or its columns are not known.
    """
    if len(data) > MOST_BYTES:
        reason = f"A sheet has at most {MOST_BYTES // 1_000_000} MB. Send it in several."
        raise Refused("sheet-too-large", reason)
    sheet = _renamed(_read(data))
    if len(sheet.rows) + len(sheet.bad) > MOST_ROWS:
        reason = f"A sheet has at most {MOST_ROWS} rows. Send it in several."
        raise Refused("sheet-too-large", reason)
    for bad in sheet.bad:
        row = int(bad.where.removeprefix("line "))
        yield Finding(row=row, column="", code="row-unreadable", reason=bad.reason)
    yield from _told(sheet, zone)


def _read(data: bytes) -> Sheet:
    return read_workbook(data, most_rows=MOST_ROWS) if is_workbook(data) else read_sheet(data)


def _told(sheet: Sheet, zone: ZoneInfo) -> Iterator[SheetReport | Finding]:
    seen: dict[str, int] = {}
    for row in sheet.rows:
        try:
            report = _report(row, zone)
            _must_be_first(report, seen)
            yield report
        except UnfitError as unfit:
            yield Finding(row=row.line, column=unfit.column, code="cell-unfit", reason=unfit.reason)


def _must_be_first(report: SheetReport, seen: dict[str, int]) -> None:
    if (before := seen.setdefault(report.number, report.row)) != report.row:
        reason = f"Row {before} has this number too. Give each row its own."
        raise UnfitError("number", reason)


def _renamed(sheet: Sheet) -> Sheet:
    """Name the columns as we do; refuses ``unknown-columns`` and ``missing-columns``."""
    ours = {word: name for name, words in COLUMNS.items() for word in words}
    unknown = [column[:40] for column in sheet.columns if column not in ours]
    if unknown:
        reason = f"These columns are not known: {', '.join(unknown)}. Known: {', '.join(COLUMNS)}."
        raise Refused("unknown-columns", reason, unknown=unknown)
    columns = tuple(ours[column] for column in sheet.columns)
    missing = [name for name in ("number", "category") if name not in columns]
    if missing or len(set(columns)) < len(columns):
        reason = f"The first line names each column once, and: {', '.join(missing) or 'no more'}."
        raise Refused("missing-columns", reason, missing=missing)
    rows = tuple(
        SheetRow(line=row.line, cells={ours[name]: text for name, text in row.cells.items()})
        for row in sheet.rows
    )
    return Sheet(columns=columns, rows=rows, bad=sheet.bad)


def _report(row: SheetRow, zone: ZoneInfo) -> SheetReport:
    cells = row.cells
    for column, text in cells.items():
        if _UNKEPT.search(text) or len(text) > LONGEST_WORDS:
            reason = f"Write at most {LONGEST_WORDS} characters, and none that are broken."
            raise UnfitError(column, reason)
    return SheetReport(
        row=row.line,
        number=_number(cells["number"]),
        category=_given(cells, "category"),
        source=_source(cells.get("source", "")),
        area=_area(cells.get("area", "")),
        place=_place(cells),
        words=cells.get("words") or None,
        contact=_contact(cells),
        happened_at=_time(cells.get("happened_at", ""), zone),
    )


def _number(text: str) -> str:
    if not _NUMBER.fullmatch(text):
        reason = "Give each row a number of its own: 1 to 60 letters, digits and _.:- of ASCII."
        raise UnfitError("number", reason)
    return text


def _given(cells: Mapping[str, str], name: str) -> str:
    if not cells[name]:
        raise UnfitError(name, "This cell is empty. Fill it in.")
    return cells[name]


def _source(text: str) -> str:
    if text and text not in SOURCES:
        raise UnfitError("source", f"Write one of: {', '.join(SOURCES)}.")
    return text or "public"


def _area(text: str) -> AreaCode | None:
    try:
        return AreaCode(text) if text else None
    except Refused as refusal:
        raise UnfitError("area", refusal.reason) from None


def _place(cells: Mapping[str, str]) -> Place | None:
    lon, lat = cells.get("lon", ""), cells.get("lat", "")
    if not lon and not lat:
        if not cells.get("area"):
            raise UnfitError("area", "Say where it is: the code of an area, or lon and lat.")
        return None
    found = []
    for name, text, bound in (("lon", lon, 180), ("lat", lat, 90)):
        if not _DEGREES.fullmatch(text) or abs(float(text)) > bound:
            raise UnfitError(name, "Write degrees of WGS 84, such as 39.1005.")
        found.append(round(float(text) * _MICRO))
    return Place(lon_e6=found[0], lat_e6=found[1])


def _contact(cells: Mapping[str, str]) -> str | None:
    given = {name: cells.get(name, "") for name in ("name", "phone", "callback")}
    try:
        return contact_of(**given)
    except Refused as refusal:
        raise UnfitError("name", refusal.reason) from None


def _time(text: str, zone: ZoneInfo) -> datetime | None:
    """Read a time; one without an offset is that of the city."""
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text.replace("/", "-"))
    except ValueError:
        reason = "Write the time as 2026-11-16 09:30; it is that of the city."
        raise UnfitError("happened_at", reason) from None
    try:
        return in_utc(found if found.tzinfo else found.replace(tzinfo=zone))
    except Refused as refusal:
        raise UnfitError("happened_at", refusal.reason) from None
