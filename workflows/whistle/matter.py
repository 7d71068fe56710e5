"""A matter: the whistle an order is about, with everything that was stamped on it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from domain.incident.incident import Incident
from domain.kernel.act import Act
from domain.kernel.calendar import WorkingCalendar
from domain.kernel.codes import AreaCode
from domain.kernel.confiding import Words
from domain.kernel.limits import day_of
from domain.kernel.refusals import Refused
from domain.rulebook.whistles import Leaders, WhistleKind
from domain.whistle.whistle import Whistle
from ledger.records import Records
from workflows.engine import Engine
from workflows.incident import city
from workflows.office import Office
from workflows.whistle import standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """What one order is decided on: whistle, kind, definition and calendar as stamped, the day."""

    office: Office
    whistle: Whistle
    act: Act
    kind: WhistleKind
    engine: Engine
    calendar: WorkingCalendar
    day: date

    @property
    def records(self) -> Records:
        """Where it is saved."""
        return self.office.records

    @property
    def area(self) -> AreaCode:
        """The street that blew."""
        return AreaCode(self.whistle.roll.area)

    @property
    def case_area(self) -> AreaCode:
        """Where the case lies."""
        incident = self.whistle.roll.incident
        assert incident is not None  # noqa: S101  # every whistle begins with its case
        return AreaCode(self.records.load(Incident, incident).course.area)

    def words(self, text: str | None) -> Words | None:
        """Make words ready for the vault."""
        return Words(text=text, key=self.office.random_key()) if text else None

    def must_lead(self, leaders: Leaders) -> None:
        """Refuse whoever is none of these leaders."""
        area = leaders.area(self.area)
        standing.must_lead(self.records, self.act, leaders=leaders, area=area, day=self.day)

    def must_answer_for(self, unit: str) -> None:
        """Refuse whoever is no handler of the unit."""
        standing.must_answer_for(self.records, self.act, unit=unit, area=self.area, day=self.day)

    def must_be_summonable(self, unit: str) -> None:
        """Refuse a unit that this kind of whistle does not summon here."""
        standing.must_be_summonable(
            self.records, unit, kind=self.kind, area=self.case_area, day=self.day
        )


def matter_of(office: Office, whistle_id: UUID, act: Act) -> Matter:
    """Load a whistle; refuses ``no-such-whistle``. Facts of one whistle never run backwards."""
    whistle = office.records.load(Whistle, whistle_id)
    roll = whistle.roll
    if not roll.state:
        reason = "There is no such whistle. Open the case and choose one of its own."
        raise Refused("no-such-whistle", reason, whistle=str(whistle_id))
    if roll.last_at is not None and act.at < roll.last_at:
        act = replace(act, at=roll.last_at)
    calendar = office.shelf.calendar(roll.calendar)
    return Matter(
        office=office,
        whistle=whistle,
        act=act,
        kind=office.shelf.whistles(roll.rules, day_minutes=day_of(calendar)).kind(roll.kind),
        engine=office.engines.of(roll.way.definition),
        calendar=calendar,
        day=city.city_day(act, calendar.time_zone),
    )
