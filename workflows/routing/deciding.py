"""Deciding where a matter goes when it is filed, by the rules in force at that moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from domain.incident.incident import Incident
from domain.kernel.act import Act
from domain.kernel.calendar import WorkingCalendar
from domain.kernel.codes import AreaCode
from domain.kernel.limits import day_of
from domain.kernel.routed import Routed
from domain.people.unit import Unit, unit_id
from domain.rulebook.categories import Category
from domain.rulebook.routing import Answering, RoutingBook, RoutingFacts, route
from domain.rulebook.routing_inputs import inputs_of
from workflows.office import Office


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """What is known of a matter at the moment it is filed."""

    incident: Incident
    category: Category
    answers: Mapping[str, str]
    calendar: WorkingCalendar
    act: Act


def decide(filing: Filing, rules: str, office: Office) -> Routed:
    """Route by rules (``name@version``) and keep all that was looked at."""
    book = office.shelf.routing(rules, day_minutes=day_of(filing.calendar))
    facts = facts_of(filing, book, office)
    return replace(route(book, facts), inputs=inputs_of(facts))


def facts_of(filing: Filing, book: RoutingBook, office: Office) -> RoutingFacts:
    """Gather what rules may look at."""
    course, category = filing.incident.course, filing.category
    area, local = AreaCode(course.area), _local(filing)
    broader = (category.above,) if category.above else ()
    units = tuple(office.units.answering(category.code, area, local.date(), broader=broader))
    named = {unit: office.records.load(Unit, unit_id(unit)) for unit in book.units_named}
    return RoutingFacts(
        category=category.code,
        kind=category.unit_kind,
        area=course.area,
        source=course.source,
        local=f"{local:%Y-%m-%dT%H:%M}",
        working=filing.calendar.is_working(filing.act.at),
        place=filing.incident.place,
        answers=dict(filing.answers),
        units=units,
        loads=_loads(units, book, office),
        resting=tuple(code for code, unit in named.items() if not unit.works_on(local.date())),
    )


def _local(filing: Filing) -> datetime:
    return filing.act.at.astimezone(ZoneInfo(filing.calendar.time_zone))


def _loads(units: tuple[Answering, ...], book: RoutingBook, office: Office) -> Mapping[str, int]:
    """Count only where a rule asks."""
    if not book.asks_loads:
        return {}
    return office.units.open_cases([*dict.fromkeys([one.unit for one in units]), *book.units_named])
