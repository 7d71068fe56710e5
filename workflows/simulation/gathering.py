"""Gathering what a what-if needs: the cases of a period, the rules in force, and the draft."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

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
from workflows.rulebook.reading import WrittenRules, content_from, read_workflow
from workflows.rulebook.schemas import must_fit_schema
from workflows.simulation.assumptions import Assumptions
from workflows.simulation.recorded import Bodies
from workflows.simulation.rules import Draft, Rules
from workflows.simulation.seats import Seats
from workflows.simulation.setting import Setting

DRAFT = "draft"
T = TypeVar("T")


def cases_begun(
    streams: Streams, workflow: str, first: datetime, end: datetime
) -> Iterator[Bodies]:
    """Give the cases of a workflow that were reported in a period, whole as they stand now."""
    pinned = f'"workflow":"{workflow}@'
    for incident, events in streams.begun(Reported.TOPIC, first, end):
        if pinned in events[0].body:
            yield Bodies(incident, events)


def rules_in_force(
    shelf: Shelf,
    workflow: str,
    *,
    seats: Seats | None = None,
    tried: WorkingCalendar | None = None,
) -> Rules:
    """Give every version of the workflow and of its calendars: cases are pinned to any of them.

    ``seats`` are the roster; without one somebody is taken to sit at every rung. The rules are read
    by the working day of a calendar that is to be ``tried``, too.
    """
    definitions = _definitions(shelf, workflow)
    names = {name for one in definitions.values() for name in one.calendars}
    calendars = {
        reference: shelf.calendar(reference)
        for name in sorted(names)
        for reference in _versions(shelf, "calendar", name)
    }
    days = sorted({day_of(one) for one in [*calendars.values(), *([tried] if tried else [])]})
    return Rules(
        definitions=definitions,
        calendars=calendars,
        by_day={
            (reference, day): _published(shelf, reference, day)
            for reference in definitions
            for day in days
        },
        limits=_limits_in_force(shelf, definitions.values(), days),
        seats=seats,
    )


def rules_drafted(
    rules: Rules,
    *,
    limits: Path | None = None,
    calendar: WorkingCalendar | None = None,
    definition: Path | None = None,
    seats: Seats | None = None,
) -> Draft:
    """Read what is to be tried by the working day of each calendar that a case may carry."""
    days = {day_of(one) for one in rules.calendars.values()}
    days |= {day_of(calendar)} if calendar else set()
    return Draft(
        definition=drafted_definition(definition) if definition else None,
        limits=drafted_limits(limits) if limits else None,
        calendar=calendar,
        seats=seats,
        by_day=_each(days, partial(drafted_definition, definition)) if definition else {},
        limits_by_day=_each(days, partial(drafted_limits, limits)) if limits else {},
    )


def _each(days: Collection[int], read: Callable[..., T]) -> dict[int, T]:
    """Read the same file by each working day."""
    return {day: read(day_minutes=day) for day in sorted(days)}


def published_setting(
    shelf: Shelf, name: str, assumptions: Assumptions, *, above: frozenset[str] = frozenset()
) -> Setting:
    """Give what is published for a simulation: NAME in its latest version, or NAME@VERSION."""
    reference = name if "@" in name else shelf.latest("workflow", name)
    definition = shelf.content("workflow", reference)
    calendar = shelf.calendar(shelf.latest("calendar", str(definition["calendar"])))
    read = partial(_published, shelf, reference)
    found = read(day_of(calendar))
    _must_be_of_cases(found)
    urgent = found.emergency_calendar
    return _setting(
        read,
        partial(_limits_of, shelf, found.limits),
        calendar=calendar,
        emergency=shelf.calendar(shelf.latest("calendar", urgent)) if urgent else None,
        assumptions=assumptions,
        below={
            opened: published_setting(shelf, opened, assumptions, above=above | {found.name})
            for opened in opened_by(found, above)
        },
    )


def opened_by(definition: Definition, above: frozenset[str]) -> list[str]:
    """Name the workflows of the cases that its steps open, each once, but none of those above."""
    opened = (rule.opens.workflow for rule in definition.steps if rule.opens is not None)
    return sorted(set(opened) - above - {definition.name})


def _setting(
    read: Callable[[int], Definition],
    limits: Callable[[int], LimitBook | None],
    *,
    calendar: WorkingCalendar,
    emergency: WorkingCalendar | None,
    assumptions: Assumptions,
    below: Mapping[str, Setting],
) -> Setting:
    """Read the rules by the working day of each calendar that its cases may carry."""
    day = day_of(calendar)
    days = {day} if emergency is None else {day, day_of(emergency)}
    others = {one: limits(one) for one in days}
    return Setting(
        definition=read(day),
        calendar=calendar,
        limits=others[day],
        assumptions=assumptions,
        emergency=emergency,
        by_day={one: read(one) for one in days},
        limits_by_day={one: found for one, found in others.items() if found is not None},
        below=below,
    )


def _must_be_of_cases(definition: Definition) -> None:
    """Refuse ``not-for-cases``: what is simulated are cases."""
    if definition.joint is not None:
        reason = f"'{definition.name}' is the way of a whistle's parties. Choose one of cases."
        raise Refused("not-for-cases", reason, workflow=definition.name)


def written_setting(
    path: Path, assumptions: Assumptions, *, above: frozenset[str] = frozenset()
) -> Setting:
    """Give a file for a simulation, with the rules it names beside it or in the book."""
    definition = drafted_definition(path)
    _must_be_of_cases(definition)
    found = rules_for(read_workflow(path), folders=_beside(path))
    limits = next((one for one in found if one.kind == "limits"), None)
    urgent = definition.emergency_calendar
    return _setting(
        lambda day: drafted_definition(path, day_minutes=day),
        partial(_limits_written, limits),
        calendar=_written_calendar(path, found, definition.calendar),
        emergency=_written_calendar(path, found, urgent) if urgent else None,
        assumptions=assumptions,
        below={
            opened: written_setting(one, assumptions, above=above | {definition.name})
            for opened in opened_by(definition, above)
            if (one := _written(path, opened)) is not None
        },
    )


def _limits_written(written: WrittenRules | None, day: int) -> LimitBook | None:
    if written is None:
        return None
    return limits_from(f"{written.name}@{DRAFT}", written.content, day_minutes=day)


def _written(path: Path, workflow: str) -> Path | None:
    """Give the file of another workflow, the latest version beside this one or in the book."""
    for folder in _beside(path):
        if found := sorted(
            one for one in folder.glob(f"{workflow}.v*.toml") if "scenarios" not in one.name
        ):
            return found[-1]
    return None


def _written_calendar(path: Path, found: Sequence[WrittenRules], name: str) -> WorkingCalendar:
    written = next((one for one in found if (one.kind, one.name) == ("calendar", name)), None)
    if written is None:
        reason = f"There is no calendar {name} beside {path.name} or in the book."
        raise Refused("unknown-publication", reason, kind="calendar", name=name)
    return calendar_from(f"{name}@{DRAFT}", written.content)


def tried(
    setting: Setting, *, limits: Path | None = None, calendar: Path | None = None
) -> dict[str, Any]:  # fields of a setting, each of its own type
    """Give what files change of a setting; a calendar's own working day counts."""
    clock = drafted_calendar(calendar) if calendar else setting.calendar
    day = day_of(clock)
    found: dict[str, Any] = {"calendar": clock}
    if limits is not None:
        days = {day, *setting.limits_by_day}
        by_day = {one: drafted_limits(limits, day_minutes=one) for one in days}
        found |= {"limits": by_day[day], "limits_by_day": by_day}
    return found


def drafted_limits(path: Path, *, day_minutes: int = OFFICE_DAY) -> LimitBook:
    """Read limits to try; refuses what publishing refuses."""
    content = _content(path, "limits")
    return limits_from(f"{path.stem}@{DRAFT}", content, day_minutes=day_minutes)


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


def _limits_of(shelf: Shelf, name: str | None, day: int) -> LimitBook | None:
    return shelf.limits(shelf.latest("limits", name), day_minutes=day) if name else None


def _definitions(shelf: Shelf, workflow: str) -> dict[str, Definition]:
    found: dict[str, Definition] = {}
    for reference in _versions(shelf, "workflow", workflow):
        content = shelf.content("workflow", reference)
        calendar = shelf.calendar(shelf.latest("calendar", str(content["calendar"])))
        found[reference] = _published(shelf, reference, day_of(calendar))
    return found


def _published(shelf: Shelf, reference: str, day: int) -> Definition:
    _, version = read_reference(reference)
    content = dict(shelf.content("workflow", reference))
    return definition_from(content, version=version, day_minutes=day)


def _limits_in_force(
    shelf: Shelf, definitions: Collection[Definition], days: Sequence[int]
) -> dict[tuple[str, int], LimitBook]:
    names = sorted({one.limits for one in definitions if one.limits})
    return {
        (reference, day): shelf.limits(reference, day_minutes=day)
        for name in names
        for reference in _versions(shelf, "limits", name)
        for day in days
    }


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
