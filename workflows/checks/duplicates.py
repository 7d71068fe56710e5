"""Duplicates: who marks or merges names the leading case, and a merge is an end."""

from __future__ import annotations

from collections.abc import Iterator

from domain.incident import marks
from workflows.checks.findings import Finding
from workflows.definition import STAYS, Definition, StepRule

_HAVE_MARKS = (marks.DUPLICATE, marks.NOT_DUPLICATE)


def check_duplicates(definition: Definition) -> Iterator[Finding]:
    """Steps that point at no case, merges that do not end, marks that would be lost."""
    for rule in definition.steps:
        where = f"step.{rule.name}"
        points = {marks.DUPLICATE, marks.MERGED}.intersection(rule.marks)
        if points and not _asks_for_case(definition, rule):
            sentence = "it lets a case follow another and does not ask which."
            hint = "Let it ask a required field of kind 'incident'."
            yield Finding.error("leading-not-asked", where, sentence, hint=hint)
        if marks.MERGED in rule.marks and not _ends_merged(definition, rule):
            sentence = "it merges the case and does not end it."
            hint = "Lead it to a stage with final = 'merged'."
            yield Finding.error("merge-half-made", where, sentence, hint=hint)
        if rule.target != STAYS and set(_HAVE_MARKS).intersection(rule.marks):
            sentence = "a mark alone moves no case."
            hint = "Let it stay with to = '='."
            yield Finding.error("mark-moves-case", where, sentence, hint=hint)


def _asks_for_case(definition: Definition, rule: StepRule) -> bool:
    asked = (definition.fields[name] for name in rule.asks if name in definition.fields)
    return any(field.kind == "incident" and field.required for field in asked)


def _ends_merged(definition: Definition, rule: StepRule) -> bool:
    stage = definition.stages.get(rule.target)
    return stage is not None and stage.final == marks.MERGED
