"""Who answers for what in the sample city, as routing asks for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from domain.kernel.codes import AreaCode, Level
from domain.rulebook.routing import Answering
from ops.sample.city import City


class SampleUnits:
    """One unit answers for each category; nobody counts what it has to do."""

    def __init__(self, city: City) -> None:
        self._city = city

    def answering(
        self, category: str, area: AreaCode, day: date, *, broader: Sequence[str]
    ) -> Sequence[Answering]:
        """Give the unit; above a street none is near enough."""
        del day, broader
        if area.level < Level.STREET:
            return ()
        crew = self._city.crew_for(category, area)
        return (Answering(unit=crew.code, kind=crew.department.kind),)

    def open_cases(self, units: Sequence[str]) -> Mapping[str, int]:
        """Say nothing, so that no decision keeps a number nobody counted."""
        del units
        return {}
