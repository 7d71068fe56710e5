"""Deadlines: each leads somewhere, and the clock may take it there."""

from __future__ import annotations

from collections.abc import Iterator

from workflows.checks.findings import Finding
from workflows.definition import Definition, Stage


def check_deadlines(definition: Definition) -> Iterator[Finding]:
    """Missing deadlines and targets, steps the clock may not take."""
    for stage in definition.stages.values():
        if stage.final is None and definition.joint is None:
            yield from _check_stage(definition, stage)


def _check_stage(definition: Definition, stage: Stage) -> Iterator[Finding]:
    where = f"stage.{stage.name}"
    if stage.deadline is None:
        hint = "Give the stage a deadline."
        yield Finding.warning("no-deadline", where, "a case can rest here for ever.", hint=hint)
        return
    then = stage.deadline.then
    if then is None:
        return
    rules = [rule for rule in definition.steps_named(then) if stage.name in rule.sources]
    if not rules:
        sentence = f"its deadline fires '{then}', which is no step from here."
        hint = f"Add '{stage.name}' to the step's 'from', or name another step."
        yield Finding.error("deadline-target-missing", where, sentence, hint=hint)
        return
    systems = {role.name for role in definition.roles.values() if role.system}
    if not any(systems.intersection(rule.by) for rule in rules):
        hint = "Add 'clockwork' to the step's 'by'."
        sentence = f"the clock may not take '{then}'."
        yield Finding.error("clock-may-not-fire", where, sentence, hint=hint)
