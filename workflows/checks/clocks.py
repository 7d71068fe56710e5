"""Clocks: every calendar a definition names is there, and what is urgent can be told."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from workflows.checks.findings import Finding
from workflows.definition import Definition


def check_clocks(definition: Definition, *, calendars: Collection[str]) -> Iterator[Finding]:
    """Unknown calendars of the city, of areas and of emergencies; emergencies nobody can tell."""
    named = [("calendar", definition.calendar)]
    named += [(f"calendar_areas.{area}", name) for area, name in definition.calendar_areas]
    if definition.emergency_calendar is not None:
        named.append(("emergency_calendar", definition.emergency_calendar))
    for where, name in named:
        if name not in calendars:
            hint = f"Known: {', '.join(sorted(calendars))}."
            sentence = f"there is no calendar '{name}'."
            yield Finding.error("unknown-calendar", where, sentence, hint=hint)
    if definition.emergency_calendar is not None and definition.limits is None:
        hint = "Name limits whose rules say emergency = true, or take the calendar away."
        sentence = "no limits say which matters are emergencies."
        yield Finding.error("emergency-unknown", "emergency_calendar", sentence, hint=hint)
