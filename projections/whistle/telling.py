"""The read model of whistles: folds each roll and keeps its rows in step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

import msgspec
import sqlalchemy as sa

from domain.kernel.codes import AreaCode
from domain.kernel.facts import FACTS
from domain.kernel.shifts import micros
from domain.whistle.events import Blown
from domain.whistle.party import CHECK_IN, CONTACT, DONE, SIGN_FOR, Party
from domain.whistle.roll import Deadline, Roll
from projections import rows
from projections.whistle.tables import NEVER, VERSION, whistle_tables

if TYPE_CHECKING:
    from datetime import datetime

    from domain.kernel.calendar import Clock, WorkingCalendar
    from projections.reading import Tables, Told

_PREFIX = Blown.TOPIC.split(".")[0] + "."
_ASKED_AT_ONCE = 500
_SHAPE = sha256(
    repr([[field.name for field in fields(kind)] for kind in (Roll, Party)]).encode()
).hexdigest()[:8]


class Calendars(Protocol):
    """Where the calendars stamped on whistles are found, by ``name@version``."""

    def calendar(self, reference: str) -> WorkingCalendar: ...


class OtherShapeError(Exception):
    """A roll was kept by a release that folds another one: rebuild the read model."""


class _Kept(msgspec.Struct):
    shape: str
    version: int
    roll: Roll


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(_Kept).decode


class Whistles:
    """``whistles_v2`` and ``whistle_parties_v2``; nothing is remembered between batches."""

    name = "whistles"
    version = VERSION
    topics = frozenset(topic for topic in FACTS if topic.startswith(_PREFIX))

    def __init__(self, calendars: Calendars) -> None:
        """Judge by these calendars."""
        self._calendars = calendars

    def tables(self, metadata: sa.MetaData) -> Tables:
        """Give the two tables."""
        return whistle_tables(metadata)

    def tell(self, conn: sa.Connection, tables: Tables, told: Sequence[Told]) -> None:
        """Fold a batch of one part and write what changed."""
        by_whistle: dict[UUID, list[Told]] = {}
        for one in told:
            by_whistle.setdefault(one.stream, []).append(one)
        begun = [stream for stream, facts in by_whistle.items() if facts[0].version > 1]
        known = dict(_read(conn, tables["whistles"], begun))
        stored = rows.stored_id(conn)
        whistles: list[rows.Row] = []
        parties: list[rows.Row] = []
        for whistle, facts in by_whistle.items():
            kept = known.get(whistle) or _Kept(_SHAPE, 0, Roll())
            _fold(kept, facts)
            calendar = self._calendars.calendar(kept.roll.calendar)
            deadlines = kept.roll.deadlines(whistle, calendar)
            whistles.append(_whistle_row(stored(whistle), stored, kept, deadlines))
            parties += _party_rows(stored(whistle), kept.roll, deadlines, calendar)
        old = [stored(whistle) for whistle in known]
        rows.put(conn, tables["whistles"], whistles, old=old)
        rows.put(conn, tables["parties"], parties, old=old)


def _fold(kept: _Kept, facts: Sequence[Told]) -> None:
    for one in facts:
        if one.version > kept.version:
            kept.roll.fold(one.fact)
            kept.version = one.version


def _read(
    conn: sa.Connection, table: sa.Table, wanted: Sequence[UUID]
) -> Iterator[tuple[UUID, _Kept]]:
    for first in range(0, len(wanted), _ASKED_AT_ONCE):
        some = wanted[first : first + _ASKED_AT_ONCE]
        query = sa.select(table.c.whistle, table.c.roll).where(table.c.whistle.in_(some))
        for row in conn.execute(query):
            kept = _decode(row.roll)
            if kept.shape != _SHAPE:
                raise OtherShapeError("the roll has other fields now; rebuild 'whistles'")
            yield row.whistle, kept


def _whistle_row(key: Any, stored: Any, kept: _Kept, deadlines: Sequence[Deadline]) -> rows.Row:
    roll = kept.roll
    due_at = min((deadline.due_at for deadline in deadlines), default=None)
    expected = roll.open_parties if roll.open else []
    return (
        key,
        stored(roll.incident),
        roll.open,
        NEVER if due_at is None else micros(due_at),
        AreaCode(roll.area).number,
        roll.kind,
        roll.cause,
        roll.rules,
        roll.state,
        roll.result,
        _micros(roll.asked_at),
        _micros(roll.blown_at),
        _micros(roll.over_at),
        _micros(due_at),
        len(roll.parties),
        len(expected),
        sum(party.overdue for party in expected),
        _encode(kept).decode(),
    )


def _party_rows(
    key: Any, roll: Roll, deadlines: Sequence[Deadline], calendar: Clock
) -> Iterator[rows.Row]:
    for party in roll.parties.values():
        mine = [deadline for deadline in deadlines if deadline.party == party.unit]
        due = min(mine, key=lambda deadline: deadline.due_at, default=None)
        expected = roll.open and not party.over
        yield (
            key,
            party.unit,
            AreaCode(roll.area).number,
            roll.kind,
            party.state,
            expected,
            expected and party.overdue,
            party.stands_for,
            micros(party.summoned_at),
            _micros(party.signed_at),
            _micros(party.contacted_at),
            _micros(party.arrived_at),
            _micros(party.done_at),
            _micros(party.left_at),
            _micros(due.due_at) if due else None,
            due.what if due else None,
            *(roll.on_time(party, duty, calendar) for duty in (SIGN_FOR, CONTACT, CHECK_IN, DONE)),
            party.level,
            party.distance_m,
            party.photo,
            party.stars,
        )


def _micros(at: datetime | None) -> int | None:
    return None if at is None else micros(at)
