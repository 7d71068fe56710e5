"""The clocks of a case against a small slow model that lays out every working minute.

Known bugs of real systems, each with a test: 32-bit milliseconds, a working day taken as a day,
suspended time in calendar hours, a paused clock that fires on return, an edit that restarts it,
an own limit that vanishes with a suspension, a change of the rules that loses the pause.
"""

import random
from bisect import bisect_left
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from domain.incident import marks, requests
from domain.incident.incident import Incident
from domain.incident.rising import escalate
from domain.kernel.act import Act
from domain.kernel.calendar import MONDAY_TO_FRIDAY, WorkingCalendar
from domain.kernel.limits import Limit, StampedLimit
from domain.kernel.refusals import Refused
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
    own_from: datetime | None = None  # a second dispatch has a limit of its own
    steps: tuple[StampedLimit, ...] = ()
    added: int = 0
    own_added: int = 0
    pauses: list[tuple[datetime, datetime]] = field(default_factory=list)
    orders: int = 0

    def act(self) -> Act:
        self.orders += 1
        command_id = str(self.orders)
        return Act(
            person="p-1", role="dispatcher", area="120101001001", command_id=command_id, at=self.now
        )

    def move(
        self,
        stage: str,
        *stamped: str,
        stops_clock: bool = False,
        step: str = "go",
        limit: int | None = None,
        final: str | None = None,
    ) -> None:
        left = self.incident.course.stage
        step_ = Step(
            name=step,
            left=left,
            stage=stage,
            marks=stamped,
            stops_clock=stops_clock,
            limit=Limit(minutes=limit) if limit else None,
            final=final,
        )
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
        self.incident.file(
            self.act(), category="01-02", limit=limit, calendar="test@1", steps=self.steps
        )
        self.move("handling", marks.DISPATCHED)
        self.began_at = self.now

    def ask_and_decide(
        self, kind: str, *, granted: bool, minutes: int | None = None, clock: str | None = None
    ) -> None:
        stage = self.incident.course.stage
        ask = Step(name=f"ask_{kind}", left=stage, stage=stage, asks_for=kind)
        requests.ask(self.incident, ask, self.act(), minutes=minutes)
        decide = Step(
            name=kind, left=stage, stage=stage, decides=kind, granted=granted, clock=clock
        )
        requests.decide(self.incident, decide, self.act(), minutes=minutes)

    def close(self, *, outcome: str = "normal") -> None:
        """Handle and close the case, and judge it."""
        self.move("awaiting_closing", marks.HANDLED)
        self.move("closed", marks.CLOSED, final="settled")
        self.incident.settle(self.act(), outcome=outcome, calendar=CALENDAR)

    def model_due_at(self) -> datetime | None:
        """When the whole handling is due; a case reopened and not dispatched has no clock yet."""
        if self.began_at is None:
            return None
        return self.laid_out(self.began_at, self.limit + self.added)

    def model_own_due_at(self) -> datetime | None:
        """When the own limit of a second dispatch is due."""
        if self.own_from is None:
            return None
        return self.laid_out(self.own_from, self.limit + self.own_added)

    def model_steps(self) -> dict[str, datetime]:
        """When each limit step is due; only one that ends with the handling shares grants."""
        if self.began_at is None or self.incident.course.handled_at is not None:
            return {}
        due: dict[str, datetime] = {}
        for step in self.steps:
            minutes = step.limit.minutes or 0
            shares = self.added if minutes >= self.limit else 0
            due[step.code] = self.laid_out(self.began_at, minutes + shares)
        return due

    def laid_out(self, began_at: datetime, left: int) -> datetime:
        """Lay out the working minutes after the beginning, without the paused ones; count them."""
        for minute in WORKING[bisect_left(WORKING, began_at) :]:
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
    clock = chance.choice((None, "adds"))  # None as older releases told it
    life.ask_and_decide("deferral", granted=granted, minutes=minutes, clock=clock)
    life.added += minutes if granted else 0
    life.own_added += minutes if granted else 0


def fail_to_return(life: Life, _chance: random.Random) -> None:
    life.ask_and_decide("return", granted=False)


def dispatch_again(life: Life, chance: random.Random) -> None:
    life.move("awaiting_dispatch", marks.RETURNED)
    life.now += chance.randrange(0, 600) * MINUTE
    second_dispatch(life)


def second_dispatch(life: Life) -> None:
    life.move("handling", marks.DISPATCHED, limit=life.limit)
    life.own_from, life.own_added = life.now, 0


def fail_the_check(life: Life, chance: random.Random) -> None:
    life.move("awaiting_check", marks.HANDLED)
    life.now += chance.randrange(0, 600) * MINUTE
    life.move("awaiting_dispatch", marks.CHECK_FAILED)
    second_dispatch(life)


def take_back_the_closing(life: Life, chance: random.Random) -> None:
    life.move("awaiting_closing", marks.HANDLED)
    life.now += chance.randrange(0, 600) * MINUTE
    life.move("handling", marks.REOPENED)
    life.own_from = None


def close_and_reopen(life: Life, chance: random.Random) -> None:
    """Close the case; the reporter is dissatisfied, and the clock begins anew or runs on."""
    anew = chance.random() < 0.7
    life.close()
    life.now += chance.randrange(0, 6000) * MINUTE
    clock = "restarts" if anew else "keeps"
    life.ask_and_decide("reopening", granted=True, clock=clock)
    life.move("awaiting_dispatch", marks.REOPENED)
    life.own_from = None
    if anew:
        life.began_at, life.added, life.pauses = None, 0, []
    if chance.random() < 0.8:
        life.now += chance.randrange(0, 600) * MINUTE
        dispatch_anew(life)


def dispatch_anew(life: Life) -> None:
    if life.began_at is None:
        life.move("handling", marks.DISPATCHED)
        life.began_at = life.now
    else:
        second_dispatch(life)


DEEDS = (
    suspend,
    defer,
    fail_to_return,
    dispatch_again,
    fail_the_check,
    take_back_the_closing,
    close_and_reopen,
)


def lead(seed: int) -> Life:
    chance = random.Random(seed)
    life = Life(limit=chance.randrange(1, 4 * 480))
    life.steps = tuple(
        StampedLimit(code=code, limit=Limit(minutes=chance.randrange(1, 5 * 480)))
        for code in ("stop", "fine", "demolish")[: chance.randrange(0, 4)]
    )
    life.now = BEGIN + chance.randrange(0, 5 * 1440) * MINUTE
    life.begin()
    for _ in range(chance.randrange(0, 6)):
        life.now += chance.randrange(0, 900) * MINUTE
        if life.incident.course.stage == "awaiting_dispatch":
            dispatch_anew(life)
        chance.choice(DEEDS)(life, chance)
    return life


def steps_due(life: Life) -> dict[str, datetime]:
    codes = {step.code for step in life.steps}
    found = life.incident.course.deadlines(life.incident.id, CALENDAR)
    return {deadline.name: deadline.due_at for deadline in found if deadline.name in codes}


def own_due(life: Life) -> datetime | None:
    return life.incident.course.own_due_at(CALENDAR)


def test_ten_thousand_histories_agree_with_the_model(random_seed):
    for number in range(HISTORIES):
        life = lead(random_seed + number)
        told = f"history {random_seed + number}"

        assert due_of(life) == life.model_due_at(), told
        assert own_due(life) == life.model_own_due_at(), told
        assert steps_due(life) == life.model_steps(), told


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


def test_the_own_limit_of_a_second_dispatch_does_not_vanish_with_a_suspension(life):
    life.now += timedelta(hours=1)
    life.move("awaiting_dispatch", marks.RETURNED)
    second_dispatch(life)
    life.now += timedelta(hours=1)
    life.move("suspended", marks.SUSPENDED, stops_clock=True)
    life.now += timedelta(days=1)
    life.move("handling", marks.RESUMED)

    names = {one.name for one in life.incident.course.deadlines(life.incident.id, CALENDAR)}
    assert names == {"bundled", "handling"}
    assert own_due(life) == datetime(2026, 3, 3, 7, 0, tzinfo=UTC)


def test_an_own_limit_missed_before_a_suspension_does_not_fire_again_after_it(life):
    life.move("awaiting_dispatch", marks.RETURNED)
    second_dispatch(life)
    life.now += timedelta(days=1)
    for deadline in life.incident.course.deadlines(life.incident.id, CALENDAR):
        life.incident.miss(deadline, life.act())
    life.move("suspended", marks.SUSPENDED, stops_clock=True)
    life.now += timedelta(days=1)
    life.move("handling", marks.RESUMED)

    assert life.incident.course.deadlines(life.incident.id, CALENDAR) == []


def test_the_rung_of_a_suspended_case_does_not_fire_at_once_on_return(life):
    """Late at 12:00, risen to the street with four hours to the next rung; suspended over days."""
    life.now += timedelta(hours=6, minutes=30)
    (late,) = life.incident.course.deadlines(life.incident.id, CALENDAR)
    life.incident.miss(late, life.act())
    escalate(
        life.incident,
        life.act(),
        level="street",
        owner="commander",
        due_at=late.due_at,
        grace=Limit(minutes=240),
        why={},
    )
    life.move("suspended", marks.SUSPENDED, stops_clock=True)
    life.now += timedelta(days=9)
    life.move("handling", marks.RESUMED)

    (rung,) = life.incident.course.deadlines(life.incident.id, CALENDAR)
    assert rung.name == "rung"
    assert rung.due_at > life.now


def test_a_case_handled_at_the_very_instant_is_in_time(life):
    life.now = due_of(life)
    life.close()

    assert life.incident.course.on_time is True
    assert life.incident.course.missed == []


def test_a_case_that_the_clock_called_late_is_not_judged_in_time(life):
    """The clock and the handler at one instant: the recorded miss and the judgement agree."""
    life.now = due_of(life)
    (bundled,) = life.incident.course.deadlines(life.incident.id, CALENDAR)
    life.incident.miss(bundled, life.act())
    life.close()

    assert life.incident.course.on_time is False


def test_a_reopened_case_has_a_clock_of_its_own_and_its_earlier_lateness_stays_counted(life):
    life.now += timedelta(days=2)
    life.close()
    first = life.incident.course.on_time
    life.now += timedelta(days=2)
    life.ask_and_decide("reopening", granted=True, clock="restarts")
    life.move("awaiting_dispatch", marks.REOPENED)
    life.now += timedelta(hours=1)
    life.move("handling", marks.DISPATCHED)

    course = life.incident.course
    assert first is False
    assert (course.final, course.outcome, course.on_time) == (None, None, None)
    assert (course.round, course.late_rounds, course.began_at) == (2, 1, life.now)
    (bundled,) = course.deadlines(life.incident.id, CALENDAR)
    assert bundled.timer.endswith("bundled/2")


def test_a_published_change_of_the_limits_loses_neither_the_limit_nor_the_pause(life):
    """What is in force is stamped on the case: nothing published later reaches its clock."""
    life.now += timedelta(hours=1)
    life.move("suspended", marks.SUSPENDED, stops_clock=True)
    life.now += timedelta(days=1)
    with pytest.raises(Refused) as refusal:
        life.incident.file(life.act(), category="01-02", limit=Limit(minutes=60), calendar="test@2")
    life.move("handling", marks.RESUMED)

    assert refusal.value.code == "already-filed"
    assert due_of(life) == datetime(2026, 3, 3, 4, 0, tzinfo=UTC)
