"""Importing: a file's records opened, timed and closed at their own times, by ordinary commands.

Every command has an id made of the case's own, so a run that was killed goes on where it stopped
and a second run changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from domain.incident.incident import Incident
from domain.kernel.act import Act, clockwork
from domain.kernel.limits import Limit
from domain.kernel.refusals import Refused
from ledger.errors import StaleRecord
from ledger.ledger import Answer, Ledger
from workflows.desk import Desk
from workflows.incident.commands import FireDeadline, ReportIncident, TakeStep
from workflows.office import Office
from workflows.records.clock import Action, Alarm, Alarms, actions_of
from workflows.records.findings import CLOSING_LEFT_OUT, CONFLICTING, Finding
from workflows.records.groundwork import RECORDS, lay, opening_act
from workflows.records.mapping import Mapping
from workflows.records.reading import read_records
from workflows.records.record import CityRecord, Closing
from workflows.records.report import Report
from workflows.records.times import DAY

AT_ONCE = 5_000

T = TypeVar("T")
Progress = Callable[[int, int], None]
"""Told how many of how many actions are done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRecords:
    """Import a file. ``until`` is where the clock stops; None is the last time in the file."""

    path: Path
    mapping: Mapping
    until: datetime | None = None
    at_once: int = AT_ONCE


def import_records(
    order: ImportRecords, ledger: Ledger, office: Office, *, progress: Progress | None = None
) -> Report:
    """Carry a file's records through their life; what is there already is left as it is."""
    records = read_records(order.path, order.mapping, now=ledger.now())
    until = order.until or records.last_at or ledger.now()
    groundwork = lay(order.mapping, records.units, office)
    report = Report(mapping=order.mapping.name, groundwork=groundwork, records=records, until=until)
    run = _Run(order, ledger, office, report)
    run.carry_out(actions_of(records.by_case.values(), until=until), progress)
    return report


class _Run:
    """One pass over all actions, in batches; the ledger is asked about each batch at once."""

    def __init__(
        self, order: ImportRecords, ledger: Ledger, office: Office, report: Report
    ) -> None:
        self._order, self._report = order, report
        self._batch = ledger.batch()
        self._office = replace(office, records=self._batch)
        self._desk = Desk(self._office)
        self._alarms = Alarms()
        self._now = opening_act(order.mapping).at
        self._left_out: set[str] = set()

    def carry_out(self, actions: Sequence[Action], progress: Progress | None) -> None:
        """Let the clock run from the first action to the end."""
        done = 0
        for some in _slices(actions, self._order.at_once):
            self._foresee(some)
            for action in some:
                self._fire(self._alarms.due_before(action.at))
                self._now = action.at
                (self._close if action.closes else self._open)(action.record)
            self._flush()
            done += len(some)
            if progress is not None:
                progress(done, len(actions))
        self._finish()

    def _finish(self) -> None:
        until = self._report.until
        last = self._alarms.expected_by(until)
        for some in _slices(sorted(last), self._order.at_once):
            self._batch.foresee(map(_claim_of_alarm, some))
            self._fire(self._alarms.due_until(some[-1].due_at))
            self._flush()

    def _foresee(self, actions: Sequence[Action]) -> None:
        """Look up in bulk what these actions, and the deadlines between them, will ask for."""
        self._batch.foresee(map(_claim_of_action, actions))
        self._batch.foresee(map(_claim_of_alarm, self._alarms.expected_by(actions[-1].at)))

    def _flush(self) -> None:
        try:
            self._report.commands += self._batch.flush()
        except StaleRecord as stale:
            reason = (
                "Somebody else changed the imported cases meanwhile. Stop the scheduler and run "
                "the import again: it goes on where it stopped."
            )
            raise Refused("import-disturbed", reason, incident=str(stale.stream)) from stale

    def _open(self, record: CityRecord) -> None:
        act = Act(
            person=RECORDS,
            role=RECORDS,
            area=str(record.area),
            command_id=record.opening_id,
            at=record.opened_at,
        )
        try:
            answer = self._desk.do(_opening(record, self._order.mapping), act)
        except Refused as refusal:
            self._leave_out(record, refusal)
            return
        incident = self._batch.load(Incident, _told(answer).stream)
        self._report.count_opened(incident)
        if not incident.course.ended:
            self._watch(incident)

    def _close(self, record: CityRecord) -> None:
        closing = record.closing
        if closing is None or record.case in self._left_out:
            return
        incident = self._batch.load(Incident, record.incident)
        last_at = incident.course.last_at
        if last_at is not None and closing.at < last_at and not incident.course.ended:
            self._report.find(_too_late(record, last_at))
            return
        try:
            self._desk.do(_closing(record, closing), _closing_act(record, closing))
        except Refused as refusal:
            self._report.find(_refused(record, CLOSING_LEFT_OUT, refusal))
            return
        self._alarms.forget(record.incident)
        self._report.count_closed(closing.step)

    def _fire(self, alarms: Iterable[Alarm]) -> None:
        """A deadline falls due at its own time; one due before its case was opened, at once."""
        for alarm in alarms:
            act = clockwork(
                command_id=alarm.timer, area=alarm.area, at=max(alarm.due_at, self._now)
            )
            command = FireDeadline(incident=alarm.incident, timer=alarm.timer)
            answer = self._desk.do(command, act)
            if answer is not None and not answer.repeated:
                incident = self._batch.load(Incident, alarm.incident)
                self._report.count_missed(incident)
                self._watch(incident)

    def _watch(self, incident: Incident) -> None:
        calendar = self._office.shelf.calendar(incident.course.calendar)
        self._alarms.watch(incident, calendar)

    def _leave_out(self, record: CityRecord, refusal: Refused) -> None:
        self._left_out.add(record.case)
        self._report.find(_refused(record, CONFLICTING, refusal))


def _opening(record: CityRecord, mapping: Mapping) -> ReportIncident:
    limit = Limit(clock="elapsed", until=record.due_at) if record.due_at else None
    return ReportIncident(
        area=record.area,
        category=record.category,
        source=record.source,
        workflow=mapping.definition,
        place=record.place,
        limit=limit,
        unit=record.unit,
        reference=record.reference,
        precision=DAY if mapping.times.precision == DAY else None,
    )


def _closing(record: CityRecord, closing: Closing) -> TakeStep:
    answers: dict[str, str | int] = {"outcome": closing.outcome}
    return TakeStep(incident=record.incident, step=closing.step, answers=answers)


def _closing_act(record: CityRecord, closing: Closing) -> Act:
    return Act(
        person=RECORDS,
        role=RECORDS,
        area=str(record.area),
        command_id=record.closing_id,
        at=closing.at,
    )


def _told(answer: Answer | None) -> Answer:
    assert answer is not None  # noqa: S101  # a report always answers
    return answer


def _refused(record: CityRecord, what: str, refusal: Refused) -> Finding:
    reason = refusal.reason
    if refusal.code == "command-id-reused":
        reason = f"Case {record.case} was imported before and is told otherwise now; that stays."
    return Finding(line=record.line, what=what, why=refusal.code, reason=reason, case=record.case)


def _too_late(record: CityRecord, last_at: datetime) -> Finding:
    reason = f"Something was recorded of the case at {last_at:%Y-%m-%d %H:%M} UTC, after this end."
    return Finding(
        line=record.line,
        what=CLOSING_LEFT_OUT,
        why="closing-too-late",
        reason=reason,
        case=record.case,
    )


def _claim_of_action(action: Action) -> tuple[UUID, str]:
    record = action.record
    if action.closes:
        return record.incident, f"{record.incident}:{record.closing_id}"
    return record.incident, record.opening_id


def _claim_of_alarm(alarm: Alarm) -> tuple[UUID, str]:
    return alarm.incident, f"{alarm.incident}:{alarm.timer}"


def _slices(wanted: Sequence[T], at_once: int) -> Iterator[Sequence[T]]:
    for first in range(0, len(wanted), at_once):
        yield wanted[first : first + at_once]
