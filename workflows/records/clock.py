"""The clock that runs along with an import: actions in their order, deadlines in between."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from heapq import heappop, heappush
from typing import NamedTuple
from uuid import UUID

from domain.incident.incident import Incident
from domain.kernel.calendar import Clock
from workflows.records.record import CityRecord


class Action(NamedTuple):
    """An opening or a closing; openings come first at one instant, then the file's order counts."""

    at: datetime
    closes: bool
    line: int
    record: CityRecord


class Alarm(NamedTuple):
    """A deadline that the clock will pass, unless its case ends before."""

    due_at: datetime
    timer: str
    incident: UUID
    area: str


def actions_of(records: Iterable[CityRecord], *, until: datetime) -> list[Action]:
    """Give what happened up to an instant, in the order in which it happened."""
    found = [Action(one.opened_at, False, one.line, one) for one in records]
    found += [
        Action(action.record.closing.at, True, action.line, action.record)
        for action in found
        if action.record.closing is not None
    ]
    happened = [action for action in found if action.at <= until]
    return sorted(happened, key=lambda action: action[:3])


class Alarms:
    """The open deadlines of the cases of one import, the next due first."""

    def __init__(self) -> None:
        self._heap: list[Alarm] = []
        self._watched: set[UUID] = set()

    def watch(self, incident: Incident, calendar: Clock) -> None:
        """Expect the deadlines of a case; its own facts say which are still open."""
        self._watched.add(incident.id)
        course = incident.course
        for deadline in course.deadlines(incident.id, calendar):
            alarm = Alarm(deadline.due_at, deadline.timer, incident.id, course.area)
            heappush(self._heap, alarm)

    def forget(self, incident: UUID) -> None:
        """Expect nothing more of a case that has ended."""
        self._watched.discard(incident)

    def due_before(self, at: datetime) -> Iterator[Alarm]:
        """Take out what comes due before an instant, one after the other."""
        while self._heap and self._heap[0].due_at < at:
            alarm = heappop(self._heap)
            if alarm.incident in self._watched:
                yield alarm

    def due_until(self, at: datetime) -> Iterator[Alarm]:
        """Take out what comes due up to and with an instant."""
        while self._heap and self._heap[0].due_at <= at:
            alarm = heappop(self._heap)
            if alarm.incident in self._watched:
                yield alarm

    def expected_by(self, at: datetime) -> Sequence[Alarm]:
        """Look at what may come due by an instant, in no order."""
        return [one for one in self._heap if one.due_at <= at and one.incident in self._watched]
