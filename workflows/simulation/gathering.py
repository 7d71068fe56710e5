"""Gathering what a what-if needs: the cases of a period, the rules in force, and the draft."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from domain.incident.events import Reported
from domain.kernel.calendar import WorkingCalendar
from domain.kernel.limits import OFFICE_DAY, day_of
from domain.kernel.refusals import Refused
from domain.rulebook.calendars import calendar_from
from domain.rulebook.content import Content
from domain.rulebook.limits import LimitBook, limits_from
from domain.rulebook.publication import read_reference, reference_to
from ledger.shelf import Shelf
from ledger.streams import Streams
from workflows.checking import must_be_sound
from workflows.definition import Definition
from workflows.reading import BOOK, calendars_named, definition_from, rules_of
from workflows.rehearsal.rehearsing import rules_for
from workflows.rulebook.reading import content_from, read_workflow
from workflows.rulebook.schemas import must_fit_schema
from workflows.simulation.assumptions import Assumptions
from workflows.simulation.city import Setting
from workflows.simulation.recorded import Bodies
from workflows.simulation.replaying import Rules

DRAFT = "draft"


def cases_begun(
    streams: Streams, workflow: str, first: datetime, end: datetime
) -> Iterator[Bodies]:
    """Give the cases of a workflow that were reported in a period, whole as they stand now."""
    pinned = f'"workflow":"{workflow}@'
    for incident, events in streams.begun(Reported.TOPIC, first, end):
        if pinned in events[0].body:
            yield Bodies(incident, events)


def rules_in_force(shelf: Shelf, workflow: str) -> Rules:
    """Give every version of the workflow and of its calendars: cases are pinned to any of them."""
    definitions = _definitions(shelf, workflow)
    names = {name for one in definitions.values() for name in one.calendars}
    calendars = {
        reference: shelf.calendar(reference)
        for name in sorted(names)
        for reference in _versions(shelf, "calendar", name)
    }
    return Rules(definitions=definitions, calendars=calendars)


def published_setting(shelf: Shelf, name: str, assumptions: Assumptions) -> Setting:
    """Give what is published for a simulation: NAME in its latest version, or NAME@VERSION."""
    reference = name if "@" in name else shelf.latest("workflow", name)
    _, version = read_reference(reference)
    content = dict(shelf.content("workflow", reference))
    calendar = shelf.calendar(shelf.latest("calendar", str(content["calendar"])))
    definition = definition_from(content, version=version, day_minutes=day_of(calendar))
    _must_be_of_cases(definition)
    return Setting(
        definition=definition,
        calendar=calendar,
        limits=_limits_of(shelf, definition, calendar),
        assumptions=assumptions,
    )


def _must_be_of_cases(definition: Definition) -> None:
    """Refuse ``not-for-cases``: what is simulated are cases."""
    if definition.joint is not None:
        reason = f"'{definition.name}' is the way of a whistle's parties. Choose one of cases."
        raise Refused("not-for-cases", reason, workflow=definition.name)


def written_setting(path: Path, assumptions: Assumptions) -> Setting:
    """Give a file for a simulation, with the calendar and limits beside it or in the book."""
    definition = drafted_definition(path)
    _must_be_of_cases(definition)
    found = rules_for(read_workflow(path), folders=_beside(path))
    rules = {one.kind: one for one in found if one.kind != "calendar"}
    written = next((one for one in found if one.name == definition.calendar), None)
    if written is None or written.kind != "calendar":
        reason = f"There is no calendar {definition.calendar} beside {path.name} or in the book."
        raise Refused("unknown-publication", reason, kind="calendar", name=definition.calendar)
    calendar = calendar_from(f"{definition.calendar}@{DRAFT}", written.content)
    day, limits = day_of(calendar), None
    if kept := rules.get("limits"):
        limits = limits_from(f"{kept.name}@{DRAFT}", kept.content, day_minutes=day)
    return Setting(
        definition=drafted_definition(path, day_minutes=day),
        calendar=calendar,
        limits=limits,
        assumptions=assumptions,
    )


def drafted_limits(path: Path) -> LimitBook:
    """Read limits to try; refuses what publishing refuses."""
    return limits_from(f"{path.stem}@{DRAFT}", _content(path, "limits"))


def drafted_calendar(path: Path) -> WorkingCalendar:
    """Read a calendar to try."""
    return calendar_from(f"{path.stem}@{DRAFT}", _content(path, "calendar"))


def drafted_definition(path: Path, *, day_minutes: int = OFFICE_DAY) -> Definition:
    """Read a definition to try; refuses ``definition-refused`` with every error found."""
    content = rules_of(dict(_read(path)))
    must_be_sound(content, calendars=calendars_named(content))
    return definition_from(content, version=1, day_minutes=day_minutes)


def _beside(path: Path) -> tuple[Path, Path]:
    return path.parent, BOOK


def _limits_of(shelf: Shelf, definition: Definition, calendar: WorkingCalendar) -> LimitBook | None:
    name, day = definition.limits, day_of(calendar)
    return shelf.limits(shelf.latest("limits", name), day_minutes=day) if name else None


def _definitions(shelf: Shelf, workflow: str) -> dict[str, Definition]:
    found: dict[str, Definition] = {}
    for reference in _versions(shelf, "workflow", workflow):
        _, version = read_reference(reference)
        content = shelf.content("workflow", reference)
        calendar = shelf.calendar(shelf.latest("calendar", str(content["calendar"])))
        found[reference] = definition_from(
            dict(content), version=version, day_minutes=day_of(calendar)
        )
    return found


def _versions(shelf: Shelf, kind: str, name: str) -> list[str]:
    _, latest = read_reference(shelf.latest(kind, name))
    return [reference_to(name, version) for version in range(1, latest + 1)]


def _content(path: Path, kind: str) -> Content:
    content = _read(path)
    must_fit_schema(kind, content)
    return content


def _read(path: Path) -> Content:
    try:
        return content_from(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        reason = f"The file cannot be read: {error}."
        raise Refused("not-readable", reason, file=path.name) from None
