"""Rehearsing: every scenario of a script is played in a town of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from domain.kernel.refusals import Refused
from domain.rulebook.content import Content
from domain.rulebook.whistles import PARTY_WAY
from ledger.records import Records
from ledger.shelf import Shelf
from workflows.office import Engines
from workflows.reading import (
    BOOK,
    calendars_named,
    definition_files,
    definition_from,
    scenarios_beside,
)
from workflows.rehearsal.coverage import Coverage, Move, coverage_of
from workflows.rehearsal.ground import Ground
from workflows.rehearsal.playing import Played, Stage, play
from workflows.rehearsal.reading import read_script
from workflows.rehearsal.records import MemoryRecords
from workflows.rehearsal.script import Script
from workflows.rehearsal.town import publish, roles_of_people, seat, settle
from workflows.rulebook.reading import FOLDERS, WrittenRules, read_rules, read_workflow

WHISTLES = "whistles"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """How all scenarios of one workflow went, and what none of them tried."""

    workflow: str
    digest: str
    played: tuple[Played, ...]
    coverage: Coverage

    @property
    def failed(self) -> tuple[Played, ...]:
        return tuple(one for one in self.played if not one.passed)

    @property
    def passed(self) -> bool:
        """Whether every scenario went as it was written; coverage is told, not judged."""
        return not self.failed


def rehearse_file(path: Path, *, scenarios: Path | None = None) -> Rehearsal:
    """Rehearse a definition with the scenarios beside it.

    Calendars, categories and limits are those in folders beside it, else those of the book.
    """
    workflow = read_workflow(path)
    script = read_script(scenarios or scenarios_beside(path))
    rules = rules_with_others(workflow, script, folders=(path.parent, BOOK))
    return rehearse(workflow, script, rules=rules)


def rules_with_others(
    workflow: WrittenRules, script: Script, *, folders: Iterable[Path]
) -> list[WrittenRules]:
    """Read what a workflow goes by, and the workflows that go with it with what they go by."""
    places = tuple(folders)
    found = {(rules.kind, rules.name): rules for rules in rules_for(workflow, folders=places)}
    waiting, known = _others(found.values()) | {script.case}, {workflow.name, None}
    waiting |= _opened(workflow)
    while waiting:
        name = waiting.pop()
        if name in known or (path := _latest(str(name), places)) is None:
            continue
        known.add(name)
        other = read_workflow(path)
        found |= {(rules.kind, rules.name): rules for rules in rules_for(other, folders=places)}
        found[other.kind, other.name] = other
        waiting |= _others(found.values()) | _opened(other)
    return list(found.values())


def _others(rules: Iterable[WrittenRules]) -> set[str | None]:
    """Name the ways of parties that books of whistles name."""
    return {str(one.content.get("definition", PARTY_WAY)) for one in rules if one.kind == WHISTLES}


def _opened(workflow: WrittenRules) -> set[str]:
    """Name the workflows that its steps open; their shape is checked when they are published."""
    steps: Any = workflow.content.get("step", ())
    opened = [step.get("opens", {}) for step in steps]
    return {opens["workflow"] for opens in opened if "workflow" in opens}


def _latest(name: str, folders: Iterable[Path]) -> Path | None:
    """Give the newest file of a workflow, in the first folder that has one."""
    for folder in folders:
        if found := [one for one in definition_files(folder) if one.name.startswith(f"{name}.v")]:
            return max(found, key=lambda one: int(one.stem.rpartition(".v")[2]))
    return None


def rules_for(workflow: WrittenRules, *, folders: Iterable[Path] = (BOOK,)) -> list[WrittenRules]:
    """Read the calendar, categories and limits that a workflow names."""
    read: list[WrittenRules] = []
    for folder, kind in FOLDERS.items():
        for name in _named(kind, workflow.content):
            paths = (one / folder / f"{name}.toml" for one in folders)
            path = next((path for path in paths if path.is_file()), None)
            if path is not None:
                read.append(read_rules(path))
    return read


def _named(kind: str, content: Content) -> list[str]:
    if kind == "calendar":
        return sorted(calendars_named(content))
    return [str(content[kind])] if kind in content else []


def rehearse(workflow: WrittenRules, script: Script, *, rules: Sequence[WrittenRules]) -> Rehearsal:
    """Play every scenario in memory.

    Refuses what publishing refuses, a script of another workflow, and ``case-not-named``.
    """
    records = MemoryRecords()
    found_town(workflow, script, rules, records)
    shelf = Shelf(records, fresh_for=float("inf"))
    return rehearse_on(records.copy, workflow, script, shelf)


def rehearse_on(
    ground: Callable[[], Ground], workflow: WrittenRules, script: Script, shelf: Shelf
) -> Rehearsal:
    """Play every scenario on ground of its own, each a copy of a town that was founded."""
    engines = Engines(shelf)
    definition = engines.latest(workflow.name).definition
    cases = engines.latest(script.case or workflow.name).definition
    stage = Stage(definition=definition, cases=cases, ground=ground, shelf=shelf, engines=engines)
    played = tuple(play(scenario, script, stage) for scenario in script.scenarios)
    taken: set[Move] = {move for one in played for move in one.taken}
    return Rehearsal(
        workflow=definition.name,
        digest=definition.digest,
        played=played,
        coverage=coverage_of(definition, taken),
    )


def found_town(
    workflow: WrittenRules, script: Script, rules: Sequence[WrittenRules], records: Records
) -> None:
    """Found the town the scenarios play in; the workflow is published there as version 1."""
    if script.workflow != workflow.name:
        reason = f"These scenarios are for '{script.workflow}', not for '{workflow.name}'."
        raise Refused("other-workflow", reason, workflow=workflow.name, scenarios=script.workflow)
    publish([*rules, workflow], records)
    written = [one for one in rules if one.kind == workflow.kind]
    definitions = [definition_from(dict(one.content), version=1) for one in (*written, workflow)]
    if definitions[-1].joint is not None and script.case is None:
        reason = "Say with 'case' for which workflow's cases whistles are blown."
        raise Refused("case-not-named", reason, workflow=workflow.name)
    roles = [role for definition in definitions for role in roles_of_people(definition)]
    levels = {role.name: role.level for role in roles if role.level is not None}
    settle(script.roster.and_one_for_each(role.name for role in roles), records, levels=levels)
    seat((rung for one in definitions for rung in one.ladder), records)
