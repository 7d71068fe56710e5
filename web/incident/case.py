"""One case as it stands: from its own history, so that nobody waits for a read model to see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Literal
from uuid import UUID

from domain.incident.events import Reported
from domain.incident.incident import Incident
from domain.incident.photos import Photo
from domain.kernel.act import Act
from domain.kernel.codes import AreaCode
from domain.kernel.ids import incident_number
from domain.kernel.places import Place
from domain.kernel.record import case_subject
from domain.kernel.refusals import Refused
from projections.incident.case import standing_deadlines
from projections.incident.timeline import Entry, timeline
from web.access import CASE, must_be_for_role, must_see_case, no_such_incident, viewer
from web.acting import Actor
from web.city import the_city
from web.incident.masking import masked
from web.incident.veiling import Reader, veiled
from workflows.engine import Offer
from workflows.guards import Scene
from workflows.incident.city import city_day
from workflows.incident.standing import has_its_own_place, must_be_allowed

if TYPE_CHECKING:
    from domain.access.table import Field
    from domain.incident.course import Course, Deadline
    from domain.kernel.calendar import WorkingCalendar
    from ledger.ledger import Recorded
    from workflows.definition import Definition, StepRule

Light = Literal["on-time", "soon", "overdue"]


@dataclass(frozen=True, kw_only=True)  # no slots: its entries are made once
class Case:
    """A case, the rules it is pinned to, the instant it was looked at, and what may be seen."""

    incident: UUID
    version: int
    course: Course
    definition: Definition
    calendar: WorkingCalendar
    history: Sequence[Recorded]
    place: Place | None
    now: datetime
    fields: frozenset[Field]
    reader: Reader
    photos: Mapping[str, Photo]

    @property
    def number(self) -> str:
        """The number people say on the phone."""
        return incident_number(self.incident)

    @property
    def subject(self) -> str:
        """Whose data its words and photos are."""
        return case_subject(self.incident)

    @property
    def area(self) -> AreaCode:
        """Where it is."""
        return AreaCode(self.course.area)

    @property
    def deadlines(self) -> list[Deadline]:
        """What is due next comes first; deadlines already missed stay."""
        found: list[Deadline] = standing_deadlines(self.course, self.incident, self.calendar)
        return sorted(found, key=lambda deadline: deadline.due_at)

    @property
    def next_deadline(self) -> Deadline | None:
        """What is due first."""
        return next(iter(self.deadlines), None)

    @property
    def light(self) -> Light:
        """As on the board: an ended case shows whether it was handled on time."""
        if self.course.ended:
            return "overdue" if self.course.on_time is False else "on-time"
        first = self.next_deadline
        if first is None or self.now < min(one.warn_at for one in self.deadlines):
            return "on-time"
        return "overdue" if first.due_at < self.now else "soon"

    @cached_property
    def entries(self) -> list[Entry]:
        """What happened, in order, without what is kept from this reader."""
        found = veiled(timeline(self.history, the_city().shelf), self.definition, self.reader)
        return [masked(entry, self.fields, self.reader.handle) for entry in found]

    @property
    def reporter(self) -> str | None:
        """Who reported it, for those who may know; people know what they reported themselves."""
        course, mine = self.course, self.reader.handle == self.course.reporter
        return course.reporter if mine or "reporter" in self.fields else None

    @property
    def handler(self) -> str | None:
        """Who handles it, for those who may know."""
        course, mine = self.course, self.reader.handle == self.course.handler
        return course.handler if mine or "people" in self.fields else None

    @property
    def words(self) -> dict[tuple[int, str], str]:
        """What people wrote, by version and field, from the vault; nothing where it is closed."""
        if "words" not in self.fields:
            return {}
        found = the_city().ledger.words_of([self.incident])
        read = {(entry.version, name) for entry in self.entries for name in entry.confided}
        return {
            (version, name): words
            for (_, version, name), words in found.items()
            if (version, name) in read
        }


def case_of(incident: UUID) -> Case:
    """Open a case to the viewer; refuses ``not-for-your-role`` and ``no-such-incident``."""
    must_be_for_role(CASE)
    city = the_city()
    history = city.ledger.history(incident)
    if not history or not isinstance(history[0].fact, Reported):
        raise no_such_incident(incident)
    record = Incident.rebuilt(incident, (recorded.fact for recorded in history))
    verdict, who = must_see_case(incident, record.course), viewer()
    return Case(
        incident=incident,
        version=record.version,
        course=record.course,
        definition=city.desk.office.engines.of(
            record.course.workflow, calendar=record.course.calendar
        ).definition,
        calendar=city.shelf.calendar(record.course.calendar),
        history=history,
        place=history[0].fact.place if "place" in verdict.fields else None,
        now=city.now(),
        reader=Reader(handle=who.handle, role=who.role),
        fields=verdict.fields,
        photos=record.photos,
    )


def offers(case: Case, actor: Actor) -> list[Offer]:
    """Give the steps from here: those allowed to this person now, the others with the reason."""
    act = actor.act(area=case.course.area, command_id="offers", at=case.now)
    scene = Scene(incident=case.incident, course=case.course, act=act)
    engine = the_city().desk.office.engines.of(case.course.workflow, calendar=case.course.calendar)
    closed: dict[str, Refused | None] = {}
    return [
        Offer(rule=one.rule, refusal=one.refusal or _asked_once(case, one.rule, act, closed))
        for one in engine.offers(scene)
    ]


def _asked_once(
    case: Case, rule: StepRule, act: Act, known: dict[str, Refused | None]
) -> Refused | None:
    """Most steps need the role at the same place; that is looked up once for all of them."""
    place = rule.name if has_its_own_place(rule, case.course) else ""
    if place not in known:
        known[place] = _not_here(case, rule, act)
    return known[place]


def _not_here(case: Case, rule: StepRule, act: Act) -> Refused | None:
    """The role must be held where the step needs it too, which the engine does not know."""
    day = city_day(act, case.calendar.time_zone)
    records = the_city().desk.records
    try:
        must_be_allowed(records, case.definition, rule, act, course=case.course, day=day)
    except Refused as refusal:
        return refusal
    return None
