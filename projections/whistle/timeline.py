"""The timeline of one whistle: what its parties and its street did, computed from its history."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from projections.incident.timeline import Entry, confided_in, told_of

if TYPE_CHECKING:
    from ledger.records import Recorded


def whistle_timeline(history: Iterable[Recorded]) -> list[Entry]:
    """Give the entries of a whistle in order, to be told among those of its case.

    A whistle has no stages; ``minutes`` is left to whoever sets them among others.
    """
    return [_entry(recorded) for recorded in history]


def _entry(recorded: Recorded) -> Entry:
    fact = recorded.fact
    act = fact.act
    return Entry(
        version=fact.originator_version,
        topic=fact.TOPIC,
        at=act.at,
        recorded_at=recorded.recorded_at,
        person=act.person,
        role=act.role,
        area=act.area,
        command_id=act.command_id,
        part=recorded.part,
        position=recorded.position,
        step=None,
        marks=(),
        stage="",
        level=getattr(fact, "level", ""),
        minutes=0,
        limit=None,
        due_at=getattr(fact, "due_at", None),
        over=None,
        why=getattr(fact, "why", {}),
        facts=told_of(fact),
        confided=confided_in(fact),
    )
