"""Routing rules as they are published: which unit a matter goes to, and by when.

The first rule whose conditions all hold decides. The answer follows from the facts given alone,
so a decision that kept its facts can be made again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from domain.kernel.codes import AreaCode
from domain.kernel.limits import Limit
from domain.kernel.places import Place
from domain.kernel.routed import OTHERWISE, Routed
from domain.rulebook.hours import Hours, local_day, local_minute
from domain.rulebook.names import Named
from domain.rulebook.rings import Corner, is_inside

OF_CATEGORY = "of-category"
"""The unit kind that the categories name for the matter's own category."""
ANY = "any"
"""Every kind: the nearest unit that answers for the category."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answering:
    """A unit that answers for the matter's category in its area, and its kind."""

    unit: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutingFacts:
    """All that a rule may look at. ``local`` is the city's time, such as ``2026-11-16T09:00``.

    ``units`` are those that answer, the nearest first; ``loads`` counts open cases by unit,
    ``resting`` are units that rules name and that do not work that day.
    """

    category: str
    kind: str
    area: str
    source: str
    local: str
    working: bool
    place: Place | None = None
    answers: Mapping[str, str] = field(default_factory=dict)
    units: tuple[Answering, ...] = ()
    loads: Mapping[str, int] = field(default_factory=dict)
    resting: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """Conditions; what is empty or None is not asked."""

    categories: tuple[str, ...] = ()
    areas: tuple[AreaCode, ...] = ()
    within: tuple[Corner, ...] = ()
    hours: tuple[Hours, ...] = ()
    days: frozenset[int] = frozenset()
    working: bool | None = None
    sources: frozenset[str] = frozenset()
    answers: Mapping[str, str] = field(default_factory=dict)
    below: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Then:
    """Where to: one ``unit``, the nearest of a ``unit_kind``, or neither: the district decides."""

    unit: str | None = None
    unit_kind: str | None = None
    limit: Limit | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutingRule:
    """One rule under its name."""

    name: str
    when: When
    then: Then

    def unit(self, facts: RoutingFacts) -> str | None:
        """Give the unit the rule means: the nearest, and one below the load if that is asked."""
        then = self.then
        if then.unit is None and then.unit_kind is None:
            return None
        kinds = {ANY: None, OF_CATEGORY: facts.kind}
        kind = kinds.get(then.unit_kind or "", then.unit_kind)
        fitting = (one.unit for one in facts.units if kind in (None, one.kind))
        wanted = fitting if then.unit is None else iter((then.unit,))
        return next((unit for unit in wanted if self._bears(unit, facts)), None)

    def unmet(self, facts: RoutingFacts) -> Iterator[str]:
        """Name each condition that does not hold, as rules write it."""
        when = self.when
        if when.categories and not any(includes(one, facts.category) for one in when.categories):
            yield "category"
        if when.areas and not any(one.covers(AreaCode(facts.area)) for one in when.areas):
            yield "area"
        if when.within and (facts.place is None or not is_inside(when.within, facts.place)):
            yield "within"
        if when.hours and not any(one.hold(local_minute(facts.local)) for one in when.hours):
            yield "hours"
        if when.days and local_day(facts.local) not in when.days:
            yield "days"
        if when.working is not None and when.working is not facts.working:
            yield "working"
        if when.sources and facts.source not in when.sources:
            yield "source"
        if any(facts.answers.get(name) != value for name, value in when.answers.items()):
            yield "answers"
        if when.below is not None and self.unit(facts) is None:
            yield "load"

    def _bears(self, unit: str, facts: RoutingFacts) -> bool:
        if unit in facts.resting:
            return False
        return self.when.below is None or facts.loads.get(unit, 0) < self.when.below


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RoutingBook:
    """One city's routing in one version; ``categories`` names the list its codes are from."""

    reference: str
    title: Named
    categories: str
    rules: tuple[RoutingRule, ...]

    @property
    def asks_loads(self) -> bool:
        """Whether any rule looks at how much a unit has to do."""
        return any(rule.when.below is not None for rule in self.rules)

    @property
    def units_named(self) -> tuple[str, ...]:
        """The units that rules name themselves."""
        return tuple(dict.fromkeys(rule.then.unit for rule in self.rules if rule.then.unit))


def includes(code: str, category: str) -> bool:
    """Tell whether a category is this one or a sub-class of it.

    >>> includes("01", "01-02"), includes("01-02", "01"), includes("01", "c01-01")
    (True, False, False)
    """
    return category == code or category.startswith(f"{code}-")


def route(book: RoutingBook, facts: RoutingFacts) -> Routed:
    """Decide: the first rule that holds, or the district. The inputs are for the caller to add."""
    for rule in book.rules:
        if not any(rule.unmet(facts)):
            then = rule.then
            return Routed(
                rules=book.reference,
                rule=rule.name,
                unit=rule.unit(facts),
                unit_kind=facts.kind if then.unit_kind == OF_CATEGORY else then.unit_kind,
                limit=then.limit,
            )
    return Routed(rules=book.reference, rule=OTHERWISE)
