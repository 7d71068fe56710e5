"""What must stand before records can be imported: rules, areas and units, by ordinary commands."""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time

from domain.area.area import Area, area_id
from domain.kernel.act import Act
from domain.kernel.refusals import Refused
from domain.people.unit import Unit, unit_id
from workflows.area.commands import AddArea
from workflows.desk import Desk
from workflows.office import Office
from workflows.people.commands import FoundUnit
from workflows.reading import BOOK
from workflows.records.mapping import MappedArea, MappedUnit, Mapping
from workflows.rulebook.commands import PublishRules
from workflows.rulebook.reading import WrittenRules, read_rules, read_workflow

RECORDS = "records"


@dataclass(frozen=True, slots=True, kw_only=True)
class Groundwork:
    """How much had to be laid; nothing in a second run."""

    rules: int = 0
    areas: int = 0
    units: int = 0


def lay(mapping: Mapping, units: MappingOf[str, MappedUnit], office: Office) -> Groundwork:
    """Publish, add and found what is not there yet; what a city changed since stays as it is."""
    desk, act = Desk(office), opening_act(mapping)
    areas = [_add(area, mapping, desk, act) for area in (mapping.city, *mapping.areas)]
    founded = [
        _found(unit, mapping, desk, act)
        for unit in sorted(units.values(), key=lambda unit: unit.code)
    ]
    published = _publish(mapping, desk, act)
    return Groundwork(rules=published, areas=sum(areas), units=sum(founded))


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


def _publish(mapping: Mapping, desk: Desk, act: Act) -> int:
    """Publish the definition and its calendar unless the city has published its own."""
    if _is_published(desk.office, "workflow", mapping.definition):
        return 0
    path = BOOK / f"{mapping.definition}.v1.toml"
    if not path.is_file():
        reason = f"Nothing is published as {mapping.definition}, and the book has no such workflow."
        raise Refused("unknown-publication", reason, kind="workflow", name=mapping.definition)
    workflow = read_workflow(path)
    calendar = read_rules(BOOK / "calendars" / f"{workflow.content['calendar']}.toml")
    wanted = [one for one in (calendar, workflow) if not _stands(desk.office, one)]
    for rules in wanted:
        command = PublishRules(kind=rules.kind, name=rules.name, content=rules.content)
        desk.do(command, _named(act, f"{rules.kind}:{rules.name}"))
    desk.office.shelf.refresh()
    return len(wanted)


def _stands(office: Office, rules: WrittenRules) -> bool:
    return _is_published(office, rules.kind, rules.name)


def _is_published(office: Office, kind: str, name: str) -> bool:
    try:
        office.shelf.latest(kind, name)
    except Refused:
        return False
    return True


def _add(area: MappedArea, mapping: Mapping, desk: Desk, act: Act) -> bool:
    if desk.records.load(Area, area_id(area.code)).on(mapping.since) is not None:
        return False
    command = AddArea(
        code=area.code,
        name=area.name,
        name_en=area.name_en,
        kind=area.kind,
        from_day=mapping.since,
    )
    desk.do(command, _named(act, f"area:{area.code}"))
    return True


def _found(unit: MappedUnit, mapping: Mapping, desk: Desk, act: Act) -> bool:
    if desk.records.load(Unit, unit_id(unit.code)).exists:
        return False
    command = FoundUnit(
        code=unit.code,
        name=unit.name,
        name_en=unit.name,
        kind=unit.kind,
        area=mapping.city.code,
        from_day=mapping.since,
    )
    desk.do(command, _named(act, f"unit:{unit.code}"))
    return True


def _named(act: Act, what: str) -> Act:
    return replace(act, command_id=f"{act.command_id}:{what}")
