"""The timeline of one case: who did what and when, computed from its history when asked for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from typing import TYPE_CHECKING, Any

from domain.incident import events as happened
from domain.incident.course import Course
from domain.kernel.calendar import ELAPSED, Clock
from domain.kernel.facts import Confided, Fact
from domain.kernel.limits import Limit
from domain.kernel.steps import Why

if TYPE_CHECKING:
    from ledger.records import Recorded
    from projections.incident.telling import Calendars

_ELSEWHERE = {"act", "originator_id", "originator_version", "why", "marks", "step", "follow"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One fact of a case. Words are resolved by the page: ``confided`` names the vault's fields.

    ``minutes`` have passed on the clock since the fact before. ``over`` counts the minutes of the
    limit's own clock past the deadline of the stage that this fact ended; None when in time.
    """

    version: int
    topic: str
    at: datetime
    recorded_at: datetime
    person: str
    role: str
    area: str
    command_id: str
    part: int
    position: int
    step: str | None
    marks: tuple[str, ...]
    stage: str
    level: str
    minutes: int
    limit: Limit | None
    due_at: datetime | None
    over: int | None
    why: Why
    facts: dict[str, Any]  # JSON kinds: what else the fact says
    confided: tuple[str, ...]
    kept: tuple[str, ...] = ()  # fields that were answered and are not for this reader


def timeline(history: Iterable[Recorded], calendars: Calendars) -> list[Entry]:
    """Give the entries of a case in order; ``history`` comes from the ledger."""
    course = Course()
    entries: list[Entry] = []
    for recorded in history:
        entries.append(_entry(recorded, course, calendars))
        course.fold(recorded.fact)
    return entries


def _entry(recorded: Recorded, course: Course, calendars: Calendars) -> Entry:
    fact = recorded.fact
    act = fact.act
    stage = getattr(fact, "stage", course.stage)
    limit, due_at, over = _judged(fact, course, calendars)
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
        step=getattr(fact, "step", None),
        marks=getattr(fact, "marks", ()),
        stage=stage,
        level=getattr(fact, "level", course.level),
        minutes=ELAPSED.minutes_between(course.last_at, act.at) if course.last_at else 0,
        limit=limit,
        due_at=due_at,
        over=over,
        why=getattr(fact, "why", {}),
        facts=told_of(fact),
        confided=confided_in(fact),
    )


def _judged(
    fact: Fact, course: Course, calendars: Calendars
) -> tuple[Limit | None, datetime | None, int | None]:
    """Judge the stage that a step ended, by its own limit."""
    if not isinstance(fact, happened.StageChanged) or course.limit is None:
        return None, None, None
    calendar = calendars.calendar(course.calendar)
    due_at = course.own_due_at(calendar)
    assert due_at is not None  # noqa: S101  # it stands in a stage with a limit
    clock: Clock = ELAPSED if course.limit.clock == "elapsed" else calendar
    late = fact.act.at > due_at
    return course.limit, due_at, clock.minutes_between(due_at, fact.act.at) if late else None


def confided_in(fact: Fact) -> tuple[str, ...]:
    """Name the fields of a fact whose words lie in the vault."""
    return tuple(one.name for one in fields(fact) if _is_confided(fact, one.name))


def told_of(fact: Fact) -> dict[str, Any]:
    """Give what a fact says beside its act, its step and its words; what is empty is left out."""
    named = [one.name for one in fields(fact) if one.name not in _ELSEWHERE]
    values = {name: getattr(fact, name) for name in named if not _is_confided(fact, name)}
    return {name: value for name, value in values.items() if value not in (None, (), {})}


def _is_confided(fact: Fact, name: str) -> bool:
    return isinstance(getattr(fact, name), Confided)
