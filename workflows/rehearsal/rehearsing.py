"""Rehearsing: every scenario of a script is played in a town of its own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from domain.kernel.refusals import Refused
from ledger.shelf import Shelf
from workflows.definition import Definition
from workflows.reading import BOOK, definition_from, scenarios_beside
from workflows.rehearsal.coverage import Coverage, Move, coverage_of
from workflows.rehearsal.playing import Played, Stage, play
from workflows.rehearsal.reading import read_script
from workflows.rehearsal.records import MemoryRecords
from workflows.rehearsal.script import Script
from workflows.rehearsal.town import publish, roles_of_people, settle
from workflows.rulebook.reading import FOLDERS, WrittenRules, read_rules, read_workflow


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
    return rehearse(workflow, script, rules=rules_for(workflow, folders=(path.parent, BOOK)))


def rules_for(workflow: WrittenRules, *, folders: Iterable[Path] = (BOOK,)) -> list[WrittenRules]:
    """Read the calendar, categories and limits that a workflow names."""
    named = {kind: workflow.content.get(kind) for kind in FOLDERS.values()}
    read: list[WrittenRules] = []
    for folder, kind in FOLDERS.items():
        paths = (one / folder / f"{named[kind]}.toml" for one in folders)
        path = next((path for path in paths if path.is_file()), None)
        if path is not None:
            read.append(read_rules(path))
    return read


def rehearse(workflow: WrittenRules, script: Script, *, rules: Sequence[WrittenRules]) -> Rehearsal:
    """Play every scenario; refuses what publishing refuses, and a script of another workflow."""
    if script.workflow != workflow.name:
        reason = f"These scenarios are for '{script.workflow}', not for '{workflow.name}'."
        raise Refused("other-workflow", reason, workflow=workflow.name, scenarios=script.workflow)
    records, definition = _founded(workflow, script, rules)
    shelf = Shelf(records, fresh_for=float("inf"))
    stage = Stage(definition=definition, records=records, shelf=shelf)
    played = tuple(play(scenario, script, stage) for scenario in script.scenarios)
    taken: set[Move] = {move for one in played for move in one.taken}
    return Rehearsal(
        workflow=definition.name,
        digest=definition.digest,
        played=played,
        coverage=coverage_of(definition, taken),
    )


def _founded(
    workflow: WrittenRules, script: Script, rules: Sequence[WrittenRules]
) -> tuple[MemoryRecords, Definition]:
    """Found the town the scenarios play in; the workflow is published there as version 1."""
    records = MemoryRecords()
    publish([*rules, workflow], records)
    definition = definition_from(dict(workflow.content), version=1)
    roles = roles_of_people(definition)
    levels = {role.name: role.level for role in roles if role.level is not None}
    settle(script.roster.and_one_for_each(role.name for role in roles), records, levels=levels)
    return records, definition
