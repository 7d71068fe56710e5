"""Veiling: an answer that a definition keeps for some roles is shown to others only as given."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from projections.incident.timeline import Entry
    from workflows.definition import Definition, Field


CONTACT = "contact"
CONTACTED_BY = frozenset({"acceptor", "hotline", "duty_leader", "commander", "administrator"})
"""Who may read how a reporter can be reached."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Who reads; somebody unknown reads what is for all."""

    handle: str = ""
    role: str = ""


def veiled(entries: Iterable[Entry], definition: Definition, reader: Reader) -> list[Entry]:
    """Take out what is kept from the reader; ``kept`` names the fields that were answered."""
    entries = [_without_contact(entry, reader) for entry in entries]
    limited = {name: one for name, one in definition.fields.items() if one.read_by}
    if not limited:
        return entries
    return [_veiled(entry, definition, limited, reader) for entry in entries]


def _without_contact(entry: Entry, reader: Reader) -> Entry:
    """How the reporter can be reached is for those who answer him."""
    if (
        CONTACT not in entry.confided
        or reader.role in CONTACTED_BY
        or entry.person == reader.handle
    ):
        return entry
    left = tuple(name for name in entry.confided if name != CONTACT)
    return replace(entry, confided=left, kept=(*entry.kept, CONTACT))


def _veiled(
    entry: Entry, definition: Definition, limited: dict[str, Field], reader: Reader
) -> Entry:
    if entry.person == reader.handle:
        return entry
    hidden = [
        limited[name]
        for name in _asked(entry, definition)
        if name in limited and reader.role not in limited[name].read_by
    ]
    facts, confided, kept = dict(entry.facts), entry.confided, list[str]()
    for field in hidden:
        if field.kind == "words" and confided:
            confided = ()  # a step asks one free text at most
            kept.append(field.name)
        elif _take_out(facts, field):
            kept.append(field.name)
    if not kept:
        return entry
    return replace(entry, facts=facts, confided=confided, kept=(*entry.kept, *kept))


def _asked(entry: Entry, definition: Definition) -> list[str]:
    """Name what the entry's step asked; a decision names its step in its why."""
    step = entry.step or str(entry.why.get("rule", "")).rpartition("/")[2]
    rules = definition.steps_named(step)
    return list(dict.fromkeys(name for rule in rules for name in rule.asks))


def _take_out(facts: dict[str, Any], field: Field) -> bool:
    """Take an answer out of what the fact says; tell whether it was there."""
    found = False
    answers = facts.get("answers", {})
    if field.name in answers:
        facts["answers"] = {name: said for name, said in answers.items() if name != field.name}
        found = True
    for name in (field.name, "evidence" if field.kind == "photo" else field.name):
        found = facts.pop(name, None) is not None or found
    return found
