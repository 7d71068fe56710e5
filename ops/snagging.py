"""What could not be carried out, by the clock or a process, and a new try at it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from ledger.snags import ProcessSnags, count_by_process
from ledger.timers import release
from ops.following import followers
from ops.scheduling import fire_due
from ops.snags import Snags

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ledger.store import Store
    from ops.bootstrap import Gridward

CLOCK = "clock"
MOST = 1_000


class Stuck(NamedTuple):
    """A snag: ``id`` is a timer's or process/part/position, ``who`` the clock or a process."""

    id: str
    who: str
    stream: UUID
    code: str
    times: int
    first_at: datetime
    last_at: datetime


def stuck(store: Store) -> list[Stuck]:
    """Give all snags, the oldest first."""
    found = [
        Stuck(one.timer, CLOCK, one.stream, one.code, one.times, one.first_at, one.last_at)
        for one in Snags(store).newest(MOST)
    ]
    for process in count_by_process(store):
        found += [
            Stuck(
                id=f"{process}/{one.part}/{one.position}",
                who=process,
                stream=one.stream,
                code=one.code,
                times=one.times,
                first_at=one.first_at,
                last_at=one.last_at,
            )
            for one in ProcessSnags(store, process).all(most=MOST)
        ]
    return sorted(found, key=lambda one: (one.first_at, one.id))


def retry(gridward: Gridward, wanted: Sequence[Stuck]) -> int:
    """Try again, each process in the order of the log; give how many of them are gone now."""
    timers = [one.id for one in wanted if one.who == CLOCK]
    if timers:
        _retry_timers(gridward, timers)
    for follower in followers(gridward):
        of_process = [one for one in wanted if one.who == follower.process.name]
        for stream in dict.fromkeys(one.stream for one in of_process):
            follower.retry(stream)
    left = {one.id for one in stuck(gridward.store)}
    return sum(one.id not in left for one in wanted)


def _retry_timers(gridward: Gridward, timers: Sequence[str]) -> None:
    """A deadline that its case no longer has hinders nobody: its snag is forgotten."""
    there = release(gridward.store, timers)
    snags = Snags(gridward.store)
    for timer in set(timers) - there:
        snags.clear(timer)
    fire_due(gridward, gridward.now())
