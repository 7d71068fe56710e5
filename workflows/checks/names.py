"""Names: every stage, role, guard and field that a definition uses exists."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from difflib import get_close_matches

from workflows.checks.findings import Finding
from workflows.definition import STAYS, Definition, StepRule


def check_names(definition: Definition, *, guards: Collection[str]) -> Iterator[Finding]:
    """Unknown stages, targets, roles, guards and fields; steps that readers would take."""
    if definition.starts_in not in definition.stages:
        yield _unknown("unknown-stage", "starts_in", definition.starts_in, definition.stages)
    for stage in definition.stages.values():
        if stage.owner is not None and stage.owner not in definition.roles:
            yield _unknown("unknown-role", f"stage.{stage.name}", stage.owner, definition.roles)
    for role in definition.reported_by:
        if role not in definition.roles:
            yield _unknown("unknown-role", "reported_by", role, definition.roles)
    for rung in definition.ladder:
        if rung.owner not in definition.roles:
            yield _unknown("unknown-role", "ladder", rung.owner, definition.roles)
    for rule in definition.steps:
        yield from _check_step(definition, rule, guards)


def _check_step(
    definition: Definition, rule: StepRule, guards: Collection[str]
) -> Iterator[Finding]:
    where = f"step.{rule.name}"
    for source in rule.sources:
        if source not in definition.stages:
            yield _unknown("unknown-stage", where, source, definition.stages)
    if rule.target != STAYS and rule.target not in definition.stages:
        yield _unknown("unknown-target", where, rule.target, definition.stages)
    for role in (*rule.by, *rule.tells):
        if role not in definition.roles:
            yield _unknown("unknown-role", where, role, definition.roles)
    for guard in rule.needs:
        if guard not in guards:
            yield _unknown("unknown-guard", where, guard, guards)
    for field in rule.asks:
        if field not in definition.fields:
            yield _unknown("unknown-field", where, field, definition.fields)
    if len([name for name in rule.asks if _is_words(definition, name)]) > 1:
        hint = "Keep one free text; ask the rest as a choice."
        yield Finding.error("two-free-texts", where, "it asks two free texts.", hint=hint)


def _is_words(definition: Definition, name: str) -> bool:
    return name in definition.fields and definition.fields[name].kind == "words"


def _unknown(code: str, where: str, name: str, known: Collection[str]) -> Finding:
    near = get_close_matches(name, list(known), n=1)
    hint = f"Did you mean '{near[0]}'?" if near else f"Known: {', '.join(sorted(known))}."
    kind = code.removeprefix("unknown-")
    return Finding.error(code, where, f"there is no {kind} '{name}'.", hint=hint)
