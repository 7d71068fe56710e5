"""The units of a town, asked by routing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from domain.incident.events import Reported
from domain.incident.incident import Incident
from domain.kernel.codes import AreaCode
from domain.people.events import UnitFounded
from domain.people.unit import Unit
from domain.rulebook.routing import Answering
from workflows.rehearsal.ground import Ground


class TownUnits:
    """Gives the same answers as the read models, from the records themselves."""

    def __init__(self, records: Ground) -> None:
        """Look into these records."""
        self._records = records

    def answering(
        self, category: str, area: AreaCode, day: date, *, broader: Sequence[str]
    ) -> Sequence[Answering]:
        """Give the nearest units first, then who answers for the category, then by code."""
        known = (category, *broader)
        found = [
            (-unit.area.number, known.index(code), unit.code, unit.kind)
            for unit in self._units()
            for code in unit.answers_for(day)
            if unit.area is not None and unit.area.covers(area) and code in known
        ]
        units = {code: Answering(unit=code, kind=kind) for _, _, code, kind in sorted(found)}
        return tuple(units.values())

    def open_cases(self, units: Sequence[str]) -> Mapping[str, int]:
        """Count the cases that have not ended."""
        courses = [
            self._records.load(Incident, one).course for one in self._records.begun(Reported.TOPIC)
        ]
        return {unit: sum(one.unit == unit and not one.ended for one in courses) for unit in units}

    def _units(self) -> list[Unit]:
        return [self._records.load(Unit, one) for one in self._records.begun(UnitFounded.TOPIC)]
