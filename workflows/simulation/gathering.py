"""Gathering what a what-if needs: the cases of a period, the rules in force, and the draft."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from domain.incident.events import Reported
from domain.kernel.calendar import WorkingCalendar
from domain.kernel.refusals import Refused
from domain.rulebook.calendars import calendar_from
from domain.rulebook.content import Content
from domain.rulebook.limits import LimitBook, limits_from
from domain.rulebook.publication import read_reference, reference_to
from ledger.shelf import Shelf
from ledger.streams import Streams
from workflows.checking import must_be_sound
from workflows.definition import Definition
from workflows.reading import definition_from, rules_of
from workflows.rulebook.reading import content_from
from workflows.rulebook.schemas import must_fit_schema
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
    names = {definition.calendar for definition in definitions.values()}
    calendars = {
        reference: shelf.calendar(reference)
        for name in sorted(names)
        for reference in _versions(shelf, "calendar", name)
    }
    return Rules(definitions=definitions, calendars=calendars)


def drafted_limits(path: Path) -> LimitBook:
    """Read limits to try; refuses what publishing refuses."""
    return limits_from(f"{path.stem}@{DRAFT}", _content(path, "limits"))


def drafted_calendar(path: Path) -> WorkingCalendar:
    """Read a calendar to try."""
    return calendar_from(f"{path.stem}@{DRAFT}", _content(path, "calendar"))


def drafted_definition(path: Path) -> Definition:
    """Read a definition to try; refuses ``definition-refused`` with every error found."""
    content = rules_of(dict(_read(path)))
    return must_be_sound(content, calendars={str(content.get("calendar", ""))})


def _definitions(shelf: Shelf, workflow: str) -> dict[str, Definition]:
    found: dict[str, Definition] = {}
    for reference in _versions(shelf, "workflow", workflow):
        _, version = read_reference(reference)
        content = shelf.content("workflow", reference)
        found[reference] = definition_from(dict(content), version=version)
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
