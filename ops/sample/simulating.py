"""The simulator: keeps the sample city alive in real time, by the policy of its history.

It keeps no state: the log says which cases are open and which reports were made. Deadlines are the
clock's business. Somebody on the pages may act first; then the case is looked at again.
"""

from __future__ import annotations

import heapq
import logging
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from threading import Event
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.area.area import Area, area_id
from domain.kernel.act import Act
from domain.kernel.codes import AreaCode
from domain.kernel.refusals import Refused
from ops.bootstrap import Gridward
from ops.sample.arrivals import Arrival, arrivals
from ops.sample.case import Case
from ops.sample.city import SCALES, SEED, planned_city
from ops.sample.history import act_of
from ops.sample.open_cases import OpenCases
from ops.sample.policy import Move, Scene, next_move
from ops.sample.shape import sample_shape
from workflows.incident.commands import TakeStep

log = logging.getLogger(__name__)

PAUSE = 1.0
AT_ONCE = 20
AN_HOUR = 6
LATE_REPORT = timedelta(minutes=10)  # an older one was missed while nobody simulated


@dataclass(frozen=True, slots=True, kw_only=True)
class _Planned:
    """A case's next move, decided on a version of it."""

    case: Case
    version: int
    move: Move


class Simulator:
    """Reports at the day's rate and takes next steps; ``pace`` 2.0 brings twice the reports.

    ``at_least`` so many come in every hour, so that a visitor sees some at night too.
    """

    def __init__(
        self, gridward: Gridward, *, seed: int = SEED, pace: float = 1.0, at_least: int = AN_HOUR
    ) -> None:
        self._gridward = gridward
        self._city = planned_city(_scale_of(gridward), seed)
        self._shape = sample_shape()
        self._pace, self._at_least = pace, at_least
        self._zone = ZoneInfo(gridward.settings.time_zone)
        self._open = OpenCases(gridward.feed)
        self._planned: dict[UUID, _Planned] = {}
        self._moves: list[tuple[datetime, str, UUID, int]] = []
        self._day: date | None = None
        self._reports: list[Arrival] = []

    def run(self, stop: Event) -> None:
        """Live until told to stop."""
        while not stop.is_set():
            try:
                self.tick()
            except Exception:
                # A sample must not end because the database was away for a moment.
                log.exception("the simulator stumbled")
            stop.wait(PAUSE)

    def tick(self) -> int:
        """Do what is due by the city's clock; give the number of orders recorded."""
        now = self._gridward.now()
        self._open.follow()
        for incident in self._open.take():
            self._plan(incident)
        return self._report(now) + self._act(now)

    def _plan(self, incident: UUID) -> None:
        case = self._gridward.ledger.load(Case, incident)
        self._planned.pop(incident, None)
        if case.course.ended:
            return
        calendar = self._gridward.shelf.calendar(case.course.calendar)
        move = next_move(Scene(case=case, city=self._city, shape=self._shape, calendar=calendar))
        if move is not None:
            self._planned[incident] = _Planned(case=case, version=case.version, move=move)
            heapq.heappush(self._moves, (move.at, incident.hex, incident, case.version))

    def _report(self, now: datetime) -> int:
        self._turn_day(now)
        recorded = 0
        while self._reports and self._reports[-1].at <= now:
            arrival = self._reports.pop()
            if arrival.at > now - LATE_REPORT and arrival.command_id not in self._open.reports:
                recorded += self._order(arrival.command, arrival.act(now))
        return recorded

    def _turn_day(self, now: datetime) -> None:
        today = now.astimezone(self._zone).date()
        if today != self._day:
            self._day = today
            found = arrivals(
                self._city,
                self._shape,
                today,
                zone=self._zone,
                pace=self._pace,
                at_least=self._at_least,
            )
            self._reports = found[::-1]

    def _act(self, now: datetime) -> int:
        """Take the moves that are due; after a long pause only some at once."""
        recorded = 0
        while self._moves and self._moves[0][0] <= now and recorded < AT_ONCE:
            _, _, incident, version = heapq.heappop(self._moves)
            planned = self._planned.get(incident)
            if planned is None or planned.version != version:
                continue
            del self._planned[incident]
            recorded += self._take(planned, incident, now)
        return recorded

    def _take(self, planned: _Planned, incident: UUID, now: datetime) -> int:
        move = planned.move
        command = TakeStep(
            incident=incident,
            step=move.step,
            answers=move.answers,
            expected_version=planned.version,
        )
        return self._order(command, act_of(move, planned.case, at=now))

    def _order(self, command: object, act: Act) -> int:
        try:
            self._gridward.desk.do(command, act)
        except Refused as refusal:
            log.info("the city acted first", extra={"code": refusal.code})
            return 0
        return 1


def _scale_of(gridward: Gridward) -> str:
    """Tell which sample city this is by its last district."""
    last = AreaCode(f"1201{SCALES['true'].districts:02}000000")
    return "true" if gridward.ledger.load(Area, area_id(last)).exists else "small"
