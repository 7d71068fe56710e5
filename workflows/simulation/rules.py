"""The rules of a replay: those in force, by name and working day, and a draft beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TypeVar

from domain.incident import events as happened
from domain.kernel.calendar import WorkingCalendar
from domain.kernel.codes import AreaCode, Level
from domain.kernel.limits import day_of
from domain.kernel.refusals import Refused
from domain.rulebook.limits import LimitBook
from workflows.definition import Definition
from workflows.engine import Engine
from workflows.simulation.remembering import RememberingEngine
from workflows.simulation.seats import Seats

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The published versions that cases are pinned to, by ``name@version``.

    ``by_day`` are definitions whose working days are as long as another calendar's, ``limits``
    the limits of each such day, by reference and minutes. Without ``seats`` every rung is held.
    """

    definitions: Mapping[str, Definition]
    calendars: Mapping[str, WorkingCalendar]
    by_day: Mapping[tuple[str, int], Definition] = field(default_factory=dict)
    limits: Mapping[tuple[str, int], LimitBook] = field(default_factory=dict)
    seats: Seats | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """Rules to try: each that is given stands in for the one that was in force.

    ``by_day`` and ``limits_by_day`` are the same for calendars with another working day.
    """

    definition: Definition | None = None
    limits: LimitBook | None = None
    calendar: WorkingCalendar | None = None
    seats: Seats | None = None
    by_day: Mapping[int, Definition] = field(default_factory=dict)
    limits_by_day: Mapping[int, LimitBook] = field(default_factory=dict)


class Book:
    """The rules of one replay: those in force, and a draft where it says otherwise."""

    def __init__(self, rules: Rules, draft: Draft | None = None) -> None:
        """Build no engine yet."""
        self._rules = rules
        self._draft = draft or Draft()
        self._engines: dict[tuple[str, str], Engine] = {}
        definitions = [*rules.definitions.values(), self._draft.definition]
        self._urgent = {one.emergency_calendar for one in definitions if one} - {None}

    @property
    def drafts_workflow(self) -> bool:
        """Whether a draft stands in for every version of the workflow."""
        return self._draft.definition is not None

    @property
    def drafts_seats(self) -> bool:
        """Whether a draft says who sits where, whatever was recorded."""
        return self._draft.seats is not None

    def engine(self, workflow: str, calendar: str) -> Engine:
        """Give the engine for a case pinned to both, its working days the calendar's."""
        engine = self._engines.get((workflow, calendar))
        if engine is None:
            definition = self._definition(workflow, day_of(self.calendar(calendar)))
            engine = self._engines[workflow, calendar] = RememberingEngine(definition)
        return engine

    def calendar(self, reference: str) -> WorkingCalendar:
        """Give the calendar for a case that carries ``reference``; emergencies keep their own."""
        draft = self._draft.calendar
        if draft is None or self._is_urgent(reference):
            return _known(self._rules.calendars, reference)
        return draft

    def sits(self, role: str, area: AreaCode, day: date) -> bool:
        """Tell whether somebody sits at a rung; where no roster is at hand, somebody does."""
        seats = self._draft.seats or self._rules.seats
        return seats is None or seats.sits(role, area, day)

    def level(self, reported: happened.Reported) -> str:
        """Give the rung a case begins on."""
        if self._draft.definition is None:
            return reported.level
        rungs = self._draft.definition.ladder
        first = rungs[0].level if rungs else Level.DISTRICT
        return min(first, AreaCode(reported.area).level).word

    def begun(self, reported: happened.Reported, *, filed: happened.Filed | None) -> str:
        """Give the calendar that a report stamps; what came filed brings its own."""
        if filed is not None:
            return reported.calendar
        return self._stamped(reported.calendar, reported, reported.category, None)

    def filed(self, fact: happened.Filed, reported: happened.Reported) -> happened.Filed:
        """Stamp as the rules say; a limit that did not come from limits stays."""
        if fact.limits is None or not _by_limits(fact):
            return fact
        calendar = self._stamped(fact.calendar, reported, fact.category, fact.condition)
        limits = self._limits(fact.limits, day_of(self.calendar(calendar)))
        if limits is None:
            return fact if calendar == fact.calendar else replace(fact, calendar=calendar)
        rule = limits.rule(fact.category, fact.condition)
        return replace(
            fact,
            limit=rule.handling,
            limits=limits.reference,
            calendar=calendar,
            steps=rule.stamped,
        )

    def _definition(self, workflow: str, day: int) -> Definition:
        draft = self._draft
        if draft.definition is not None:
            return draft.by_day.get(day, draft.definition)
        return self._rules.by_day.get((workflow, day)) or _known(self._rules.definitions, workflow)

    def _limits(self, reference: str, day: int) -> LimitBook | None:
        """Give the limits to stamp anew; None where the draft leaves what was stamped."""
        draft = self._draft
        if draft.limits is not None:
            return draft.limits_by_day.get(day, draft.limits)
        return None if draft.calendar is None else self._rules.limits.get((reference, day))

    def _stamped(
        self, recorded: str, reported: happened.Reported, category: str, condition: str | None
    ) -> str:
        """Name the calendar: another only where draft limits judge the emergency otherwise."""
        draft, limits = self._draft, self._draft.limits
        definition = draft.definition or self._rules.definitions.get(reported.workflow)
        urgent = definition.emergency_calendar if definition else None
        if limits is None or definition is None or urgent is None:
            return recorded
        is_urgent = limits.is_emergency(category, condition)
        if is_urgent == self._is_urgent(recorded):
            return recorded
        name = urgent if is_urgent else definition.calendar_in(AreaCode(reported.area))
        return self._latest(name) or recorded

    def _is_urgent(self, reference: str) -> bool:
        return reference.partition("@")[0] in self._urgent

    def _latest(self, name: str) -> str | None:
        versions = [one for one in self._rules.calendars if one.partition("@")[0] == name]
        return max(versions, key=lambda one: int(one.partition("@")[2]), default=None)


def _by_limits(fact: happened.Filed) -> bool:
    """Whether the limits gave it; a routing rule or a record may have."""
    return str(fact.why.get("rule", "")).startswith(f"{fact.limits}/")


def _known(kept: Mapping[str, T], reference: str) -> T:
    found = kept.get(reference)
    if found is None:
        reason = "A case names rules that are not at hand; read them together with the cases."
        raise Refused("unknown-publication", reason, reference=reference)
    return found
