"""Checking the log against itself: bodies against columns, positions, versions and heads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import msgspec
import sqlalchemy as sa

from domain.kernel.refusals import Refused
from ledger.envelope import envelope
from ledger.feed import Feed, Row
from ledger.mapper import FactMapper, canonical
from ledger.records import part_of
from ledger.tables import events

if TYPE_CHECKING:
    from ledger.store import Store

_AT_ONCE = 1_000
_ENVELOPE = ("happened_at", "area", "actor", "command_id")


class Difference(NamedTuple):
    """Something in the log that does not agree with itself, and where."""

    part: int
    pos: int
    what: str


def differences(store: Store) -> Iterator[Difference]:
    """Walk the whole log, part by part, and tell what disagrees; nothing when all is well."""
    feed, heads = Feed(store), Feed(store).heads()
    for part, head in heads.items():
        try:
            yield from _of_part(feed, part, head, parts=len(heads))
        except Refused as refusal:  # a topic number that is none: this part cannot be read further
            yield Difference(part, 0, str(refusal))
    yield from _version_gaps(store)


def _of_part(feed: Feed, part: int, head: int, *, parts: int) -> Iterator[Difference]:
    mapper, last, recorded_at = FactMapper(), 0, 0
    while rows := feed.read(part, after=last, limit=_AT_ONCE):
        for row in rows:
            if row.pos != last + 1:
                yield Difference(
                    part, row.pos, f"positions {last + 1} to {row.pos - 1} are missing"
                )
            if row.recorded_at < recorded_at:
                yield Difference(part, row.pos, "recorded before the event in front of it")
            yield from (Difference(part, row.pos, what) for what in _of_row(row, parts, mapper))
            last, recorded_at = row.pos, row.recorded_at
    if last < head:
        yield Difference(part, head, f"the head is at {head}, the last event at {last}")


def _of_row(row: Row, parts: int, mapper: FactMapper) -> Iterator[str]:
    if part_of(row.stream, parts) != row.part:
        yield f"stream {row.stream} does not belong to this part"
    told = envelope(row.body)._asdict()
    for name in _ENVELOPE:
        if told[name] != getattr(row, name):
            yield f"column {name} says {getattr(row, name)!r}, the body {told[name]!r}"
    yield from _of_body(row, mapper)


def _of_body(row: Row, mapper: FactMapper) -> Iterator[str]:
    """A body must decode, and be written as canonical JSON is."""
    try:
        mapper.fact(row.topic, row.body, row.stream, row.version)
        again = canonical(msgspec.json.decode(row.body))
    except (Refused, ValueError, TypeError) as error:
        yield f"the body cannot be read: {error}"
        return
    if again != row.body.encode():
        yield "the body is not in its canonical form"


def _version_gaps(store: Store) -> Iterator[Difference]:
    highest, told = sa.func.max(events.c.version), sa.func.count()
    query = sa.select(
        events.c.part, events.c.stream, sa.func.max(events.c.pos), highest, told
    ).group_by(events.c.part, events.c.stream)
    with store.reading() as conn:
        for part, stream, pos, version, count in conn.execute(query.having(highest != told)):
            what = f"stream {stream} has {count} events, its last version is {version}"
            yield Difference(part, pos, what)
