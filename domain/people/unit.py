"""A unit: a department, or a second-level unit inside one, and the categories it answers for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from uuid import UUID

from domain.kernel.act import Act
from domain.kernel.codes import AreaCode
from domain.kernel.facts import Fact
from domain.kernel.ids import named_id
from domain.kernel.record import Record
from domain.kernel.refusals import Refused
from domain.people.events import UnitAnswersFor, UnitClosed, UnitFounded

LONGEST_NAME = 100
_CODE = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?", re.ASCII)
_CATEGORY = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,38}[A-Za-z0-9])?", re.ASCII)


def unit_id(code: str) -> UUID:
    """Give the id of a unit's record."""
    return named_id("unit", code)


class Unit(Record):
    """A unit that is made responsible, summoned and rated. It serves one area and all below it."""

    KIND = "unit"

    def __init__(self, record_id: UUID) -> None:
        """Begin before the unit was founded."""
        super().__init__(record_id)
        self.code = ""
        self.kind = ""
        self.area: AreaCode | None = None
        self.parent: str | None = None
        self.from_day: date | None = None
        self.to_day: date | None = None
        self.duties: tuple[tuple[date, tuple[str, ...]], ...] = ()

    def works_on(self, day: date) -> bool:
        """Tell whether the unit works on a day."""
        if self.from_day is None or day < self.from_day:
            return False
        return self.to_day is None or day < self.to_day

    def answers_for(self, day: date) -> tuple[str, ...]:
        """Give the categories that the unit answers for on a day."""
        if not self.works_on(day):
            return ()
        return next((duty for since, duty in reversed(self.duties) if since <= day), ())

    def found(
        self,
        act: Act,
        *,
        code: str,
        name: str,
        kind: str,
        area: AreaCode,
        from_day: date,
        name_en: str | None = None,
        parent: Unit | None = None,
    ) -> None:
        """Found a unit once; ``parent`` makes it a second-level unit of a department."""
        if self.exists:
            raise Refused("unit-exists", f"The unit {code} stands already.", unit=code)
        if not _CODE.fullmatch(code):
            reason = "A unit's code is up to 40 small letters, digits and hyphens."
            raise Refused("invalid-unit-code", reason, unit=code[:40])
        if not 0 < len(name.strip()) <= LONGEST_NAME or not name.isprintable():
            raise Refused("invalid-name", f"A unit's name has 1 to {LONGEST_NAME} characters.")
        if parent is not None:
            _must_take_units(parent, area, from_day)
        founded = UnitFounded(
            act=act,
            code=code,
            name=name.strip(),
            name_en=name_en or None,
            kind=kind,
            area=str(area),
            parent=parent.code if parent else None,
            from_day=from_day,
        )
        self.tell(founded)

    def answer_for(self, act: Act, *, categories: Iterable[str], from_day: date) -> None:
        """Say for which categories it answers from a day on; the same again records nothing."""
        self._must_work(from_day)
        wanted = tuple(sorted(set(categories)))
        unusable = next((code for code in wanted if not _CATEGORY.fullmatch(code)), None)
        if unusable is not None:
            reason = "A category code has 1 to 40 letters, digits, dots and hyphens."
            raise Refused("invalid-category", reason, category=unusable[:40])
        since, duty = self.duties[-1] if self.duties else (from_day, ())
        if from_day < since:
            reason = f"The last change holds from {since}; a new one cannot hold from {from_day}."
            raise Refused("day-before-last-change", reason, unit=self.code)
        if wanted != duty:
            self.tell(UnitAnswersFor(act=act, code=self.code, categories=wanted, from_day=from_day))

    def close(self, act: Act, *, from_day: date) -> None:
        """End the unit's work; closing again records nothing."""
        if self.to_day is not None:
            return
        self._must_work(from_day)
        self.tell(UnitClosed(act=act, code=self.code, from_day=from_day))

    def when(self, fact: Fact) -> None:
        """Assign what the fact says."""
        match fact:
            case UnitFounded():
                self.code = fact.code
                self.kind = fact.kind
                self.area = AreaCode(fact.area)
                self.parent = fact.parent
                self.from_day = fact.from_day
            case UnitAnswersFor():
                self.duties = (*self.duties, (fact.from_day, fact.categories))
            case UnitClosed():
                self.to_day = fact.from_day

    def _must_work(self, day: date) -> None:
        if not self.exists:
            raise Refused("no-such-unit", "No unit was ever founded under this code.")
        if not self.works_on(day):
            reason = f"The unit {self.code} does not work on {day}."
            raise Refused("unit-not-working", reason, unit=self.code, day=str(day))


def _must_take_units(parent: Unit, area: AreaCode, day: date) -> None:
    if parent.area is None or not parent.works_on(day):
        raise Refused("no-such-unit", f"The parent unit does not work on {day}.")
    if parent.parent is not None:
        reason = "A second-level unit has no units inside it; name its department as the parent."
        raise Refused("unit-too-deep", reason, parent=parent.code)
    if not parent.area.covers(area):
        reason = f"The parent serves {parent.area}, which does not cover {area}."
        raise Refused("unit-outside-parent", reason, parent=parent.code, area=str(area))
