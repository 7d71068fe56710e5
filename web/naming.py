"""Names for codes and handles, looked up for what one answer shows and no more."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING

from domain.kernel.codes import AreaCode, Level
from domain.kernel.refusals import Refused
from domain.people.person import person_id
from projections.area.queries import AreaRow, areas_on
from projections.people.queries import UnitRow, unit_on
from web.city import Reading, the_city, today
from web.languages import language, named, say, word
from workflows.incident.residents import RESIDENT

if TYPE_CHECKING:
    from domain.rulebook.categories import Categories, Category
    from workflows.definition import Definition, Label, Role


_PROCESSES = frozenset({"joining", "branching"})


class Naming:
    """Names of one answer; each is looked up once."""

    def __init__(self, conn: Reading) -> None:
        self._conn = conn
        self._day = today()
        self._areas: dict[AreaCode, AreaRow] = {}
        self._units: dict[str, UnitRow | None] = {}
        self._people: dict[str, str] = {}

    def look_up(
        self, *, areas: Iterable[AreaCode] = (), people: Iterable[str | None] = ()
    ) -> Naming:
        """Fetch in bulk what the answer will show."""
        codes = {above for code in areas for above in code.path} - set(self._areas)
        if codes:
            self._areas |= areas_on(self._conn, codes, self._day)
        by_stream = {person_id(one): one for one in people if one and one.startswith("p-")}
        if by_stream:
            words = the_city().ledger.words_of(by_stream)
            self._people |= {by_stream[key[0]]: name for key, name in words.items()}
        return self

    def area(self, code: AreaCode) -> str:
        """Give an area's name, or its code where it has none today."""
        if code not in self._areas:
            self.look_up(areas=[code])
        row = self._areas.get(code)
        return str(code) if row is None else _in_language(row)

    def path(self, code: AreaCode, *, below: Level = Level.CITY) -> str:
        """Give the names from the level below ``below`` down to the area.

        >>> " › ".join(["Heping", "Xiaobailou"])
        'Heping › Xiaobailou'
        """
        above = [part for part in code.path if part.level > below] or [code]
        return " › ".join(self.area(part) for part in above)

    def person(self, handle: str | None) -> str:
        """Give a person's name from the vault, or the handle where it was erased."""
        if handle is None:
            return ""
        if handle == "clockwork":
            return say("The city's clock")
        if handle == RESIDENT:
            return say("The resident who reported it")
        if handle in _PROCESSES:
            return say("A process")
        if handle not in self._people:
            self.look_up(people=[handle])
        return self._people.get(handle, handle)

    def unit(self, code: str | None) -> str:
        """Give a unit's name."""
        if not code:
            return ""
        if code not in self._units:
            self._units[code] = unit_on(self._conn, code, self._day)
        row = self._units[code]
        return code if row is None else _in_language(row)

    def category(self, code: str) -> str:
        """Give a category's name in the list in force."""
        found = self.categories.by_code.get(code) if self.categories else None
        return named(found.name, code) if found else code

    def stage(self, workflow: str, stage: str) -> str:
        """Give a stage's name in a workflow."""
        found = definition_of(workflow).stages.get(stage)
        return named(found.label) if found else stage

    def workflow(self, name: str) -> str:
        """Give the title of a workflow as new cases begin with it."""
        try:
            return named(the_city().desk.office.engines.latest(name).definition.title)
        except Refused:
            return name

    def role(self, role: str) -> str:
        """Give a role's name in the city's workflow."""
        found = self.roles.get(role)
        return named(found.label) if found else word("role", role)

    @cached_property
    def roles(self) -> dict[str, Role]:
        """The roles of the city's workflow."""
        return current_definition().roles

    @cached_property
    def categories(self) -> Categories | None:
        """The categories in force."""
        return current_categories()


def definition_of(workflow: str) -> Definition:
    """Give a workflow by ``name@version``."""
    return the_city().desk.office.engines.of(workflow).definition


def current_definition() -> Definition:
    """Give the workflow in force: what new cases begin with where no area pilots another."""
    city = the_city()
    return city.desk.office.engines.in_force(city.settings.workflow, at=city.now()).definition


def current_categories() -> Categories | None:
    """Give the categories of the city's workflow; None before any were published."""
    shelf, wanted = the_city().shelf, current_definition().categories
    try:
        return shelf.categories(shelf.latest("categories", wanted)) if wanted else None
    except Refused:
        return None


def subs_by_class(categories: Categories) -> list[tuple[Category, tuple[Category, ...]]]:
    """Give the classes with their sub-classes, in the order they were written."""
    return [(whole, categories.subs(whole.code)) for whole in categories.classes]


def step_label(definition: Definition, step: str) -> Label | None:
    """Give the name of a step."""
    return next((rule.label for rule in definition.steps_named(step)), None)


def _in_language(row: AreaRow | UnitRow) -> str:
    return row.name if language() == "zh" or not row.name_en else row.name_en
