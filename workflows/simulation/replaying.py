"""Replaying a recorded case: what people did, at their instants, by the old rules or by a draft."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from domain.incident import events as happened
from domain.incident.course import Deadline
from domain.incident.events_moving import MovedToVersion
from domain.incident.incident import Incident
from domain.kernel.limits import Limit
from domain.kernel.refusals import Refused
from workflows.definition import Definition
from workflows.simulation.as_recorded import AsRecorded
from workflows.simulation.case import Deed, RunningCase, assign, file
from workflows.simulation.recorded import Done, Opening, PartOver, RecordedCase, Retold
from workflows.simulation.rules import Book


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """A case carried to the end of the record by one set of rules."""

    incident: Incident
    seen: Mapping[str, Deadline] = field(default_factory=dict)
    refused: Refused | None = None


def replay(case: RecordedCase, book: Book, *, until: datetime) -> Replayed:
    """Do what people did, letting the clock fire between; stops at the first step refused."""
    incident = Incident(case.incident)
    running = RunningCase(incident, book if book.drafts_seats else AsRecorded(book, case))
    try:
        _open(incident, case.opening, book)
        for done in case.done:
            running.catch_up(_at(done), before=case.foreign)
            _do(running, done, book, case.opening.reported)
        running.catch_up(until)
    except Refused as refused:
        return Replayed(incident=incident, seen=running.seen, refused=refused)
    return Replayed(incident=incident, seen=running.seen)


def _at(done: Done) -> datetime:
    return done.fact.act.at if isinstance(done, Retold | PartOver) else done.act.at


def _do(running: RunningCase, done: Done, book: Book, reported: happened.Reported) -> None:
    match done:
        case Deed(acknowledges=True) if not running.course.unanswered:
            return  # by these rules nobody is called, so nobody answers
        case Deed(filed=None):
            running.take(done)
        case Deed(filed=happened.Filed() as filed):
            running.take(replace(done, filed=book.filed(filed, reported)))
        case PartOver(fact=over):
            running.hear(over)
        case Retold(fact=MovedToVersion() as fact):
            _go_over(running, fact, book)
        case Retold(fact=fact):
            running.incident.tell(replace(fact))


def _go_over(running: RunningCase, fact: MovedToVersion, book: Book) -> None:
    """Go on by the version a plan moved it to; a draft stands in for both, and there is no move."""
    if not book.drafts_workflow:
        running.incident.tell(replace(fact))


def _open(incident: Incident, opening: Opening, book: Book) -> None:
    reported = opening.reported
    act, calendar = reported.act, book.begun(reported, filed=opening.filed)
    definition = book.engine(reported.workflow, calendar).definition
    incident.report(
        act,
        area=reported.area,
        level=book.level(reported),
        category=reported.category,
        source=reported.source,
        workflow=reported.workflow,
        calendar=calendar,
        stage=definition.starts_in,
        marks=definition.starts_with,
        limit=_first_limit(definition),
        reporter=reported.reporter,
        place=reported.place,
        reference=reported.reference,
    )
    if opening.filed is not None:
        file(incident, book.filed(opening.filed, reported), act)
    if opening.assigned is not None:
        assign(incident, opening.assigned, act)
    if opening.began is not None:
        incident.tell(replace(opening.began))


def _first_limit(definition: Definition) -> Limit | None:
    deadline = definition.stages[definition.starts_in].deadline
    return deadline.within if deadline else None
