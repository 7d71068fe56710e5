"""Retention: what was kept long enough is erased, by ordinary orders of the city's clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID
from zoneinfo import ZoneInfo

import structlog

from domain.incident.incident import Incident
from domain.kernel.act import clockwork
from domain.kernel.record import case_in, case_subject
from domain.kernel.refusals import Refused
from domain.people.person import Person, person_id
from domain.privacy.dossier import Dossier, dossier_id
from domain.rulebook.retention import CASES, Class
from workflows.privacy.commands import ErasePerson

if TYPE_CHECKING:
    from ledger.ledger import Recorded
    from ops.bootstrap import Gridward

log = structlog.get_logger("gridward.retention")

RULES = "city"
_OF_CASES, _OF_PEOPLE = ("case:", "call:"), "p-"
_ALWAYS = {"legal-hold", "person-serves"}
_BELOW_TIME = 80  # bits of an id after its 48 bits of milliseconds


def retain(gridward: Gridward, *, stopping: Callable[[], bool] = lambda: False) -> int:
    """Erase what the retention rules in force say; give how many. Without rules nothing is.

    A person under a legal hold is left; every other refusal is an error of ours.
    """
    now, erased = gridward.now(), 0
    for found in _classes(gridward, now):
        due = _due_cases if found.of == CASES else _due_people
        for subject, area in due(gridward, found, now):
            if stopping():
                return erased
            erased += _erase(gridward, found, subject, area, now)
    if erased:
        log.info("erased by retention", count=erased)
    return erased


def _classes(gridward: Gridward, now: datetime) -> tuple[Class, ...]:
    day = now.astimezone(_zone(gridward)).date()
    try:
        reference = gridward.shelf.in_force("retention", RULES, day)
    except Refused:  # none are published, so nothing has a term
        return ()
    return gridward.shelf.retention(reference).classes


def _erase(gridward: Gridward, found: Class, subject: str, area: str, now: datetime) -> bool:
    life = gridward.eraser.life(subject).version
    act = clockwork(command_id=f"retention:{subject}:{life}", area=area, at=now)
    try:
        answer = gridward.desk.do(ErasePerson(subject=subject, basis=found.basis), act)
    except Refused as refusal:
        if refusal.code not in _ALWAYS:
            raise
        return False
    return answer is not None and not answer.repeated


def _due_cases(gridward: Gridward, found: Class, now: datetime) -> Iterator[tuple[str, str]]:
    """Walk cases whose id is old enough and whose key is alive: the erased are never met again."""
    before = now - found.after
    for subject in _of_cases(gridward, before):
        case = case_in(subject)
        history = gridward.ledger.history(case) if case and not _is_held(gridward, case) else []
        if history and _ended_before(history, before):
            yield subject, history[0].fact.act.area


def _is_held(gridward: Gridward, case: UUID) -> bool:
    """Who called about a case is kept as long as the case is."""
    return gridward.ledger.load(Dossier, dossier_id(case_subject(case))).held


def _of_cases(gridward: Gridward, before: datetime) -> Iterator[str]:
    """Give cases that are old enough, and those who called about such a case."""
    for kind in _OF_CASES:
        yield from gridward.keys.active(kind, below=f"{kind}{_id_at(before)}")


def _ended_before(history: list[Recorded], before: datetime) -> bool:
    if not history[0].fact.TOPIC.startswith(f"{Incident.KIND}."):
        return False
    incident = Incident.rebuilt(history[0].fact.originator_id, (one.fact for one in history))
    return incident.course.ended and history[-1].recorded_at <= before


def _due_people(gridward: Gridward, found: Class, now: datetime) -> Iterator[tuple[str, str]]:
    before = (now - found.after).astimezone(_zone(gridward)).date()
    for handle in gridward.keys.active(_OF_PEOPLE, below="p."):
        person = gridward.ledger.load(Person, person_id(handle))
        if person.left_day is not None and person.left_day <= before:
            yield handle, gridward.ledger.history(person.id)[0].fact.act.area


def _zone(gridward: Gridward) -> ZoneInfo:
    return ZoneInfo(gridward.settings.time_zone)


def _id_at(at: datetime) -> UUID:
    """Give the lowest id of a case that began then: ids begin with their milliseconds."""
    return UUID(int=int(at.timestamp() * 1000) << _BELOW_TIME)
