"""Replaying a recorded case: what people did, at their instants, by the old rules or by a draft."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar

from domain.incident import events as happened
from domain.incident.course import Deadline
from domain.incident.events_moving import MovedToVersion
from domain.incident.incident import Incident
from domain.kernel.calendar import WorkingCalendar
from domain.kernel.codes import AreaCode, Level
from domain.kernel.limits import Limit
from domain.kernel.refusals import Refused
from domain.rulebook.limits import LimitBook
from workflows.definition import Definition
from workflows.engine import Engine
from workflows.simulation.case import Deed, RunningCase, assign, file
from workflows.simulation.recorded import Done, Opening, RecordedCase, Retold
from workflows.simulation.remembering import RememberingEngine

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The published versions that cases are pinned to, by ``name@version``."""

    definitions: Mapping[str, Definition]
    calendars: Mapping[str, WorkingCalendar]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """Rules to try: each that is given stands in for the one that was in force."""

    definition: Definition | None = None
    limits: LimitBook | None = None
    calendar: WorkingCalendar | None = None


class Book:
    """The rules of one replay: those in force, and a draft where it says otherwise."""

    def __init__(self, rules: Rules, draft: Draft | None = None) -> None:
        """Build no engine yet."""
        self._rules = rules
        self._draft = draft or Draft()
        self._engines: dict[str, Engine] = {}

    @property
    def drafts_workflow(self) -> bool:
        """Whether a draft stands in for every version of the workflow."""
        return self._draft.definition is not None

    def engine(self, reference: str) -> Engine:
        """Give the engine for a case pinned to ``reference``."""
        engine = self._engines.get(reference)
        if engine is None:
            definition = self._draft.definition or _known(self._rules.definitions, reference)
            engine = self._engines[reference] = RememberingEngine(definition)
        return engine

    def calendar(self, reference: str) -> WorkingCalendar:
        """Give the calendar for a case that carries ``reference``; emergencies keep their own."""
        draft = self._draft.calendar
        urgent = (one.emergency_calendar for one in self._rules.definitions.values())
        if draft is None or reference.partition("@")[0] in urgent:
            return _known(self._rules.calendars, reference)
        return draft

    def level(self, reported: happened.Reported) -> str:
        """Give the rung a case begins on."""
        if self._draft.definition is None:
            return reported.level
        rungs = self._draft.definition.ladder
        first = rungs[0].level if rungs else Level.DISTRICT
        return min(first, AreaCode(reported.area).level).word

    def filed(self, fact: happened.Filed) -> happened.Filed:
        """Stamp as the draft's limits say; a limit that did not come from limits stays."""
        limits = self._draft.limits
        if limits is None or fact.limits is None or not _by_limits(fact):
            return fact
        rule = limits.rule(fact.category, fact.condition)
        return replace(fact, limit=rule.handling, limits=limits.reference)


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """A case carried to the end of the record by one set of rules."""

    incident: Incident
    seen: Mapping[str, Deadline] = field(default_factory=dict)
    refused: Refused | None = None


def replay(case: RecordedCase, book: Book, *, until: datetime) -> Replayed:
    """Do what people did, letting the clock fire between; stops at the first step refused."""
    incident = Incident(case.incident)
    engine = book.engine(case.opening.reported.workflow)
    running = RunningCase(incident, engine, book.calendar)
    try:
        _open(incident, case.opening, book, engine.definition)
        for done in case.done:
            running.catch_up(_at(done), before=case.foreign)
            _do(running, done, book)
        running.catch_up(until)
    except Refused as refused:
        return Replayed(incident=incident, seen=running.seen, refused=refused)
    return Replayed(incident=incident, seen=running.seen)


def _at(done: Done) -> datetime:
    return done.fact.act.at if isinstance(done, Retold) else done.act.at


def _do(running: RunningCase, done: Done, book: Book) -> None:
    match done:
        case Deed(filed=None):
            running.take(done)
        case Deed(filed=happened.Filed() as filed):
            running.take(replace(done, filed=book.filed(filed)))
        case Retold(fact=MovedToVersion() as fact):
            _go_over(running, fact, book)
        case Retold(fact=fact):
            running.incident.tell(replace(fact))


def _go_over(running: RunningCase, fact: MovedToVersion, book: Book) -> None:
    """Go on by the version a plan moved it to; a draft stands in for both, and there is no move."""
    if not book.drafts_workflow:
        running.incident.tell(replace(fact))
        running.engine = book.engine(fact.workflow)


def _open(incident: Incident, opening: Opening, book: Book, definition: Definition) -> None:
    reported = opening.reported
    act = reported.act
    incident.report(
        act,
        area=reported.area,
        level=book.level(reported),
        category=reported.category,
        source=reported.source,
        workflow=reported.workflow,
        calendar=reported.calendar,
        stage=definition.starts_in,
        marks=definition.starts_with,
        limit=_first_limit(definition),
        reporter=reported.reporter,
        place=reported.place,
        reference=reported.reference,
    )
    if opening.filed is not None:
        file(incident, book.filed(opening.filed), act)
    if opening.assigned is not None:
        assign(incident, opening.assigned, act)


def _by_limits(fact: happened.Filed) -> bool:
    """Whether the limits gave it; a routing rule or a record may have."""
    return str(fact.why.get("rule", "")).startswith(f"{fact.limits}/")


def _first_limit(definition: Definition) -> Limit | None:
    deadline = definition.stages[definition.starts_in].deadline
    return deadline.within if deadline else None


def _known(kept: Mapping[str, T], reference: str) -> T:
    found = kept.get(reference)
    if found is None:
        reason = "A case names rules that are not at hand; read them together with the cases."
        raise Refused("unknown-publication", reason, reference=reference)
    return found
