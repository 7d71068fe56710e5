"""People: somebody can always act, and the ladder leads to the top."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from domain.kernel.codes import Level
from domain.people.roles import ROLES
from workflows.checks.branching import only_opens
from workflows.checks.findings import Finding
from workflows.definition import Definition


def check_people(definition: Definition) -> Iterator[Finding]:
    """Stages that only the clock can leave, readers who would act, owners who cannot."""
    readers = {role.name for role in definition.roles.values() if role.reads_only}
    for rule in definition.steps:
        for role in sorted(readers.intersection(rule.by)):
            if only_opens(rule):  # a supervisor orders, and the case stays where it is
                continue
            sentence = f"'{role}' only reads, so it may not take a step."
            hint = "Remove the role from 'by', or its 'reads_only'."
            yield Finding.error("reader-may-act", f"step.{rule.name}", sentence, hint=hint)
    for stage in definition.stages.values():
        if stage.final:
            continue
        actors = _people_leaving(definition, stage.name)
        where = f"stage.{stage.name}"
        if not actors:
            hint = "Add a step that a person may take."
            yield Finding.error("no-human-can-act", where, "only the clock can leave.", hint=hint)
        if stage.owner not in actors:
            sentence = f"its owner '{stage.owner}' has no step out of it."
            hint = "Add the owner to a step's 'by', or name another owner."
            yield Finding.warning("owner-cannot-act", where, sentence, hint=hint)
    yield from _unheld_roles(definition)
    yield from _idle_roles(definition)


def _unheld_roles(definition: Definition) -> Iterator[Finding]:
    """Roles that the city does not know, or not at that level, so that nobody can hold them."""
    for role in definition.roles.values():
        where = f"roles.{role.name}"
        known = ROLES.get(role.name)
        if role.system:
            continue
        if known is None:
            hint = f"People hold: {', '.join(sorted(ROLES))}."
            yield Finding.error("role-nobody-holds", where, "nobody can hold this role.", hint=hint)
        elif role.level is not None and role.level not in known.levels:
            hint = f"Use {' or '.join(level.word for level in sorted(known.levels))}."
            sentence = f"it cannot be held at a {role.level.word}."
            yield Finding.error("role-nobody-holds", where, sentence, hint=hint)


def _people_leaving(definition: Definition, stage: str) -> set[str]:
    roles = definition.roles
    return {
        role
        for rule in definition.steps_from(stage)
        if rule.leads_to(stage) != stage
        for role in rule.by
        if role not in roles or not roles[role].system
    }


def _idle_roles(definition: Definition) -> Iterator[Finding]:
    busy = {role for rule in definition.steps for role in (*rule.by, *rule.tells)}
    busy |= set(definition.reported_by)
    busy |= {stage.owner for stage in definition.stages.values() if stage.owner}
    busy |= {rung.owner for rung in definition.ladder}
    for role in definition.roles.values():
        if role.name not in busy and not role.reads_only:
            hint = "Remove the role, or give it a step."
            sentence = "it owns no stage, takes no step and is told nothing."
            yield Finding.warning("idle-role", f"roles.{role.name}", sentence, hint=hint)
    asked = {field for rule in definition.steps for field in rule.asks}
    for name in definition.fields:
        if name not in asked:
            hint = "Remove the field, or let a step ask it."
            yield Finding.warning("idle-field", f"fields.{name}", "no step asks it.", hint=hint)


def check_ladder(definition: Definition) -> Iterator[Finding]:
    """The ladder climbs one level at a time and ends at the top level of the definition."""
    levels = [rung.level for rung in definition.ladder]
    if any(rule.raises_level for rule in definition.steps) and not levels:
        hint = "Add [ladder] with its rungs."
        yield Finding.error("no-ladder", "ladder", "a step raises the level.", hint=hint)
    for below, above in pairwise(levels):
        if above != below - 1:
            sentence = f"it goes from {below.word} to {above.word}."
            hint = "List the rungs from the bottom up, one level at a time."
            yield Finding.error("ladder-skips-level", "ladder", sentence, hint=hint)
    if levels and levels[-1] is not min(definition.levels or (Level.CITY,)):
        hint = "End the ladder at the highest level of 'levels'."
        yield Finding.error("ladder-has-no-top", "ladder", "it ends too low.", hint=hint)
    for rung in definition.ladder[1:-1]:
        if rung.grace is None:
            sentence = f"a late case would stay at {rung.level.word} for ever."
            hint = "Give the rung a 'grace'."
            yield Finding.error("rung-without-grace", "ladder", sentence, hint=hint)
