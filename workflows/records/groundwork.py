"""What must stand before records can be imported: rules, areas and units, by ordinary commands."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time

from domain.area.area import Area, area_id
from domain.kernel.act import Act
from domain.kernel.refusals import Refused
from domain.people.unit import Unit, unit_id
from ledger.ledger import Records
from workflows.area.commands import AddArea
from workflows.area.handlers import add_area
from workflows.office import Office
from workflows.people.commands import FoundUnit
from workflows.people.handlers import found_unit
from workflows.reading import BOOK, rules_of
from workflows.records.mapping import MappedArea, MappedUnit, Mapping
from workflows.rulebook.commands import PublishRules
from workflows.rulebook.handlers import publish_rules
from workflows.rulebook.reading import read_rules

RECORDS = "records"


@dataclass(frozen=True, slots=True, kw_only=True)
class Groundwork:
    """How much had to be laid; nothing in a second run."""

    rules: int = 0
    areas: int = 0
    units: int = 0


def lay(mapping: Mapping, units: MappingOf[str, MappedUnit], office: Office) -> Groundwork:
    """Publish, add and found what is not there yet; what a city changed since stays as it is."""
    act = opening_act(mapping)
    rules = _publish(mapping, office, act)
    areas = [_add(area, mapping, office.records, act) for area in (mapping.city, *mapping.areas)]
    founded = [
        _found(unit, mapping, office.records, act)
        for unit in sorted(units.values(), key=lambda unit: unit.code)
    ]
    return Groundwork(rules=rules, areas=sum(areas), units=sum(founded))


def opening_act(mapping: Mapping) -> Act:
    """Act at the first instant for which the mapping speaks, not at the time of the import."""
    midnight = datetime.combine(mapping.since, time(), mapping.times.zone)
    return Act(
        person=RECORDS,
        role=RECORDS,
        area=str(mapping.city.code),
        command_id=f"import:{mapping.register}:groundwork",
        at=midnight.astimezone(UTC),
    )


def _publish(mapping: Mapping, office: Office, act: Act) -> int:
    """Publish the definition and its calendar unless the city has published its own."""
    if _is_published(office, "workflow", mapping.definition):
        return 0
    written = _definition(mapping.definition)
    calendar, published = str(written["calendar"]), 1
    if not _is_published(office, "calendar", calendar):
        rules = read_rules(BOOK / "calendars" / f"{calendar}.toml")
        command = PublishRules(kind="calendar", name=calendar, content=rules.content)
        publish_rules(command, office.records, act)
        published += 1
    content = rules_of(dict(written))
    command = PublishRules(kind="workflow", name=mapping.definition, content=content)
    publish_rules(command, office.records, act)
    office.shelf.refresh()
    return published


def _is_published(office: Office, kind: str, name: str) -> bool:
    try:
        office.shelf.latest(kind, name)
    except Refused:
        return False
    return True


def _definition(name: str) -> dict[str, object]:
    path = BOOK / f"{name}.v1.toml"
    if not path.is_file():
        reason = f"Nothing is published as {name}, and the book has no such workflow."
        raise Refused("unknown-publication", reason, kind="workflow", name=name)
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _add(area: MappedArea, mapping: Mapping, records: Records, act: Act) -> bool:
    if records.load(Area, area_id(area.code)).on(mapping.since) is not None:
        return False
    command = AddArea(
        code=area.code,
        name=area.name,
        name_en=area.name_en,
        kind=area.kind,
        from_day=mapping.since,
    )
    add_area(command, records, _named(act, f"area:{area.code}"))
    return True


def _found(unit: MappedUnit, mapping: Mapping, records: Records, act: Act) -> bool:
    if records.load(Unit, unit_id(unit.code)).exists:
        return False
    command = FoundUnit(
        code=unit.code,
        name=unit.name,
        name_en=unit.name,
        kind=unit.kind,
        area=mapping.city.code,
        from_day=mapping.since,
    )
    found_unit(command, records, _named(act, f"unit:{unit.code}"))
    return True


def _named(act: Act, what: str) -> Act:
    return replace(act, command_id=f"{act.command_id}:{what}")
