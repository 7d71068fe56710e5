"""Branching: what opens a sub-case can be taken back, what waits for one will go on."""

from __future__ import annotations

from collections.abc import Iterator

from domain.kernel.act import PROCESS
from workflows.checks.findings import Finding
from workflows.definition import NO_UNDO, STAYS, Definition, Stage, StepRule

_CLOSES_LAST = "no_open_sub_case"


def check_branching(definition: Definition) -> Iterator[Finding]:
    """Steps without a way back, stages that wait for ever, ends that leave sub-cases open."""
    for rule in definition.steps:
        yield from _check_undo(definition, rule)
    for stage in definition.stages.values():
        yield from _check_waiting(definition, stage)
    if any(rule.opens and not rule.opens.independent for rule in definition.steps):
        yield from _check_ends(definition)


def only_opens(rule: StepRule) -> bool:
    """Tell whether a step opens or takes back sub-cases and leaves the case as it is."""
    branches = rule.opens is not None or "has_open_sub_case" in rule.needs
    changes = (rule.marks, rule.asks_for, rule.decides, rule.raises_level)
    return branches and rule.target == STAYS and not any(changes)


def _check_undo(definition: Definition, rule: StepRule) -> Iterator[Finding]:
    where = f"step.{rule.name}"
    if rule.opens is not None and rule.undo is None:
        sentence = "it opens a sub-case and nothing takes that back."
        hint = "Name the step with undo = '…', or say undo = 'none' and why with 'because'."
        yield Finding.error("undo-missing", where, sentence, hint=hint)
    if rule.undo == NO_UNDO and rule.because is None:
        hint = "Add because = { zh = …, en = … }."
        yield Finding.error("undo-unexplained", where, "it does not say why.", hint=hint)
    if rule.undo in (None, NO_UNDO):
        return
    after = {rule.leads_to(source) for source in rule.sources}
    takers = definition.steps_named(rule.undo or "")
    missing = sorted(after - {source for taker in takers for source in taker.sources})
    if missing:
        sentence = f"'{rule.undo}' is no step from '{missing[0]}', where it leads."
        hint = f"Add '{missing[0]}' to the 'from' of '{rule.undo}', or name another step."
        yield Finding.error("undo-target-missing", where, sentence, hint=hint)


def _check_waiting(definition: Definition, stage: Stage) -> Iterator[Finding]:
    waits = stage.waits_for
    if waits is None:
        return
    where = f"stage.{stage.name}"
    if not any(_opens_into(rule, stage, waits.workflow) for rule in definition.steps):
        sentence = f"it waits for '{waits.workflow}', which no step into it opens."
        hint = "Let the step that leads here open it, or remove 'waits_for'."
        yield Finding.error("wait-never-ends", where, sentence, hint=hint)
    rules = [rule for rule in definition.steps_named(waits.then) if stage.name in rule.sources]
    if not any(PROCESS in rule.by for rule in rules):
        sentence = f"'{waits.then}' is no step from here that the process may take."
        hint = f"Add '{PROCESS}' to its 'by' and '{stage.name}' to its 'from'."
        yield Finding.error("wait-leads-nowhere", where, sentence, hint=hint)
    asked = [definition.fields[name] for rule in rules for name in rule.asks]
    if any(field.required for field in asked):
        hint = "Ask only what need not be answered."
        sentence = f"'{waits.then}' asks what no process can answer."
        yield Finding.error("process-cannot-answer", where, sentence, hint=hint)


def _opens_into(rule: StepRule, stage: Stage, workflow: str) -> bool:
    opens = rule.opens
    if opens is None or opens.workflow != workflow or opens.independent:
        return False
    return any(rule.leads_to(source) == stage.name for source in rule.sources)


def _check_ends(definition: Definition) -> Iterator[Finding]:
    for rule in definition.steps:
        stage = definition.stages.get(rule.target)
        if stage is None or stage.final != "settled" or _CLOSES_LAST in rule.needs:
            continue
        sentence = "it settles the case while its sub-cases may be open."
        hint = f"Add needs = ['{_CLOSES_LAST}']; at other ends they are called off by themselves."
        yield Finding.error("closes-over-sub-cases", f"step.{rule.name}", sentence, hint=hint)
