"""Masking: what the table of access keeps from a reader is taken out of each fact of a case."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from domain.incident.events import Reported
from domain.kernel.places import Place
from domain.kernel.routed import Routed

if TYPE_CHECKING:
    from domain.access.table import Field
    from projections.incident.timeline import Entry

_PLACE = frozenset({"lon_e6", "lat_e6"})
_NAMING = frozenset({"handler", "reporter", "person", "asked_by", "decided_by"})


def masked(entry: Entry, fields: frozenset[Field], reader: str) -> Entry:
    """Take out place, people and reporter where they are closed; people know themselves."""
    stay = {name: one for name, one in entry.facts.items() if _stays(name, one, fields, reader)}
    facts = stay if "place" in fields else {name: _placeless(one) for name, one in stay.items()}
    person = entry.person if _may_know(entry, fields) or entry.person == reader else ""
    return replace(entry, facts=facts, person=person)


def _stays(name: str, value: Any, fields: frozenset[Field], reader: str) -> bool:
    if isinstance(value, Place):
        return "place" in fields
    if name not in _NAMING or value == reader:
        return True
    return ("reporter" if name == "reporter" else "people") in fields


def _placeless(value: Any) -> Any:
    """Rules that routed a case looked at its place, too."""
    if not isinstance(value, Routed):
        return value
    inputs = {name: one for name, one in value.inputs.items() if name not in _PLACE}
    return replace(value, inputs=inputs)


def _may_know(entry: Entry, fields: frozenset[Field]) -> bool:
    """Whoever told the first fact is the reporter; nobody's name stands with what a clock did."""
    if not entry.person.startswith("p-"):
        return True
    return ("reporter" if entry.topic == Reported.TOPIC else "people") in fields
