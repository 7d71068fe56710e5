"""What a step's form offers to choose from: categories, units, people, conditions."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from domain.kernel.codes import Level
from domain.rulebook.limits import ORDINARY
from projections.incident.duplicates import Candidate, Sighting, candidates
from projections.people.queries import UnitRow, roster_page, units_inside, units_page
from web.city import Reading, the_city, today
from web.incident.aftermath import limit_step_options
from web.incident.case import Case
from web.languages import language, named, word
from web.naming import Naming, subs_by_class
from web.people.api import answering
from workflows.definition import SUB_UNIT

if TYPE_CHECKING:
    from workflows.definition import Field

MOST_UNITS = 100
MOST_PEOPLE = 200
MOST_CASES = 20
AROUND_M = 500
Option = tuple[str, str]
Group = tuple[str, list[Option]]


class Choices:
    """The choices for one case; each is looked up when its form is drawn."""

    def __init__(self, conn: Reading, case: Case, naming: Naming) -> None:
        self._conn = conn
        self._case = case
        self._naming = naming
        self._day = today()

    def groups(self, field: Field) -> list[Group]:
        """Give the choices of a field, in groups that have a name or none."""
        if field.name == "condition" and not field.choices:
            return self._conditions
        match field.kind:
            case "unit" if field.name == SUB_UNIT:
                return self._units_inside
            case "category":
                return self._categories
            case "unit":
                return self._units
            case "person":
                return self._people
            case "incident":
                return [("", self._leading)] if self._leading else []
            case "limit_step":
                return [("", limit_step_options(self._case))]
            case "choice":
                return [("", self._choices(field))]
        return []

    def chosen(self, field: Field) -> str:
        """Give what is chosen until somebody chooses."""
        if field.kind == "category":
            return self._case.course.category
        if field.kind == "unit" and field.name != SUB_UNIT and self._nearest:
            return self._nearest[0].code
        if field.name == "outcome" and field.choices:
            late = self.judged_late and "late" in field.choices
            return "late" if late else field.choices[0]
        return field.choices[0] if field.choices else ""

    @property
    def judged_late(self) -> bool:
        """Whether the handling came after the limit."""
        course = self._case.course
        due_at = course.bundled_due_at(self._case.calendar)
        return bool(due_at and course.handled_at and course.handled_at > due_at)

    @cached_property
    def _categories(self) -> list[Group]:
        found = self._naming.categories
        if found is None:
            return []
        return [
            (named(whole.name), [(sub.code, f"{sub.code} {named(sub.name)}") for sub in subs])
            for whole, subs in subs_by_class(found)
        ]

    @cached_property
    def _nearest(self) -> list[UnitRow]:
        course = self._case.course
        return answering(self._conn, course.category, self._case.area, self._day)

    @cached_property
    def _units(self) -> list[Group]:
        """Those that answer for the category come first."""
        near = [unit.code for unit in self._nearest]
        area = self._case.area
        within = area.at(Level.DISTRICT) if area.level > Level.DISTRICT else area
        others = units_page(self._conn, within, self._day, limit=MOST_UNITS)
        first = [(unit.code, _name(unit)) for unit in self._nearest]
        rest = [(unit.code, _name(unit)) for unit in others if unit.code not in near]
        return [
            (word("form", "answering-units"), first),
            (word("form", "other-units"), rest),
        ]

    @cached_property
    def _units_inside(self) -> list[Group]:
        """Those of the department that is responsible."""
        inside = units_inside(self._conn, self._case.course.unit or "", self._day)
        return [("", [(unit.code, _name(unit)) for unit in inside])] if inside else []

    @cached_property
    def _people(self) -> list[Group]:
        """Handlers by their units, in the order in which the units are offered."""
        area = self._case.area
        within = area.at(Level.DISTRICT) if area.level > Level.DISTRICT else area
        posts = roster_page(self._conn, within, self._day, role="handler", limit=MOST_PEOPLE)
        self._naming.look_up(people=[post.handle for post in posts])
        by_unit: dict[str, list[Option]] = {}
        for post in posts:
            if post.unit and (post.area is None or post.area.covers(area)):
                option = (post.handle, self._naming.person(post.handle))
                by_unit.setdefault(post.unit, []).append(option)
        units = [option for _, options in self._units for option in options]
        return [(name, by_unit[code]) for code, name in units if code in by_unit]

    @cached_property
    def _leading(self) -> list[Option]:
        """Open cases reported before that may be the same matter, the nearest first."""
        case = self._case
        seen = Sighting(
            category=case.course.category,
            area=case.area,
            place=case.place,
            besides=case.incident,
        )
        found = candidates(self._conn, seen, now=case.now, metres=AROUND_M, limit=MOST_CASES)
        return [(str(one.incident), self._told(one)) for one in found]

    def _told(self, one: Candidate) -> str:
        away = f"{one.metres} m" if one.metres is not None else self._naming.area(one.area)
        return f"{one.number} · {self._naming.category(one.category)} · {away}"

    def _choices(self, field: Field) -> list[Option]:
        return [(choice, word("choice", choice)) for choice in field.choices]

    @cached_property
    def _conditions(self) -> list[Group]:
        """The filing conditions of the category as it stands, each with what it means."""
        wanted = self._case.definition.limits
        if wanted is None:
            return []
        shelf = the_city().shelf
        limits = shelf.limits(shelf.latest("limits", wanted))
        found = [
            (rule.condition, f"{word('choice', rule.condition)}: {named(rule.filing)}")
            for rule in limits.conditions(self._case.course.category)
        ]
        return [("", sorted(found, key=lambda one: one[0] != ORDINARY))]


def _name(unit: UnitRow) -> str:
    return unit.name if language() == "zh" or not unit.name_en else unit.name_en
