"""The read model of incidents: hears every fact of a case and keeps its rows in step."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from domain.incident import events as happened
from domain.kernel.facts import FACTS
from projections import rows
from projections.incident import keeping
from projections.incident.case import Case, Span
from projections.incident.counts import COUNTS, counted
from projections.incident.requests import request_rows
from projections.incident.shapes import case_row, count_key, ending_row, span_row
from projections.incident.tables import VERSION, incident_tables

if TYPE_CHECKING:
    from domain.kernel.calendar import WorkingCalendar
    from projections.reading import Tables, Told

CITY_ZONE = "Asia/Shanghai"
_REMEMBERED = 20_000
_ASKED_AT_ONCE = 500
_PREFIX = happened.Reported.TOPIC.split(".")[0] + "."


class Calendars(Protocol):
    """Where the calendars stamped on cases are found, by ``name@version``."""

    def calendar(self, reference: str) -> WorkingCalendar: ...


class Incidents:
    """One reader for all tables of incidents: a fact is decoded once, a case folded once.

    Cases are remembered between batches. A case in memory is used only if the next fact is its
    next version; so one left by a batch that was rolled back, or overtaken by another reader of
    the part, is read again.
    """

    name = "incidents"
    version = VERSION
    topics = frozenset(topic for topic in FACTS if topic.startswith(_PREFIX))

    def __init__(
        self, calendars: Calendars, *, zone: str = CITY_ZONE, remembered: int = _REMEMBERED
    ) -> None:
        """Count days in the city's time zone; remember so many cases."""
        self._calendars = calendars
        self._zone = ZoneInfo(zone)
        self._limit = remembered
        self._cases: OrderedDict[UUID, Case] = OrderedDict()
        self._clocks: dict[str, WorkingCalendar] = {}

    def tables(self, metadata: sa.MetaData) -> Tables:
        """Give the tables."""
        return incident_tables(metadata)

    def tell(self, conn: sa.Connection, tables: Tables, told: Sequence[Told]) -> None:
        """Fold a batch of one part and write what changed."""
        by_case: dict[UUID, list[Told]] = {}
        for one in told:
            by_case.setdefault(one.stream, []).append(one)
        cases = self._opened(conn, tables["cases"], by_case)
        batch = _Batch(told[0].part, rows.stored_id(conn))
        for incident, facts in by_case.items():
            self._tell_case(incident, cases[incident], facts, batch)
        batch.write(conn, tables)
        self._remember(cases)

    def _tell_case(self, incident: UUID, case: Case, facts: list[Told], batch: _Batch) -> None:
        known, ended, asked = case.version, case.course.ended, list(case.course.asked)
        for one in facts:
            if one.version <= case.version:
                continue
            span = case.take(one.fact, self._clock(case.course.calendar))
            case.version = one.version
            if span is not None:
                batch.spans.append(self._span_row(incident, span, batch))
        if case.version == known:
            return
        calendar = self._clock(case.course.calendar)
        assert calendar is not None  # noqa: S101  # stamped by the report
        self._count(case, batch)
        stored = batch.stored(incident)
        if known:
            batch.old.append(stored)
        batch.cases.append(case_row(batch.stored, incident, case, calendar))
        if ended and not case.course.ended:
            batch.revived.append(stored)
        if case.course.asked != asked:
            batch.asking.append(stored)
            batch.requests += request_rows(batch.stored, incident, case.course, self._zone)
        ending = case.ending(calendar)
        if ending is not None:
            batch.endings.append(ending_row(stored, case, ending, self._zone))

    def _span_row(self, incident: UUID, span: Span, batch: _Batch) -> rows.Row:
        calendar = self._clock(span.calendar)
        assert calendar is not None  # noqa: S101  # stamped by the report
        return span_row(batch.stored(incident), span, calendar, self._zone)

    def _count(self, case: Case, batch: _Batch) -> None:
        """Take back what the case counted before, where it counted, and count it anew."""
        key, numbers = count_key(case.course, self._zone), counted(case.course, case.timely)
        if key == case.key and numbers == case.counted:
            return
        if case.key is not None:
            batch.count(case.key, [-number for number in case.counted])
        batch.count(key, numbers)
        case.key, case.counted = key, numbers

    def _clock(self, reference: str) -> WorkingCalendar | None:
        if not reference:
            return None
        clock = self._clocks.get(reference)
        if clock is None:
            clock = self._clocks[reference] = self._calendars.calendar(reference)
        return clock

    def _opened(
        self, conn: sa.Connection, table: sa.Table, by_case: Mapping[UUID, list[Told]]
    ) -> dict[UUID, Case]:
        """Take cases out of memory, or read them; a failed batch leaves none behind."""
        cases: dict[UUID, Case] = {}
        wanted: list[UUID] = []
        for incident, facts in by_case.items():
            case = self._cases.pop(incident, None)
            if case is not None and case.version + 1 == facts[0].version:
                cases[incident] = case
            elif facts[0].version > 1 or case is not None:
                wanted.append(incident)
            else:
                cases[incident] = Case()
        for incident, text in _read(conn, table, wanted):
            cases[incident] = keeping.read(text)
        for incident in wanted:
            cases.setdefault(incident, Case())
        return cases

    def _remember(self, cases: Mapping[UUID, Case]) -> None:
        self._cases.update(
            (incident, case) for incident, case in cases.items() if not case.course.ended
        )
        while len(self._cases) > self._limit:
            self._cases.popitem(last=False)


class _Batch:
    """The rows one batch changes."""

    def __init__(self, part: int, stored: Any) -> None:
        self.part = part
        self.stored = stored
        self.cases: list[rows.Row] = []
        self.old: list[Any] = []
        self.spans: list[rows.Row] = []
        self.endings: list[rows.Row] = []
        self.revived: list[Any] = []
        self.asking: list[Any] = []
        self.requests: list[rows.Row] = []
        self.counts: dict[tuple[int, int, str, str], list[int]] = {}

    def count(self, key: tuple[int, int, str, str], numbers: Sequence[int]) -> None:
        known = self.counts.get(key)
        if known is None:
            self.counts[key] = list(numbers)
        else:
            known[:] = map(int.__add__, known, numbers)

    def write(self, conn: sa.Connection, tables: Tables) -> None:
        rows.put(conn, tables["cases"], self.cases, old=self.old)
        rows.put(conn, tables["spans"], self.spans, old=())
        rows.put(conn, tables["requests"], self.requests, old=self.asking)
        rows.drop(conn, tables["endings"], self.revived)
        rows.put(conn, tables["endings"], self.endings, old=self.old)
        changed = {(self.part, *key): n for key, n in self.counts.items() if any(n)}
        counts = [(*key, *numbers) for key, numbers in changed.items()]
        rows.add(conn, tables["counts"], counts)
        left = [key for key, numbers in changed.items() if numbers[0] < 0]
        rows.drop_empty(conn, tables["counts"], left, count=COUNTS[0])


def _read(
    conn: sa.Connection, table: sa.Table, wanted: Sequence[UUID]
) -> Iterator[tuple[UUID, str]]:
    for first in range(0, len(wanted), _ASKED_AT_ONCE):
        some = wanted[first : first + _ASKED_AT_ONCE]
        query = sa.select(table.c.incident, table.c.course).where(table.c.incident.in_(some))
        for row in conn.execute(query):
            yield row[0], row[1]
