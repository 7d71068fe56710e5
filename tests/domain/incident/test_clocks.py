"""The bundled clock against a small slow model that lays out every working minute.

Known bugs of real systems, each with a test: 32-bit milliseconds, a working day taken as a day,
suspended time in calendar hours, a paused clock that fires on return, an edit that restarts it.
"""

import random
from bisect import bisect_left
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from domain.incident import marks
from domain.incident.incident import Incident
from domain.kernel.act import Act
from domain.kernel.calendar import MONDAY_TO_FRIDAY, WorkingCalendar
from domain.kernel.limits import Limit
from domain.kernel.steps import Step

BEGIN = datetime(2026, 3, 2, 0, 0, tzinfo=UTC)  # a Monday, 08:00 in the city
DAYS = 120
HISTORIES = 10_000
CALENDAR = WorkingCalendar(
    reference="test@1",
    time_zone="Asia/Shanghai",
    week=MONDAY_TO_FRIDAY,
    off=frozenset({date(2026, 4, 6), date(2026, 5, 1), date(2026, 5, 4), date(2026, 5, 5)}),
    on=frozenset({date(2026, 5, 9)}),
)
MINUTE = timedelta(minutes=1)
WORKING = [
    minute
    for minute in (BEGIN + number * MINUTE for number in range(DAYS * 1440))
    if CALENDAR.is_working(minute)
]


@dataclass
class Life:
    """One case led by hand, and the model of its clock beside it."""

    limit: int
    incident: Incident = field(default_factory=lambda: Incident(UUID(int=1)))
    now: datetime = BEGIN
    began_at: datetime | None = None
    added: int = 0
    pauses: list[tuple[datetime, datetime]] = field(default_factory=list)
    orders: int = 0

    def act(self) -> Act:
        self.orders += 1
        command_id = str(self.orders)
        return Act(
            person="p-1", role="dispatcher", area="120101001001", command_id=command_id, at=self.now
        )

    def move(self, stage: str, *stamped: str, stops_clock: bool = False, step: str = "go") -> None:
        left = self.incident.course.stage
        step_ = Step(name=step, left=left, stage=stage, marks=stamped, stops_clock=stops_clock)
        self.incident.move(step_, self.act())

    def begin(self) -> None:
        self.incident.report(
            self.act(),
            area="120101001001",
            level="community",
            category="01-02",
            source="public",
            workflow="w@1",
            calendar="test@1",
            stage="accepting",
        )
        limit = Limit(minutes=self.limit)
        self.incident.file(self.act(), category="01-02", limit=limit, calendar="test@1")
        self.move("handling", marks.DISPATCHED)
        self.began_at = self.now

    def ask_and_decide(self, kind: str, *, granted: bool, minutes: int | None = None) -> None:
        stage = self.incident.course.stage
        ask = Step(name=f"ask_{kind}", left=stage, stage=stage, asks_for=kind)
        self.incident.ask(ask, self.act(), minutes=minutes)
        decide = Step(name=kind, left=stage, stage=stage, decides=kind, granted=granted)
        self.incident.decide(decide, self.act(), minutes=minutes)

    def model_due_at(self) -> datetime:
        """Lay out the working minutes after the beginning, without the paused ones; count them."""
        assert self.began_at is not None
        left = self.limit + self.added
        for minute in WORKING[bisect_left(WORKING, self.began_at) :]:
            if any(begun <= minute < ended for begun, ended in self.pauses):
                continue
            left -= 1
            if left == 0:
                return minute + MINUTE
        raise AssertionError("the model's days are too few")


def suspend(life: Life, chance: random.Random) -> None:
    life.move("suspended", marks.SUSPENDED, stops_clock=True)
    begun = life.now
    life.now += chance.randrange(1, 6 * 1440) * MINUTE
    life.move("handling", marks.RESUMED)
    life.pauses.append((begun, life.now))


def defer(life: Life, chance: random.Random) -> None:
    granted = chance.random() < 0.7
    minutes = chance.randrange(1, 960)
    life.ask_and_decide("deferral", granted=granted, minutes=minutes)
    life.added += minutes if granted else 0


def fail_to_return(life: Life, _chance: random.Random) -> None:
    life.ask_and_decide("return", granted=False)


def dispatch_again(life: Life, chance: random.Random) -> None:
    life.move("awaiting_dispatch", marks.RETURNED)
    life.now += chance.randrange(0, 600) * MINUTE
    life.move("handling", marks.DISPATCHED)


def fail_the_check(life: Life, chance: random.Random) -> None:
    life.move("awaiting_check", marks.HANDLED)
    life.now += chance.randrange(0, 600) * MINUTE
    life.move("awaiting_dispatch", marks.CHECK_FAILED)
    life.move("handling", marks.DISPATCHED)


def reopen(life: Life, chance: random.Random) -> None:
    life.move("awaiting_closing", marks.HANDLED)
    life.now += chance.randrange(0, 600) * MINUTE
    life.move("handling", marks.REOPENED)


DEEDS = (suspend, defer, fail_to_return, dispatch_again, fail_the_check, reopen)


def lead(seed: int) -> Life:
    chance = random.Random(seed)
    life = Life(limit=chance.randrange(1, 4 * 480))
    life.now = BEGIN + chance.randrange(0, 5 * 1440) * MINUTE
    life.begin()
    for _ in range(chance.randrange(0, 6)):
        life.now += chance.randrange(0, 900) * MINUTE
        chance.choice(DEEDS)(life, chance)
    return life


def test_ten_thousand_histories_agree_with_the_model(random_seed):
    for number in range(HISTORIES):
        life = lead(random_seed + number)

        assert life.incident.course.bundled_due_at(CALENDAR) == life.model_due_at(), (
            f"history {random_seed + number}"
        )


@pytest.fixture
def life() -> Life:
    life = Life(limit=240)
    life.begin()
    return life


def due_of(life: Life) -> datetime | None:
    return life.incident.course.bundled_due_at(CALENDAR)


def test_a_limit_past_twenty_five_days_does_not_overflow():
    """2**31 milliseconds are 24.9 days: here 60 working days, from Monday 2 March."""
    life = Life(limit=60 * 480)
    life.begin()

    due_at = due_of(life)
    assert due_at == life.model_due_at()
    assert due_at is not None
    assert due_at > BEGIN + timedelta(days=80)


def test_a_working_day_is_not_a_day():
    life = Life(limit=480)
    life.now = BEGIN + timedelta(hours=4)
    life.begin()

    assert due_of(life) == datetime(2026, 3, 3, 4, 0, tzinfo=UTC)


def test_suspended_time_counts_in_working_minutes(life):
    life.now += timedelta(hours=1)
    life.move("suspended", marks.SUSPENDED, stops_clock=True)
    life.now += timedelta(days=1)
    life.move("handling", marks.RESUMED)

    assert due_of(life) == datetime(2026, 3, 3, 4, 0, tzinfo=UTC)


def test_a_paused_clock_has_no_timer_and_does_not_fire_on_return(life):
    life.now += timedelta(hours=3)
    life.move("suspended", marks.SUSPENDED, stops_clock=True)
    paused = life.incident.course.deadlines(life.incident.id, CALENDAR)
    life.now += timedelta(days=30)
    life.move("handling", marks.RESUMED)
    (open_again,) = life.incident.course.deadlines(life.incident.id, CALENDAR)

    assert paused == []
    assert open_again.due_at > life.now


def test_suspending_a_late_case_does_not_make_it_punctual(life):
    life.now += timedelta(days=2)
    late = due_of(life)
    life.move("suspended", marks.SUSPENDED, stops_clock=True)
    life.now += timedelta(days=2)
    life.move("handling", marks.RESUMED)

    assert due_of(life) == late


def test_an_edit_does_not_restart_the_clock(life):
    before = due_of(life)
    life.now += timedelta(hours=2)
    life.incident.assign(life.act(), unit="u-roads")

    assert due_of(life) == before
