"""What comes beside or after the ordinary way: reopening, rating, backlog, limit steps, readers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from domain.incident import marks
from domain.incident.rating import DISSATISFIED, SATISFIED
from workflows.checks.findings import Finding
from workflows.definition import STAYS

if TYPE_CHECKING:
    from workflows.definition import Definition, StepRule

_OPINIONS = {SATISFIED, DISSATISFIED}
_HIDEABLE = ("words", "choice", "code", "photo")


def may_follow_an_end(definition: Definition, rule: StepRule, source: str) -> bool:
    """Whether a step may be taken in a final stage: to rate a case, or to have it reopened.

    Reopening is the one lawful way out of an end, and only of a settled one.
    """
    if rule.target == STAYS:
        about = marks.REOPENING in (rule.asks_for, rule.refuses)
        return marks.RATED in rule.marks or (about and marks.REOPENING in definition.requests)
    stage = definition.stages[source]
    grants = rule.grants == marks.REOPENING and marks.REOPENED in rule.marks
    return grants and marks.REOPENING in definition.requests and stage.final == "settled"


def check_afterwards(definition: Definition) -> Iterator[Finding]:
    """Reopenings half made, ratings and limit steps not asked, backlog that is none."""
    cases = definition.joint is None  # a party of a whistle is rated otherwise
    for rule in definition.steps if cases else ():
        where = f"step.{rule.name}"
        if rule.grants == marks.REOPENING and not _reopens(definition, rule):
            sentence = "it grants a reopening and does not lead an ended case back to work."
            hint = "Mark it 'reopened' and lead it from a settled end to a stage that is none."
            yield Finding.error("reopening-half-made", where, sentence, hint=hint)
        if marks.RATED in rule.marks and not _asks_opinions(definition, rule):
            sentence = "it rates the case and does not ask 'service' and 'handling'."
            hint = "Ask both as required choices of 'satisfied' and 'dissatisfied'; let it stay."
            yield Finding.error("rating-not-asked", where, sentence, hint=hint)
        if marks.LIMIT_STEP_DONE in rule.marks and not _asks(definition, rule, "limit_step"):
            sentence = "it reports a limit step done and does not ask which."
            hint = "Let it ask a required field of kind 'limit_step'."
            yield Finding.error("limit-step-not-asked", where, sentence, hint=hint)
        if marks.BACKLOG in rule.marks and not _is_backlog(definition, rule):
            sentence = "only the deadline of a suspended stage makes a case backlog."
            hint = "Let the clock alone take it, with to = '=', where a stage stops the clock."
            yield Finding.error("backlog-misplaced", where, sentence, hint=hint)
    yield from _check_readers(definition)


def _check_readers(definition: Definition) -> Iterator[Finding]:
    for field in definition.fields.values():
        where = f"fields.{field.name}"
        for role in field.read_by:
            if role not in definition.roles:
                hint = f"Known: {', '.join(sorted(definition.roles))}."
                yield Finding.error("unknown-role", where, f"there is no role '{role}'.", hint=hint)
        if field.read_by and field.kind not in _HIDEABLE:
            sentence = f"an answer of the kind '{field.kind}' stands on the case for all to see."
            hint = f"Keep 'read_by' for {', '.join(_HIDEABLE)}."
            yield Finding.error("answer-not-hidden", where, sentence, hint=hint)


def _reopens(definition: Definition, rule: StepRule) -> bool:
    stages = definition.stages
    target = stages.get(rule.target)
    ends = all(source in stages and stages[source].final == "settled" for source in rule.sources)
    return marks.REOPENED in rule.marks and ends and target is not None and target.final is None


def _asks_opinions(definition: Definition, rule: StepRule) -> bool:
    asked = [definition.fields.get(name) for name in ("service", "handling") if name in rule.asks]
    sound = [
        field
        for field in asked
        if field and field.required and field.kind == "choice" and set(field.choices) == _OPINIONS
    ]
    return len(sound) == len(_OPINIONS) and rule.target == STAYS


def _asks(definition: Definition, rule: StepRule, kind: str) -> bool:
    asked = (definition.fields.get(name) for name in rule.asks)
    return any(field is not None and field.required and field.kind == kind for field in asked)


def _is_backlog(definition: Definition, rule: StepRule) -> bool:
    by_the_clock = all(
        (role := definition.roles.get(name)) is not None and role.system for name in rule.by
    )
    suspended = all(
        (stage := definition.stages.get(source)) is not None
        and stage.stops_clock
        and stage.deadline is not None
        and stage.deadline.then == rule.name
        for source in rule.sources
    )
    return by_the_clock and suspended and rule.target == STAYS
