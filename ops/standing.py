"""How the installation stands: ledger, readers, deadlines and notices, asked in one go."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from eventsourcing.persistence import OperationalError

from domain.kernel.refusals import Refused
from domain.kernel.shifts import instant_of, micros
from ledger.deliveries import post
from ledger.snags import count_by_process
from ledger.tables import due, heads
from ops.snags import Snags
from projections.reading import Reader

if TYPE_CHECKING:
    from ledger.store import Store
    from ops.bootstrap import Gridward

_SECOND = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderNow:
    """How far one read model is behind."""

    reader: str
    events: int
    seconds: float
    generation: int
    stopped: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingNow:
    """The counts that an operator looks at; ``timers_late`` and ``notices_oldest`` in seconds.

    ``notices`` are still to be delivered, those of ``notices_waiting`` by channel.
    """

    events: int
    parts: int
    last_recorded_at: datetime | None
    timers: int
    timers_due: int
    timers_late: float
    snags: int
    process_snags: dict[str, int]
    notices: int
    notices_oldest: float
    notices_given_up: int
    notices_waiting: dict[str, int]
    readers: tuple[ReaderNow, ...]

    def plain(self) -> dict[str, Any]:
        """Give it as JSON kinds."""
        return asdict(self)


def standing_now(gridward: Gridward) -> StandingNow:
    """Ask the database; a few dozen microseconds a question."""
    now = gridward.now()
    waiting, came_due, oldest = _timers(gridward.store, micros(now))
    log = sa.select(sa.func.sum(heads.c.pos), sa.func.count(), sa.func.max(heads.c.recorded_at))
    with gridward.store.reading() as conn:
        told, parts, recorded_at = conn.execute(log).one()
    mail = post(gridward.store)
    return StandingNow(
        events=int(told or 0),
        parts=parts,
        last_recorded_at=instant_of(recorded_at) if recorded_at else None,
        timers=waiting,
        timers_due=came_due,
        timers_late=_late(oldest, now),
        snags=Snags(gridward.store).count(),
        process_snags=count_by_process(gridward.store),
        notices=mail.undelivered,
        notices_oldest=_late(micros(mail.oldest_at) if mail.oldest_at else None, now),
        notices_given_up=mail.given_up,
        notices_waiting=mail.waiting,
        readers=tuple(reader_now(reader, now) for reader in gridward.readers),
    )


def reader_now(reader: Reader, now: datetime) -> ReaderNow:
    """Tell how one read model stands; one that was never prepared is behind by everything."""
    try:
        lag, standing = reader.lag(), reader.status()
    except OperationalError as error:
        if "reader_states" not in str(error):
            raise
        reason = "The read models have no tables yet. Run `gridward migrate` first."
        raise Refused("not-prepared", reason) from error
    stopped = standing.stopped
    return ReaderNow(
        reader=reader.name,
        events=lag.events,
        seconds=_late(lag.oldest_at, now),
        generation=standing.generation,
        stopped=f"part {stopped.part}, position {stopped.position}: {stopped.error}"
        if stopped
        else None,
    )


def _timers(store: Store, at: int) -> tuple[int, int, int | None]:
    """Count those that wait and are due, and find since when the oldest unclaimed one is due."""
    came = due.c.due_at <= at
    query = sa.select(
        sa.func.count(),
        sa.func.coalesce(sa.func.sum(sa.case((came, 1), else_=0)), 0),
        sa.func.min(sa.case((sa.and_(came, due.c.claimed_until.is_(None)), due.c.due_at))),
    )
    with store.reading() as conn:
        waiting, came_due, oldest = conn.execute(query).one()
    return int(waiting), int(came_due), oldest


def _late(since: int | None, now: datetime) -> float:
    return 0.0 if since is None else max(0.0, (micros(now) - since) / _SECOND)
