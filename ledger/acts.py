"""Acts: what one person did, in the order it was recorded, out of the whole log."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from ledger.tables import events

if TYPE_CHECKING:
    from domain.kernel.facts import Fact
    from ledger.ledger import Ledger

_BY_PERSON = (
    sa.select(events.c.version, events.c.kind, events.c.body, events.c.stream)
    .where(events.c.actor == sa.bindparam("person", type_=sa.Text))
    .order_by(events.c.recorded_at, events.c.part, events.c.pos)
)


def acts_of(ledger: Ledger, person: str, *, rooms: tuple[str, ...]) -> list[Fact]:
    """Give the facts a person told whose topics begin with one of ``rooms``, such as ``incident.``.

    No index leads from a person to acts: the log is read through, so ask it once in a while only.
    """
    with ledger.store.reading() as conn:
        rows = conn.execute(_BY_PERSON, {"person": person}).all()
    return [
        ledger.fact(row.stream, row)
        for row in rows
        if ledger.topics.topic(row.kind).startswith(rooms)
    ]
