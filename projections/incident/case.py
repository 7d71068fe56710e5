"""One case as the read models fold it: its course, and what is counted along the way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from domain.incident import marks
from domain.incident.course import Course
from domain.incident.events import Reported, StageChanged, Unmerged
from domain.incident.events_moving import MovedToVersion
from domain.kernel.calendar import ELAPSED
from domain.kernel.limits import Limit
from domain.kernel.places import Place
from projections.incident.counts import TIMED

if TYPE_CHECKING:
    from domain.kernel.act import Act
    from domain.kernel.calendar import Clock
    from domain.kernel.facts import Fact


class Span(NamedTuple):
    """A finished stay in a stage, with what was true of the case while it stayed."""

    seq: int
    stage: str
    area: str
    level: str
    category: str
    unit: str | None
    act: Act
    entered_at: datetime
    limit: Limit | None
    on_time: bool | None
    round: int
    rework: bool
    reopened: bool
    paused: bool
    calendar: str


class Ending(NamedTuple):
    """How long a whole case took; ``handling`` by the clock of its limit, pauses taken out."""

    clock_minutes: int
    working_minutes: int
    handling_minutes: int | None
    paused_minutes: int


@dataclass(slots=True, kw_only=True)
class Case:
    """What is kept of a case between two batches.

    ``again`` is the mark that sent it back to be handled again, until it is handled.
    ``counted`` is where and what it counted last, so that a change can take it back.
    """

    version: int = 0
    course: Course = field(default_factory=Course)
    place: Place | None = None
    stood_since: datetime | None = None
    spans: int = 0
    rounds: int = 1
    again: str = ""
    closed_at: datetime | None = None
    timely: dict[str, list[int]] = field(default_factory=dict)
    key: tuple[int, int, str, str] | None = None
    counted: tuple[int, ...] = ()

    def take(self, fact: Fact, calendar: Clock | None) -> Span | None:
        """Move on by one fact; a step out of a stage gives the span that it ended."""
        span = None
        if type(fact) is StageChanged:
            span = self._leave(fact, calendar)
        elif type(fact) is Reported:
            self.place, self.stood_since = fact.place, fact.act.at
        elif type(fact) is Unmerged:
            self.stood_since, self.closed_at = fact.act.at, None
        elif type(fact) is MovedToVersion:
            span = self._moved(fact)
        self.course.fold(fact)
        return span

    def _leave(self, fact: StageChanged, calendar: Clock | None) -> Span | None:
        course = self.course
        if course.ended:  # reopened: nobody worked on it while it was closed
            self.stood_since = fact.act.at
            self._note(fact)
            return None
        on_time = None
        if calendar is not None:
            on_time = course.left_in_time(fact.act.at, calendar)
        if on_time is not None:
            self._time(fact, on_time=on_time)
        span = None
        if fact.stage != course.stage and self.stood_since is not None:
            span = self._span(fact, self.stood_since, on_time=on_time)
            self.stood_since = fact.act.at
        self._note(fact)
        return span

    def _moved(self, fact: MovedToVersion) -> Span | None:
        """A stage of another name begins a stay of its own; nobody was late by the move."""
        if fact.stage == self.course.stage or self.stood_since is None:
            return None
        span = self._span(fact, self.stood_since, on_time=None)
        self.stood_since = fact.act.at
        return span

    def _span(
        self, fact: StageChanged | MovedToVersion, since: datetime, *, on_time: bool | None
    ) -> Span:
        course = self.course
        self.spans += 1
        return Span(
            self.spans,
            course.stage,
            course.area,
            course.level,
            course.category,
            course.unit,
            fact.act,
            since,
            course.limit,
            on_time,
            self.rounds,
            self.again == marks.CHECK_FAILED and course.unit == course.handled_by,
            self.again == marks.REOPENED,
            course.paused_at is not None,
            course.calendar,
        )

    def _time(self, fact: StageChanged, *, on_time: bool) -> None:
        """A step that ends a limited stage is judged by it, once for each kind of step."""
        for kind in {TIMED[mark] for mark in fact.marks if mark in TIMED}:
            taken = self.timely.setdefault(kind, [0, 0])
            taken[0] += 1
            taken[1] += on_time

    def _note(self, fact: StageChanged) -> None:
        for mark in fact.marks:
            if mark in (marks.CHECK_FAILED, marks.REOPENED):
                self.again, self.closed_at = mark, None
                self.rounds += 1
            elif mark == marks.HANDLED:
                self.again = ""
            elif mark == marks.CLOSED:
                self.closed_at = fact.act.at

    def ending(self, calendar: Clock) -> Ending | None:
        """Measure an ended case: from the report to its closing, from dispatch to handled."""
        course = self.course
        ended_at = self.closed_at or course.closed_at
        if course.reported_at is None or ended_at is None or not course.ended:
            return None
        return Ending(
            ELAPSED.minutes_between(course.reported_at, ended_at),
            calendar.minutes_between(course.reported_at, ended_at),
            self._handling(calendar),
            sum(calendar.minutes_between(left, back) for left, back in course.pauses),
        )

    def _handling(self, calendar: Clock) -> int | None:
        course = self.course
        if course.began_at is None or course.handled_at is None:
            return None
        clock = ELAPSED if course.bundled and course.bundled.clock == "elapsed" else calendar
        pauses = sum(clock.minutes_between(*pause) for pause in self._pauses_within())
        return clock.minutes_between(course.began_at, course.handled_at) - pauses

    def _pauses_within(self) -> Iterator[tuple[datetime, datetime]]:
        course = self.course
        assert course.began_at is not None  # noqa: S101  # asked before
        assert course.handled_at is not None  # noqa: S101
        for left, back in course.pauses:
            began, ended = max(left, course.began_at), min(back, course.handled_at)
            if began < ended:
                yield began, ended


def standing_deadlines(course: Course, incident: UUID, calendar: Clock) -> list[Any]:
    """Give the deadlines that hold now, also those already missed: a late case stays late."""
    missed, course.missed = course.missed, []
    try:
        return course.deadlines(incident, calendar)
    finally:
        course.missed = missed
