"""Rising and coming down: every rung can be held, every way leads to a rung, calls are answered."""

from __future__ import annotations

from collections.abc import Iterator

from domain.incident.rising import BY_HAND
from domain.people.roles import ROLES
from workflows.checks.findings import Finding
from workflows.definition import STAYS, SUB_UNIT, Definition, StepRule


def check_rising(definition: Definition) -> Iterator[Finding]:
    """Rungs nobody can hold, stages nothing comes down to, rises off the ladder, lost calls."""
    yield from _unheld_rungs(definition)
    yield from _ways_down(definition)
    for rule in definition.steps:
        yield from _check_step(definition, rule)
    for level, _ in definition.climbing.important:
        if definition.rung_at(level) is None:
            yield _off_the_ladder("ladder.important", level.word)
    acknowledged = any(rule.acknowledges for rule in definition.steps)
    if definition.climbing.repeat is not None and not acknowledged:
        hint = "Add a step with acknowledges = true for the owners of the rungs."
        sentence = "owners are called again and again, and no step acknowledges."
        yield Finding.error("nobody-can-acknowledge", "ladder", sentence, hint=hint)


def _unheld_rungs(definition: Definition) -> Iterator[Finding]:
    for rung in definition.ladder:
        known = ROLES.get(rung.owner)
        if known is not None and (rung.level not in known.levels or known.unit == "must"):
            sentence = f"nobody can hold '{rung.owner}' at a {rung.level.word}."
            hint = "Name a role that is held at this level, such as commander."
            yield Finding.error("level-has-no-holder", "ladder", sentence, hint=hint)


def _ways_down(definition: Definition) -> Iterator[Finding]:
    for name in definition.climbing.way_down:
        stage = definition.stages.get(name)
        if stage is None:
            hint = f"Known: {', '.join(sorted(definition.stages))}."
            sentence = f"there is no stage '{name}' to come down in."
            yield Finding.error("unknown-way-down", "ladder", sentence, hint=hint)
            continue
        role = definition.roles.get(stage.owner or "")
        if role is None or role.level is None or definition.rung_for(role.level) is None:
            sentence = f"nothing says at which level '{name}' is worked on."
            hint = "Name stages that are no end and whose owner has a level with a rung."
            yield Finding.error("way-down-nowhere", "ladder", sentence, hint=hint)


def _check_step(definition: Definition, rule: StepRule) -> Iterator[Finding]:
    where = f"step.{rule.name}"
    if rule.raises_to is not None and definition.rung_at(rule.raises_to) is None:
        yield _off_the_ladder(where, rule.raises_to.word)
    if rule.cause is not None and not rule.raises_level:
        hint = "Let it raise the level, or take the cause away."
        yield Finding.error("cause-without-rise", where, "it names a cause of no rise.", hint=hint)
    if rule.cause not in (None, BY_HAND) and not _asks(definition, rule, kind="words"):
        hint = "Let it ask a required field of kind 'words', such as 'reason'."
        sentence = "it raises the case and does not ask why."
        yield Finding.error("rise-without-reason", where, sentence, hint=hint)
    if rule.target != STAYS and (rule.acknowledges or rule.passes_within):
        hint = "Let it stay with to = '='."
        sentence = "to acknowledge or to pass on within a department moves no case."
        yield Finding.error("word-moves-case", where, sentence, hint=hint)
    if rule.passes_within and not _asks(definition, rule, kind="unit", name=SUB_UNIT):
        hint = "Let it ask a required field 'sub_unit' of kind 'unit'."
        sentence = "it passes the case within the department and does not ask where."
        yield Finding.error("sub-unit-not-asked", where, sentence, hint=hint)


def _asks(definition: Definition, rule: StepRule, *, kind: str, name: str | None = None) -> bool:
    asked = (definition.fields[one] for one in rule.asks if one in definition.fields)
    return any(
        field.kind == kind and field.required and name in (None, field.name) for field in asked
    )


def _off_the_ladder(where: str, level: str) -> Finding:
    sentence = f"it raises to the {level}, which has no rung."
    return Finding.error("rise-off-the-ladder", where, sentence, hint="Name a level of the ladder.")
