"""The city's clock: one job wakes, claims the deadlines that are due, and orders what follows.

APScheduler only wakes. Which deadline is due, and that each fires once however many schedulers
race, is decided by the database: a lease keeps others away, and the command's id is the timer's.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from threading import Event
from time import monotonic
from typing import TYPE_CHECKING

import structlog
from apscheduler.schedulers.background import BackgroundScheduler
from eventsourcing.persistence import PersistenceError

from domain.kernel.refusals import Refused
from ledger.ledger import Answer, Timer
from ledger.posting import prune
from ledger.timers import release
from ops.retaining import retain
from ops.retrying import FIRST, holds_back, pause_after
from ops.snags import Snags
from workflows.firing import firing

if TYPE_CHECKING:
    from ops.bootstrap import Gridward

log = structlog.get_logger("gridward.clock")

LEASE = FIRST
AT_ONCE = 100
SECONDS = 1.0
SWEPT_SECONDS = 3_600
MISSED_BEATS = 30


def fire_due(
    gridward: Gridward,
    now: datetime,
    limit: int = AT_ONCE,
    *,
    stopping: Callable[[], bool] = lambda: False,
) -> int:
    """Fire every deadline due by ``now``, the longest due first; give how many led to something.

    It goes on until nothing is due, so after downtime a case climbs rung by rung, each counted
    from its own due time. A deadline that fails is tried again, ever more seldom (`ops.retrying`).
    """
    fired = 0
    snags = Snags(gridward.store)
    known = snags.known()
    with closing(_in_order(gridward, now, limit)) as timers:
        for timer in timers:
            if stopping():
                break
            fired += _fired(gridward, timer, now, snags, known)
    return fired


def _in_order(gridward: Gridward, now: datetime, limit: int) -> Generator[Timer]:
    """Give what is due in the order in which it fell due, across all cases.

    What a deadline brings about may itself have been due before the next one claimed, so the
    database is asked again for that between any two.
    """
    claimed: list[Timer] = []
    try:
        while True:
            before = claimed[0].due_at if claimed else now
            found = gridward.ledger.claim_due(now=now, limit=limit, lease=LEASE, due_by=before)
            claimed = sorted([*found, *claimed], key=_by_time)
            if not claimed:
                return
            yield claimed[0]
            claimed.pop(0)
    finally:
        _give_back(gridward, claimed)


def _give_back(gridward: Gridward, claimed: list[Timer]) -> None:
    """Leave what was not carried out to whoever looks next, instead of until the lease is over."""
    if claimed:
        with suppress(PersistenceError):
            release(gridward.store, [timer.timer for timer in claimed])


def _by_time(timer: Timer) -> tuple[datetime, str]:
    return timer.due_at, timer.timer


def sweep(gridward: Gridward, *, stopping: Callable[[], bool] = lambda: False) -> int:
    """Forget the notices that were delivered or given up long ago; give how many."""
    before = gridward.now() - timedelta(days=gridward.settings.notices_days)
    forgotten = 0
    while not stopping() and (some := prune(gridward.store, before=before)):
        forgotten += some
    return forgotten


def forget_snags(gridward: Gridward) -> None:
    """Forget the snags of deadlines that their cases no longer have."""
    Snags(gridward.store).forget_gone()


def forget_visits(gridward: Gridward) -> None:
    """Forget the sessions that ran out and the failures of yesterday."""
    now = gridward.now()
    gridward.sessions.forget(now)
    gridward.throttle.forget(now)


def _fired(
    gridward: Gridward, timer: Timer, now: datetime, snags: Snags, known: frozenset[str]
) -> bool:
    """Fire one; what goes wrong with it is marked and stops nobody else."""
    try:
        answer = _fire(gridward, timer, now)
    except PersistenceError:
        raise
    except Exception as error:  # noqa: BLE001  # one case must not stop the city's clock
        _leave(gridward, timer, snags.mark(timer, _code(error), at=now), now, error)
        return False
    if timer.timer in known:
        snags.clear(timer.timer)
    return answer is not None and not answer.repeated


def _fire(gridward: Gridward, timer: Timer, now: datetime) -> Answer | None:
    order, act = firing(timer, gridward.ledger, at=now)
    return gridward.desk.do(order, act)


def _leave(gridward: Gridward, timer: Timer, times: int, now: datetime, error: Exception) -> None:
    """Leave it alone for a while; only the first failure is told in the log."""
    until = now + pause_after(times)
    gridward.ledger.set_aside(timer, until=until, holds_back=holds_back(times))
    if times == 1:
        shown = None if isinstance(error, Refused) else error
        code = _code(error)
        log.error("deadline could not be carried out", timer=timer.timer, code=code, exc_info=shown)


def _code(error: Exception) -> str:
    return error.code if isinstance(error, Refused) else type(error).__name__


@contextmanager
def _refusals_logged() -> Iterator[None]:
    try:
        yield
    except Refused as refusal:
        log.warning("what is old could not be forgotten", code=refusal.code)


class Clock:
    """One APScheduler job in this process; several processes may each have one."""

    def __init__(self, gridward: Gridward, *, seconds: float = SECONDS) -> None:
        self._gridward = gridward
        self._seconds = seconds
        self._stopping = Event()
        self._in_trouble = False
        self._beat_at = monotonic()
        self._scheduler = BackgroundScheduler(timezone=UTC, daemon=True)

    def start(self) -> None:
        """Begin; the first look is at once, for what came due while nobody looked."""
        self._scheduler.add_job(
            self._wake,
            "interval",
            seconds=self._seconds,
            next_run_time=datetime.now(UTC),
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,
        )
        self._scheduler.add_job(
            self._sweep,
            "interval",
            seconds=SWEPT_SECONDS,
            next_run_time=datetime.now(UTC),
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,
        )
        self._scheduler.start()

    def stop(self) -> None:
        """End after the deadline at hand."""
        self._stopping.set()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=True)

    @property
    def is_alive(self) -> bool:
        """Whether it looked lately; a long catch-up counts as looking, deadline by deadline."""
        beat = monotonic() - self._beat_at < MISSED_BEATS * self._seconds
        return bool(self._scheduler.running) and beat

    def _wake(self) -> None:
        try:
            fire_due(self._gridward, self._gridward.now(), stopping=self._must_stop)
        except PersistenceError as error:
            if not self._in_trouble:
                log.warning("the clock waits for the database", exc_info=error)
            self._in_trouble = True
        else:
            self._in_trouble = False
            self._beat_at = monotonic()

    def _sweep(self) -> None:
        """Forget what is old; what database or photo store refuse now is done the next time."""
        with suppress(PersistenceError), _refusals_logged():
            forget_visits(self._gridward)
            forget_snags(self._gridward)
            sweep(self._gridward, stopping=self._stopping.is_set)
            self._gridward.eraser.follow()
            retain(self._gridward, stopping=self._must_stop)
            self._gridward.photos.sweep()

    def _must_stop(self) -> bool:
        self._beat_at = monotonic()
        return self._stopping.is_set()
