"""Carrying out orders to the rule book."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from domain.area.area import Area, area_id
from domain.kernel.act import Act
from domain.kernel.codes import AreaCode, Level
from domain.kernel.refusals import Refused
from domain.people.person import Person, person_id
from domain.people.unit import Unit, unit_id
from domain.rulebook import pilots
from domain.rulebook.calendars import calendar_from
from domain.rulebook.categories import categories_from
from domain.rulebook.content import Content
from domain.rulebook.limits import limits_from
from domain.rulebook.publication import Publication, publication_id, reference_to
from domain.rulebook.retention import retention_from
from domain.rulebook.whistles import whistles_from
from ledger.records import Answer, Records
from workflows.checking import must_be_seen, must_be_sound
from workflows.checks.whole import longest_handling
from workflows.claiming import changing
from workflows.reading import calendars_named
from workflows.routing.checking import Known, must_route_soundly
from workflows.rulebook.commands import EndPilot, PilotRules, PublishRules
from workflows.rulebook.schemas import must_fit_schema

Check = Callable[[str, Content], object]

CHECKS: Mapping[str, Check] = {
    "calendar": calendar_from,
    "categories": categories_from,
    "limits": limits_from,
    "whistles": whistles_from,
    "retention": retention_from,
    "routing": lambda _, content: must_route_soundly(content),
}
"""What must be able to build an object of the content before it is published."""


def publish_rules(command: PublishRules, records: Records, act: Act) -> Answer:
    """Check and publish; what is unsound is refused with everything that is wrong with it.

    Refuses ``warnings-unseen`` where nobody of the roster says to have seen its warnings.
    """
    stream = publication_id(command.kind, command.name)
    claim = changing(command, act.command_id, stream=stream)
    if answered := records.answered(stream, claim):
        return answered
    warnings = _must_be_sound(command, records)
    if command.seen_by is not None:
        _must_be_known(command.seen_by, records)
    publication = records.load(Publication, stream)
    publication.publish(
        act,
        kind=command.kind,
        name=command.name,
        content=command.content,
        valid_from=command.valid_from,
        seen_by=command.seen_by,
        warnings=warnings,
    )
    return records.save(publication, claim=claim)


def pilot_rules(command: PilotRules | EndPilot, records: Records, act: Act) -> Answer:
    """Begin or end a pilot; refuses ``unknown-publication``."""
    stream = publication_id(command.kind, command.name)
    claim = changing(command, act.command_id, stream=stream)
    if answered := records.answered(stream, claim):
        return answered
    publication = _published(records, command.kind, command.name)
    match command:
        case PilotRules(version=version, area=area, from_day=day):
            pilots.pilot(publication, act, version=version, area=area, from_day=day)
        case EndPilot(area=area, to_day=day):
            pilots.end_pilot(publication, act, area=area, to_day=day)
    return records.save(publication, claim=claim)


def _must_be_sound(command: PublishRules, records: Records) -> tuple[str, ...]:
    """Give the warnings that were seen, to be kept with what is published."""
    if command.kind == "workflow":
        named = calendars_named(command.content)
        known = {name for name in named if _is_published(records, "calendar", name)}
        longest = longest_published(command.content, records)
        found = must_be_sound(command.content, calendars=known, longest=longest)
        _must_have_areas(command.content, records)
        _must_have_routing(command.content, records)
        return must_be_seen(found, seen_by=command.seen_by)
    must_fit_schema(command.kind, command.content)
    if check := CHECKS.get(command.kind):
        check(command.name, command.content)
    if command.kind == "routing":
        must_route_soundly(command.content, _known(command.content, records))
    return ()


def longest_published(content: Content, records: Records) -> int | None:
    """Give the longest handling by the newest limits; None before they are published."""
    publication = records.load(Publication, publication_id("limits", str(content.get("limits"))))
    if not publication.exists:
        return None
    return longest_handling(publication.content(publication.latest))


def _must_be_known(handle: str, records: Records) -> None:
    if not records.load(Person, person_id(handle)).exists:
        reason = f"Nobody of the roster has the handle {handle}. Look at `gridward people list`."
        raise Refused("no-such-person", reason, person=handle)


def _known(content: Content, records: Records) -> Known:
    """Give what routing rules may name today; refuses ``unknown-publication``."""
    name = str(content.get("categories"))
    publication = _published(records, "categories", name)
    newest = publication.content(publication.latest)
    return Known(
        categories=categories_from(reference_to(name, publication.latest), newest),
        is_unit=lambda code: records.load(Unit, unit_id(code)).exists,
    )


def _must_have_routing(content: Content, records: Records) -> None:
    if "routing" in content:
        _published(records, "routing", str(content["routing"]))


def _must_have_areas(content: Content, records: Records) -> None:
    """Refuse ``no-such-area``; rules that are published before their city ask nobody."""
    areas = content.get("calendar_areas", {})
    assert isinstance(areas, dict)  # noqa: S101  # its shape was checked
    for code in (AreaCode(code) for code in areas):
        founded = records.load(Area, area_id(code.at(Level.CITY))).exists
        if founded and not records.load(Area, area_id(code)).exists:
            reason = f"The city has no area {code}. Correct [calendar_areas], or add the area."
            raise Refused("no-such-area", reason, area=code)


def _is_published(records: Records, kind: str, name: str) -> bool:
    return records.load(Publication, publication_id(kind, name)).exists


def _published(records: Records, kind: str, name: str) -> Publication:
    publication = records.load(Publication, publication_id(kind, name))
    if not publication.exists:
        reason = f"Nobody published the {kind} '{name}'. Publish them first."
        raise Refused("unknown-publication", reason, kind=kind, name=name)
    return publication


# A command's class is the key, so each handler may ask for its own kind.
HANDLERS: dict[type, Callable[[Any, Records, Act], Answer]] = {
    PublishRules: publish_rules,
    PilotRules: pilot_rules,
    EndPilot: pilot_rules,
}
