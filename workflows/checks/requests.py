"""Requests: each can be decided by somebody, and its decision does to the clock what is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from domain.incident import marks
from domain.incident.requests import ADDS, PAUSES, RESTARTS
from domain.people.roles import ROLES
from workflows.checks.findings import Finding
from workflows.checks.graph import reached_from
from workflows.request_rules import ON_GRANT

if TYPE_CHECKING:
    from workflows.definition import Definition, Stage, StepRule
    from workflows.request_rules import Approver, RequestRule


def check_requests(definition: Definition) -> Iterator[Finding]:
    """Kinds nobody asks or decides, approvers who may not act, clocks that do otherwise."""
    for kind, written in definition.requests.items():
        yield from _check_rule(definition, kind, written)
    for kind in sorted({rule.asks_for for rule in definition.steps if rule.asks_for}):
        yield from _check_decided(definition, kind)
    for kind in sorted({rule.grants for rule in definition.steps if rule.grants}):
        yield from _check_grants(definition, definition.request_rule(kind))


def _check_rule(definition: Definition, kind: str, written: RequestRule) -> Iterator[Finding]:
    where = f"requests.{kind}"
    asking = [rule for rule in definition.steps if rule.asks_for == kind]
    if not asking:
        hint = f"Let a step say requests = '{kind}', or remove the table."
        yield Finding.error("request-nobody-asks", where, "no step asks it.", hint=hint)
    if written.on_grant not in ON_GRANT[kind]:
        sentence = f"a granted {kind} cannot do '{written.on_grant}' to the clock."
        hint = f"Use {' or '.join(ON_GRANT[kind])}."
        yield Finding.error("grant-not-carried-out", where, sentence, hint=hint)
    for rule in asking:
        yield from _check_form(definition, rule, written)
    bounds = (written.most_minutes, *(one.up_to for one in written.approvers))
    adds = written.on_grant == ADDS
    if (any(bounds) and not adds) or (written.within and kind != marks.REOPENING):
        sentence = "it sets a bound that is never asked."
        hint = "'most_minutes' and 'up_to' are for what adds time, 'within' is for reopening."
        yield Finding.error("bound-never-asked", where, sentence, hint=hint)
    for approver in written.approvers:
        yield from _check_approver(definition, kind, approver)
    yield from _check_deciders(definition, written)


def _check_form(definition: Definition, rule: StepRule, written: RequestRule) -> Iterator[Finding]:
    where = f"step.{rule.name}"
    kinds = {
        field.kind
        for name in rule.asks
        if (field := definition.fields.get(name)) and field.required
    }
    if written.evidence and "photo" not in kinds:
        hint = "Let it ask a required field of kind 'photo', or drop 'evidence'."
        sentence = "evidence is wanted and never asked."
        yield Finding.error("evidence-never-asked", where, sentence, hint=hint)
    if written.on_grant == ADDS and "minutes" not in kinds:
        hint = "Let it ask a required field of kind 'minutes'."
        sentence = "it asks for more time and not how much."
        yield Finding.error("amount-never-asked", where, sentence, hint=hint)


def _check_approver(definition: Definition, kind: str, approver: Approver) -> Iterator[Finding]:
    where = f"requests.{kind}"
    deciding = [rule for rule in definition.steps if rule.decides == kind]
    closed = sorted({rule.name for rule in deciding if approver.role not in rule.by})
    if closed or not deciding:
        sentence = f"'{approver.role}' is to decide it and may not take the step."
        hint = f"Add the role to the 'by' of {', '.join(closed) or 'a deciding step'}."
        yield Finding.error("approver-may-not-act", where, sentence, hint=hint)
    known = ROLES.get(approver.role)
    if known is not None and approver.level is not None and approver.level not in known.levels:
        sentence = f"'{approver.role}' cannot be held at a {approver.level.word}."
        hint = f"Use {' or '.join(level.word for level in sorted(known.levels))}."
        yield Finding.error("role-nobody-holds", where, sentence, hint=hint)


def _check_deciders(definition: Definition, written: RequestRule) -> Iterator[Finding]:
    if not written.approvers:
        return
    named = {one.role for one in written.approvers}
    for rule in definition.steps:
        idle = sorted(set(rule.by) - named) if rule.decides == written.kind else []
        if idle:
            sentence = f"{', '.join(idle)} may take it and is no approver of a {written.kind}."
            hint = f"Add the role to the approvers in [requests.{written.kind}], or remove it here."
            yield Finding.error("decider-is-no-approver", f"step.{rule.name}", sentence, hint=hint)


def _check_decided(definition: Definition, kind: str) -> Iterator[Finding]:
    """Where a request waits, somebody can grant it."""
    for rule in definition.steps:
        if rule.asks_for != kind:
            continue
        for stage in sorted({rule.leads_to(source) for source in rule.sources}):
            if not any(step.grants == kind for step in definition.steps_from(stage)):
                sentence = f"a {kind} would wait in '{stage}' and nobody could grant it."
                hint = f"Add a step from '{stage}' with grants = '{kind}'."
                yield Finding.error(
                    "request-never-decided", f"step.{rule.name}", sentence, hint=hint
                )


def _check_grants(definition: Definition, written: RequestRule) -> Iterator[Finding]:
    """What a grant does to the clock is what the stage it leads to does."""
    for rule in definition.steps:
        if rule.grants != written.kind:
            continue
        where = f"step.{rule.name}"
        targets = [
            stage
            for source in rule.sources
            if (stage := definition.stages.get(rule.leads_to(source))) is not None
        ]
        if _pauses_otherwise(written, targets):
            pauses = written.on_grant == PAUSES
            sentence = f"the clock should {'stop' if pauses else 'run on'} and does not."
            hint = "Lead it to a stage whose 'stops_clock' says the same as 'on_grant'."
            yield Finding.error("grant-contradicts-stage", where, sentence, hint=hint)
        if written.kind == "void" and any(stage.final != "void" for stage in targets):
            hint = "Lead it to a stage with final = 'void'."
            yield Finding.error("void-half-made", where, "it does not end the case.", hint=hint)
        if written.on_grant == RESTARTS and not _begins_anew(definition, rule, targets):
            sentence = "the clock begins anew with a dispatch, and none follows."
            hint = "Mark it 'dispatched', or lead it to where a dispatch can be taken."
            yield Finding.error("restart-never-begins", where, sentence, hint=hint)


def _pauses_otherwise(written: RequestRule, targets: Iterable[Stage]) -> bool:
    if written.kind != "suspension":
        return any(stage.stops_clock for stage in targets)
    return any(stage.stops_clock != (written.on_grant == PAUSES) for stage in targets)


def _begins_anew(definition: Definition, rule: StepRule, targets: Iterable[Stage]) -> bool:
    if marks.DISPATCHED in rule.marks:
        return True
    reached = reached_from(definition, {stage.name for stage in targets})
    return any(
        marks.DISPATCHED in step.marks and reached.intersection(step.sources)
        for step in definition.steps
    )
