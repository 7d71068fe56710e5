"""Timers that came due: each is leased to one claimer at a time, however many race."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa

from ledger.records import Timer
from ledger.tables import due
from ledger.times import instant, micros

if TYPE_CHECKING:
    from ledger.store import Store


def claim_due(
    store: Store,
    *,
    now: datetime,
    limit: int,
    lease: timedelta,
    due_by: datetime | None = None,
) -> list[Timer]:
    """Lease up to ``limit`` due timers, the longest due first, and of each record only its first.

    So the deadlines of one case are carried out in their order, however many claimers there are.
    The lease only keeps others away for a while: a timer is gone when its record is saved without
    it, and it comes again when the lease runs out before that. Looking over all parts takes no
    lock; each part is then leased in a transaction of its own.
    """
    due_by, until = due_by or now, micros(now + lease)
    free = _free(micros(now), micros(due_by))
    while candidates := _candidates(store, free, limit):
        claimed: list[Timer] = []
        for part, timers in candidates.items():
            claimed += _lease(store, part, timers, free, until)
        if claimed:
            return sorted(claimed, key=lambda timer: (timer.due_at, timer.timer))
    return []


def release(store: Store, timers: Sequence[str]) -> set[str]:
    """End the leases of timers, so that they are claimed at once; give those that there are."""
    free = sa.update(due).where(due.c.timer.in_(timers)).values(claimed_until=None)
    with store.writing() as conn:
        return set(conn.scalars(free.returning(due.c.timer)))


def release_all(store: Store) -> None:
    """End every lease: for the only process of a city, whose predecessor may have been killed.

    What was set aside after failures is tried again, too.
    """
    with store.writing() as conn:
        conn.execute(
            sa.update(due).where(due.c.claimed_until.is_not(None)).values(claimed_until=None)
        )


def set_aside(store: Store, part: int, timer: Timer, *, until: datetime, holds_back: bool) -> None:
    """Leave a timer that failed alone until then; later ones of its record wait for it or not."""
    mine = sa.and_(due.c.part == part, due.c.stream == timer.stream, due.c.timer == timer.timer)
    mark = micros(until) if holds_back else -micros(until)
    with store.writing() as conn:
        conn.execute(sa.update(due).where(mine).values(claimed_until=mark))


def next_due(store: Store) -> datetime | None:
    """Tell when the next timer comes due, or its lease runs out; None when there is none."""
    first = sa.select(due.c.due_at).where(due.c.claimed_until.is_(None))
    until = sa.func.min(sa.func.abs(due.c.claimed_until))
    lease = sa.select(until).where(due.c.claimed_until.is_not(None))
    with store.reading() as conn:
        free = conn.scalar(first.order_by(due.c.due_at).limit(1))
        if free is not None:  # leases end after their timers came due, so no later ones matter
            lease = lease.where(due.c.due_at <= free)
        leased = conn.scalar(lease)
    found = [at for at in (free, leased) if at is not None]
    return instant(min(found)) if found else None


def _free(at: int, due_by: int) -> sa.ColumnElement[bool]:
    """Those due and unclaimed before which their record has none, but for those set aside."""
    unclaimed = sa.or_(due.c.claimed_until.is_(None), sa.func.abs(due.c.claimed_until) <= at)
    before = due.alias("before")
    in_the_way = sa.or_(before.c.claimed_until.is_(None), before.c.claimed_until >= 0)
    sooner = sa.or_(
        before.c.due_at < due.c.due_at,
        sa.and_(before.c.due_at == due.c.due_at, before.c.timer < due.c.timer),
    )
    same = sa.and_(before.c.part == due.c.part, before.c.stream == due.c.stream)
    waits = sa.exists().where(same, sooner, in_the_way).correlate(due)
    return sa.and_(due.c.due_at <= due_by, unclaimed, sa.not_(waits))


def _candidates(
    store: Store, free: sa.ColumnElement[bool], limit: int
) -> dict[int, list[tuple[UUID, str]]]:
    query = sa.select(due.c.part, due.c.stream, due.c.timer).where(free)
    query = query.order_by(due.c.due_at, due.c.timer).limit(limit)
    found: dict[int, list[tuple[UUID, str]]] = {}
    with store.reading() as conn:
        for row in conn.execute(query):
            found.setdefault(row.part, []).append((row.stream, row.timer))
    return found


def _lease(
    store: Store,
    part: int,
    timers: list[tuple[UUID, str]],
    free: sa.ColumnElement[bool],
    until: int,
) -> list[Timer]:
    place = sa.tuple_(due.c.stream, due.c.timer)
    mine = sa.and_(due.c.part == part, place.in_(timers), free)
    if not store.is_sqlite:
        # Rows that another claimer or a command holds are left to it; waiting could deadlock.
        open_rows = sa.select(due.c.stream, due.c.timer).where(mine)
        mine = sa.and_(due.c.part == part, place.in_(open_rows.with_for_update(skip_locked=True)))
    taken = sa.update(due).where(mine).values(claimed_until=until)
    taken_rows: Any = taken.returning(due.c.stream, due.c.timer, due.c.kind, due.c.due_at)
    with store.writing() as conn:
        return [
            Timer(stream=row.stream, timer=row.timer, kind=row.kind, due_at=instant(row.due_at))
            for row in conn.execute(taken_rows)
        ]
