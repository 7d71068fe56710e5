"""Posting: notices of the outbox are handed to channels, leased, settled, and cleared away.

A delivery is one notice on one channel. Its lease only keeps others away for a while: what a
killed process had claimed comes again when the lease runs out, under the same id.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

import msgspec
import sqlalchemy as sa

from ledger.records import Notice
from ledger.tables import deliveries, outbox
from ledger.times import instant, micros

if TYPE_CHECKING:
    from ledger.store import Store

Route = Callable[[Notice], Sequence[str]]
"""Names the channels of a notice, at least one."""

_place = sa.tuple_(deliveries.c.part, deliveries.c.id)


class Letter(NamedTuple):
    """A notice on its way over one channel; ``tries`` were made before.

    ``people`` are the handles of those it is to, as whoever sends it finds them.
    """

    part: int
    id: str
    channel: str
    stream: UUID
    version: int
    notice: Notice
    created_at: datetime
    tries: int
    people: Sequence[str] = ()


class Outcome(NamedTuple):
    """What came of a try: delivered, to be tried again at ``next_at``, or else given up."""

    letter: Letter
    code: str
    delivered: bool
    next_at: datetime | None = None


def notice_id(part: int, key: str) -> str:
    """Give the id by which receivers know a notice: the same at every try and on every channel.

    The key of the outbox holds what the sender of a command chose, so only its hash goes out.
    """
    return f"ntc_{part}_{sha256(key.encode()).hexdigest()[:32]}"


def hand_over(store: Store, route: Route, *, now: datetime, limit: int) -> int:
    """Give notices to their channels, the oldest first, each once however many do so at a time."""
    waiting = sa.select(outbox).where(outbox.c.sent_at.is_(None))
    with store.reading() as conn:
        if conn.execute(waiting.limit(1)).first() is None:
            return 0
    waiting = waiting.order_by(outbox.c.created_at).limit(limit)
    if not store.is_sqlite:
        waiting = waiting.with_for_update(skip_locked=True)
    with store.writing() as conn:
        rows = conn.execute(waiting).all()
        if rows:
            conn.execute(sa.insert(deliveries), [*_new_rows(rows, route, micros(now))])
            _close(conn, rows, micros(now))
    return len(rows)


def put_to_rest(store: Store, *, now: datetime) -> None:
    """Let nothing that waits be sent: a history that was made up is news to nobody."""
    with store.writing() as conn:
        unsent = sa.update(outbox).where(outbox.c.sent_at.is_(None))
        conn.execute(unsent.values(sent_at=micros(now)))


def claim(
    store: Store, channel: str, *, now: datetime, limit: int, lease: timedelta
) -> list[Letter]:
    """Lease up to ``limit`` deliveries of a channel that are due, the longest due first."""
    at, until = micros(now), micros(now + lease)
    free = _free(channel, at)
    query = sa.select(deliveries.c.part, deliveries.c.id).where(free)
    with store.reading() as conn:
        wanted = [tuple(row) for row in conn.execute(query.order_by("next_at").limit(limit))]
    if not wanted:
        return []
    mine = sa.and_(free, _place.in_(wanted))
    with store.writing() as conn:
        if not store.is_sqlite:
            # What another claimer holds is left to it; waiting for it could deadlock.
            locked = sa.select(deliveries.c.part, deliveries.c.id).where(mine)
            mine = sa.and_(
                deliveries.c.channel == channel,
                _place.in_(locked.with_for_update(skip_locked=True)),
            )
        taken: Any = sa.update(deliveries).where(mine).values(claimed_until=until)
        keys = conn.execute(taken.returning(deliveries.c.part, deliveries.c.id)).all()
        return _letters(conn, channel, [tuple(key) for key in keys])


def settle(store: Store, outcomes: Iterable[Outcome], *, now: datetime) -> None:
    """Note what came of tries; what another process delivered meanwhile stays delivered."""
    at = micros(now)
    rows = [
        {
            "b_part": one.letter.part,
            "b_id": one.letter.id,
            "b_channel": one.letter.channel,
            "b_code": one.code,
            "b_next_at": micros(one.next_at) if one.next_at else None,
            "b_delivered_at": at if one.delivered else None,
            "b_given_up_at": None if one.delivered or one.next_at else at,
        }
        for one in outcomes
    ]
    if not rows:
        return
    changed = sa.update(deliveries).where(
        deliveries.c.part == sa.bindparam("b_part"),
        deliveries.c.id == sa.bindparam("b_id"),
        deliveries.c.channel == sa.bindparam("b_channel"),
        deliveries.c.delivered_at.is_(None),
    )
    changed = changed.values(tries=deliveries.c.tries + 1, tried_at=at, claimed_until=None)
    names = ("code", "next_at", "delivered_at", "given_up_at")
    changed = changed.values({name: sa.bindparam(f"b_{name}") for name in names})
    with store.writing() as conn:
        conn.execute(changed, rows)


def give_back(store: Store, letters: Sequence[Letter]) -> None:
    """Let others claim what was claimed and not tried."""
    if letters:
        places = [(one.part, one.id) for one in letters]
        mine = sa.and_(deliveries.c.channel == letters[0].channel, _place.in_(places))
        with store.writing() as conn:
            conn.execute(sa.update(deliveries).where(mine).values(claimed_until=None))


def retry(store: Store, *, now: datetime, notice: str | None = None) -> int:
    """Begin anew with a notice that is not delivered, or with all given up; give how many."""
    again = sa.update(deliveries).where(deliveries.c.delivered_at.is_(None))
    if notice is None:
        again = again.where(deliveries.c.given_up_at.is_not(None))
    else:
        again = again.where(of_notice_id(notice))
    again = again.values(tries=0, next_at=micros(now), claimed_until=None, given_up_at=None)
    with store.writing() as conn:
        return conn.execute(again).rowcount


def prune(store: Store, *, before: datetime, limit: int = 500) -> int:
    """Forget up to ``limit`` notices handed over before then that no channel still tries."""
    old = sa.select(outbox.c.part, outbox.c.id).where(outbox.c.sent_at < micros(before))
    still = sa.select(deliveries.c.notice).where(
        deliveries.c.part == outbox.c.part,
        deliveries.c.stream == outbox.c.stream,
        deliveries.c.notice == outbox.c.id,
        deliveries.c.next_at.is_not(None),
    )
    with store.reading() as conn:
        found = [tuple(row) for row in conn.execute(old.where(~still.exists()).limit(limit))]
    if found:
        ids = [(part, notice_id(part, key)) for part, key in found]
        place = sa.tuple_(outbox.c.part, outbox.c.id)
        with store.writing() as conn:
            conn.execute(sa.delete(deliveries).where(_place.in_(ids)))
            conn.execute(sa.delete(outbox).where(place.in_(found)))
    return len(found)


def of_notice_id(notice: str) -> sa.ColumnElement[bool]:
    """The id names its part, so that the key of the table finds it."""
    part = notice.removeprefix("ntc_").partition("_")[0]
    number = int(part) if part.isascii() and part.isdigit() and len(part) < len("99999") else -1
    return sa.and_(deliveries.c.part == number, deliveries.c.id == notice)


def _free(channel: str, at: int) -> sa.ColumnElement[bool]:
    unclaimed = sa.or_(deliveries.c.claimed_until.is_(None), deliveries.c.claimed_until <= at)
    return sa.and_(deliveries.c.channel == channel, deliveries.c.next_at <= at, unclaimed)


def _new_rows(rows: Iterable[Any], route: Route, at: int) -> Iterable[dict[str, object]]:
    for row in rows:
        for channel in dict.fromkeys(route(read_notice(row.notice))):
            yield {
                "part": row.part,
                "id": notice_id(row.part, row.id),
                "channel": channel,
                "notice": row.id,
                "stream": row.stream,
                "version": row.version,
                "created_at": row.created_at,
                "tries": 0,
                "next_at": at,
            }


def _close(conn: sa.Connection, rows: Iterable[Any], at: int) -> None:
    handed = sa.update(outbox).where(
        outbox.c.part == sa.bindparam("b_part"), outbox.c.id == sa.bindparam("b_id")
    )
    places = [{"b_part": row.part, "b_id": row.id} for row in rows]
    conn.execute(handed.values(sent_at=at), places)


def _letters(conn: sa.Connection, channel: str, keys: Sequence[tuple[Any, ...]]) -> list[Letter]:
    held = sa.and_(outbox.c.part == deliveries.c.part, outbox.c.id == deliveries.c.notice)
    query = (
        sa.select(deliveries, outbox.c.notice.label("text"))
        .select_from(deliveries.join(outbox, held))
        .where(deliveries.c.channel == channel, _place.in_(keys))
        .order_by(deliveries.c.next_at, deliveries.c.id)
    )
    return [
        Letter(
            part=row.part,
            id=row.id,
            channel=row.channel,
            stream=row.stream,
            version=row.version,
            notice=read_notice(row.text),
            created_at=instant(row.created_at),
            tries=row.tries,
        )
        for row in conn.execute(query)
    ]


def read_notice(text: str) -> Notice:
    """Read a notice as the outbox keeps it."""
    told = msgspec.json.decode(text)
    return Notice(to=told["to"], about=told["about"], facts=told["facts"])
