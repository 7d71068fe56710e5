"""The office: what the handlers of incidents work with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from domain.kernel.codes import AreaCode
from domain.kernel.limits import OFFICE_DAY, day_of
from ledger.erasing import Eraser
from ledger.evidence import NoPhotos, Photos
from ledger.ledger import Records
from ledger.shelf import Shelf
from workflows.engine import Engine
from workflows.people.answering import FullStaff, Staff
from workflows.reading import definition_from
from workflows.routing.units import NoUnits, Units


class Engines:
    """Engines by ``name@version``, each built once: a version never changes."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._built: dict[tuple[str, int], Engine] = {}

    def of(self, reference: str, *, calendar: str | None = None) -> Engine:
        """Give the engine a case is pinned to, its working days as long as its calendar's."""
        day = day_of(self._shelf.calendar(calendar)) if calendar else OFFICE_DAY
        engine = self._built.get((reference, day))
        if engine is None:
            content = self._shelf.content("workflow", reference)
            version = int(reference.rpartition("@")[2])
            definition = definition_from(dict(content), version=version, day_minutes=day)
            engine = self._built[reference, day] = Engine(definition)
        return engine

    def latest(self, name: str) -> Engine:
        """Give the engine of the highest version; refuses ``unknown-publication``."""
        return self.of(self._shelf.latest("workflow", name))

    def for_new(self, name: str, *, area: AreaCode, at: datetime) -> Engine:
        """Give the engine a case begins with in an area: the one piloted there, or in force.

        Refuses ``unknown-publication``, and ``nothing-in-force`` before the first version begins.
        """
        day = self.city_day(name, at)
        return self.of(self._shelf.begins_with("workflow", name, area=area, on=day))

    def in_force(self, name: str, *, at: datetime) -> Engine:
        """Give the engine in force in the city, whatever an area pilots."""
        return self.of(self._shelf.in_force("workflow", name, self.city_day(name, at)))

    def city_day(self, name: str, at: datetime) -> date:
        """Give the local day of an instant in the time zone of a workflow's calendar."""
        calendar = self._shelf.latest("calendar", self.latest(name).definition.calendar)
        return at.astimezone(ZoneInfo(self._shelf.calendar(calendar).time_zone)).date()


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """Records, rules, engines, random keys, units, people, photos, time zone, and who erases."""

    records: Records
    shelf: Shelf
    engines: Engines
    random_key: Callable[[], bytes] = field(repr=False)
    units: Units = field(default_factory=NoUnits)
    staff: Staff = field(default_factory=FullStaff)
    photos: Photos = field(default_factory=NoPhotos)
    time_zone: str = "Asia/Shanghai"
    eraser: Eraser | None = None
