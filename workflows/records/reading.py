"""Reading a city's file: every row becomes a record, a repeat, or a finding."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from pathlib import Path

from domain.kernel.codes import AreaCode
from domain.kernel.places import Place
from workflows.records.findings import CLOSING_LEFT_OUT, CONFLICTING, REJECTED, Finding, Tally
from workflows.records.mapping import CLOSE, MERGE, OPEN, MappedUnit, Mapping, code_of, same
from workflows.records.record import CityRecord, Closing
from workflows.records.sheet import DAMAGED, Header, Row, header_of, opened
from workflows.records.times import BadTime

LONGEST_CASE = 100
_E6 = 1_000_000


class _Unusable(Exception):
    """A row that cannot be imported: the reason's name, and its sentence."""

    def __init__(self, why: str, reason: str) -> None:
        super().__init__(reason)
        self.why, self.reason = why, reason


@dataclass(slots=True)
class Records:
    """The records of a file by their case id, and all that was noticed."""

    by_case: dict[str, CityRecord] = field(default_factory=dict)
    units: dict[str, MappedUnit] = field(default_factory=dict)
    absent: tuple[str, ...] = ()
    tally: Tally = field(default_factory=Tally)

    @property
    def last_at(self) -> datetime | None:
        """The last time at which anything happened."""
        ends = (one.closing.at if one.closing else one.opened_at for one in self.by_case.values())
        return max(ends, default=None)


def read_records(
    path: Path, mapping: Mapping, *, now: datetime, progress: Callable[[int], None] | None = None
) -> Records:
    """Read a whole file; what has not happened by ``now`` is not believed."""
    with opened(path) as rows:
        header = header_of(next(rows), mapping)
        reading = _Reading(mapping, header, now)
        for row in rows:
            reading.take(row)
            if progress is not None:
                progress(row.last_line)
    return reading.records


class _Reading:
    """Takes row after row; the file's first telling of a case is the one that counts."""

    def __init__(self, mapping: Mapping, header: Header, now: datetime) -> None:
        self.records = Records(absent=header.absent)
        self._mapping, self._header, self._now = mapping, header, now
        self._areas = mapping.area_codes()
        midnight = datetime.combine(mapping.since, time(), mapping.times.zone)
        self._since = midnight.astimezone(UTC)

    def take(self, row: Row) -> None:
        tally = self.records.tally
        tally.rows += 1
        left_out: list[Finding] = []
        noticed = Tally()
        try:
            record, unit = self._record(row, left_out, noticed)
        except _Unusable as unusable:
            tally.findings.append(self._finding(row, REJECTED, unusable.why, unusable.reason))
            return
        known = self.records.by_case.get(record.case)
        if known is None:
            self._keep(record, unit, left_out, noticed)
        elif known == record:
            tally.repeated += 1
        else:
            reason = f"Line {known.line} tells case {record.case} otherwise; that one counts."
            finding = self._finding(row, CONFLICTING, "told-otherwise", reason)
            tally.findings.append(finding)

    def _keep(
        self, record: CityRecord, unit: MappedUnit | None, left_out: list[Finding], noticed: Tally
    ) -> None:
        self.records.by_case[record.case] = record
        if unit is not None:
            self.records.units[unit.code] = unit
        tally = self.records.tally
        tally.findings += left_out
        tally.due_before_opened += noticed.due_before_opened
        tally.places_unreadable += noticed.places_unreadable
        tally.units_missing += noticed.units_missing
        tally.categories_missing += noticed.categories_missing
        tally.areas_unknown += noticed.areas_unknown
        tally.units_unlisted += noticed.units_unlisted
        tally.sources_unlisted += noticed.sources_unlisted

    def _record(
        self, row: Row, left_out: list[Finding], noticed: Tally
    ) -> tuple[CityRecord, MappedUnit | None]:
        cell = self._cells(row)
        opened_at = self._opened_at(cell["opened"])
        closing = self._closing(row, cell, opened_at, left_out)
        unit = self._unit(cell, noticed)
        due_at = self._time("due", cell["due"]) if cell.get("due") else None
        noticed.due_before_opened += due_at is not None and due_at < opened_at
        category = code_of(cell["category"])
        noticed.categories_missing += not category
        record = CityRecord(
            line=row.line,
            register=self._mapping.register,
            case=_case(cell["case"]),
            opened_at=opened_at,
            due_at=due_at,
            area=self._area(cell, noticed),
            category=category or "unstated",
            source=self._source(cell, noticed),
            unit=unit.code if unit else None,
            place=_place(cell, noticed),
            closing=closing,
        )
        return record, unit

    def _cells(self, row: Row) -> dict[str, str]:
        if row.broken is not None:
            raise _Unusable("no-csv", row.broken)
        if len(row.cells) != self._header.width:
            reason = f"It has {len(row.cells)} cells where {self._header.width} are expected."
            raise _Unusable("wrong-width", reason)
        cell = {field: row.cells[place].strip() for field, place in self._header.places.items()}
        damaged = next((field for field, text in cell.items() if DAMAGED in text), None)
        if damaged is not None and damaged != "outcome":
            raise _Unusable("not-utf-8", f"Its {damaged} holds bytes that are no UTF-8.")
        return cell

    def _opened_at(self, text: str) -> datetime:
        if not text:
            raise _Unusable("no-opening", "It does not say when the case was opened.")
        opened_at = self._time("opening", text)
        if opened_at < self._since:
            reason = f"It was opened on {text}, before the mapping's first day."
            raise _Unusable("too-early", f"{reason} Set an earlier 'since' to import it.")
        return self._happened("opening", opened_at, text)

    def _closing(
        self, row: Row, cell: dict[str, str], opened_at: datetime, left_out: list[Finding]
    ) -> Closing | None:
        state = self._state(cell)
        text = cell["closed"]
        closed_at = self._time("closing", text, not_before=opened_at) if text else None
        why, reason = _doubt(state, closed_at, opened_at)
        if why:
            left_out.append(self._finding(row, CLOSING_LEFT_OUT, why, reason))
        if closed_at is None or state == OPEN or why:
            return None
        self._happened("closing", closed_at, text)
        outcome = self._mapping.outcomes.code(cell.get("outcome", ""))
        step = state or CLOSE
        if step == CLOSE:
            step = self._mapping.outcomes.steps.get(outcome, CLOSE)
        if same(cell.get("duplicate", "")) in self._mapping.outcomes.marked:
            step = MERGE
        return Closing(at=closed_at, step=step, outcome=outcome)

    def _state(self, cell: dict[str, str]) -> str | None:
        status = cell.get("status", "")
        if not status:
            return None
        state = self._mapping.outcomes.state(status)
        if state is None:
            reason = f"Its status '{status[:40]}' is not in the mapping; add what it means there."
            raise _Unusable("unknown-status", reason)
        return state

    def _time(self, name: str, text: str, *, not_before: datetime | None = None) -> datetime:
        try:
            return self._mapping.times.read(text, not_before=not_before)
        except BadTime as bad:
            raise _Unusable("bad-time", f"Its {name} cannot be read: {bad}") from None

    def _happened(self, name: str, at: datetime, text: str) -> datetime:
        if at > self._now:
            raise _Unusable("not-yet", f"Its {name} on {text} has not come yet.")
        return at

    def _area(self, cell: dict[str, str], noticed: Tally) -> AreaCode:
        words = cell.get("area", "")
        found = self._areas.get(same(words))
        if found is not None:
            return found
        if "area" in cell and same(words) not in map(same, self._mapping.city.values):
            noticed.areas_unknown[words] += 1
        return self._mapping.city.code

    def _unit(self, cell: dict[str, str], noticed: Tally) -> MappedUnit | None:
        if "unit" not in cell:
            return None
        words = cell["unit"]
        unit = self._mapping.units.of(words) if words else None
        if unit is None:
            noticed.units_missing += 1
        elif same(words) not in self._mapping.units.listed:
            noticed.units_unlisted[words] += 1
        return unit

    def _source(self, cell: dict[str, str], noticed: Tally) -> str:
        words = cell.get("source", "")
        if words and same(words) not in self._mapping.sources:
            noticed.sources_unlisted[words] += 1
        return self._mapping.sources.get(same(words), "records")

    def _finding(self, row: Row, what: str, why: str, reason: str) -> Finding:
        place = self._header.places["case"]
        case = row.cells[place].strip()[:LONGEST_CASE] if place < len(row.cells) else ""
        return Finding(
            line=row.line, last_line=row.last_line, what=what, why=why, reason=reason, case=case
        )


def _case(text: str) -> str:
    if not text:
        raise _Unusable("no-case-id", "It has no case id.")
    if len(text) > LONGEST_CASE or not text.isprintable():
        reason = f"Its case id is longer than {LONGEST_CASE} characters or cannot be printed."
        raise _Unusable("bad-case-id", reason)
    return text


def _doubt(state: str | None, closed_at: datetime | None, opened_at: datetime) -> tuple[str, str]:
    """Say why a closing cannot be imported although the row tells of one; no time is made up."""
    if state == OPEN and closed_at is not None:
        reason = "Its status says open, yet it has a closing time; it is imported as open."
        return "open-with-closing", reason
    if state not in (None, OPEN) and closed_at is None:
        reason = "Its status says closed, but not when; it is imported as open."
        return "closed-without-time", reason
    if closed_at is not None and closed_at < opened_at:
        reason = "It was closed before it was opened; it is imported as open."
        return "closed-before-opened", reason
    return "", ""


def _place(cell: dict[str, str], noticed: Tally) -> Place | None:
    latitude, longitude = cell.get("latitude", ""), cell.get("longitude", "")
    if not latitude and not longitude:
        return None
    try:
        place = Place(lon_e6=round(float(longitude) * _E6), lat_e6=round(float(latitude) * _E6))
    except (ValueError, OverflowError):
        noticed.places_unreadable += 1
        return None
    on_earth = abs(place.lon_e6) <= 180 * _E6 and abs(place.lat_e6) <= 90 * _E6
    if not on_earth or place == Place(lon_e6=0, lat_e6=0):
        noticed.places_unreadable += 1
        return None
    return place
