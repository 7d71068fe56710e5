"""What routing asks of the city: who answers for a category, and how much each has to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Protocol

from domain.kernel.codes import AreaCode
from domain.rulebook.routing import Answering


class Units(Protocol):
    """The units of a city; an answer may be some seconds old, the decision keeps what it saw."""

    def answering(
        self, category: str, area: AreaCode, day: date, *, broader: Sequence[str]
    ) -> Sequence[Answering]:
        """Give the units that answer for a category in an area that day, the nearest first.

        ``broader`` are the classes of the category: who answers for one answers for it too.
        """
        ...

    def open_cases(self, units: Sequence[str]) -> Mapping[str, int]:
        """Count the cases that each unit has and that have not ended."""
        ...


class NoUnits:
    """A city in which nobody answers for anything: every matter goes to the district."""

    def answering(
        self, category: str, area: AreaCode, day: date, *, broader: Sequence[str]
    ) -> Sequence[Answering]:
        del category, area, day, broader
        return ()

    def open_cases(self, units: Sequence[str]) -> Mapping[str, int]:
        return dict.fromkeys(units, 0)
