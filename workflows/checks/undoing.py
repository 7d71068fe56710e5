"""Taking back: what a step does to a case can be undone, and the undo leads where it came from."""

from __future__ import annotations

from collections.abc import Iterator

from domain.incident import marks
from workflows.checks.findings import Finding
from workflows.definition import NO_UNDO, Definition, StepRule

COUNTER: dict[str, str] = {
    marks.DUPLICATE: marks.NOT_DUPLICATE,
    marks.SUSPENDED: marks.RESUMED,
}
"""Marks that stay on a case, and the mark of the step that takes each back."""


def check_undoing(definition: Definition) -> Iterator[Finding]:
    """Undos that lead elsewhere or to themselves, and marks that nothing takes back."""
    for rule in definition.steps:
        if rule.undo not in (None, NO_UNDO):
            yield from _check_way_back(definition, rule)
        if rule.undo != NO_UNDO:
            yield from _check_marks(definition, rule)


def _check_way_back(definition: Definition, rule: StepRule) -> Iterator[Finding]:
    where = f"step.{rule.name}"
    if rule.undo == rule.name:
        hint = "Name the step that takes it back."
        yield Finding.error("undo-of-itself", where, "it undoes itself.", hint=hint)
        return
    for source in rule.sources:
        after = rule.leads_to(source)
        takers = [one for one in definition.steps_named(rule.undo or "") if after in one.sources]
        if takers and not any(one.leads_to(after) in rule.sources for one in takers):
            sentence = f"'{rule.undo}' takes it back and leads from '{after}' to elsewhere."
            hint = f"Let it lead to '{source}', or name another step."
            yield Finding.error("undo-leads-elsewhere", where, sentence, hint=hint)
            return


def _check_marks(definition: Definition, rule: StepRule) -> Iterator[Finding]:
    for mark in rule.marks:
        counter = COUNTER.get(mark)
        if counter is None:
            continue
        back = {
            source for one in definition.steps if counter in one.marks for source in one.sources
        }
        missing = sorted({rule.leads_to(source) for source in rule.sources} - back)
        if missing:
            sentence = f"it marks '{mark}', and from '{missing[0]}' nothing takes that back."
            hint = (
                f"Add a step from '{missing[0]}' with the mark '{counter}', or say undo = 'none'"
                " and why with 'because'."
            )
            yield Finding.error("mark-never-undone", f"step.{rule.name}", sentence, hint=hint)
