"""Joint handling: a party can come to its end, and the whistle to its own."""

from __future__ import annotations

from collections.abc import Iterator

from domain.incident.marks import ENDINGS, MARKS
from domain.whistle.party import DONE, PARTY_ENDINGS, PARTY_MARKS
from workflows.checks.findings import Finding
from workflows.definition import Definition, Joint, Stage, StepRule

ANSWERS: dict[str, frozenset[str]] = {
    "done": frozenset({"result"}),
    "substituted": frozenset({"by", "reason"}),
    "withdrawn": frozenset({"reason"}),
    "rated": frozenset({"remark"}),
}
"""What comes with each order to a party; a field beyond it could never be answered."""


def check_joint(definition: Definition) -> Iterator[Finding]:
    """Whistles that can never be over, and words of cases among those of parties."""
    known, ends = (PARTY_MARKS, PARTY_ENDINGS) if definition.joint else (MARKS, ENDINGS)
    for rule in definition.steps:
        for mark in rule.marks:
            if mark not in known:
                hint = f"Use one of: {', '.join(sorted(known))}."
                sentence = f"the mark '{mark}' means nothing here."
                yield Finding.error("mark-of-others", f"step.{rule.name}", sentence, hint=hint)
    for stage in definition.stages.values():
        if stage.final is not None and stage.final not in ends:
            hint = f"Use one of: {', '.join(sorted(ends))}."
            sentence = f"nothing ends here as '{stage.final}'."
            yield Finding.error("ending-of-others", f"stage.{stage.name}", sentence, hint=hint)
    if definition.joint is not None:
        yield from _check_way(definition, definition.joint)


def _check_way(definition: Definition, joint: Joint) -> Iterator[Finding]:
    enough = joint.enough
    if enough is not None and enough > joint.parties:
        sentence = f"{enough} parties must be done, and {joint.parties} may be summoned."
        hint = "Lower 'done_when', or raise 'parties'."
        yield Finding.error("joint-never-done", "joint", sentence, hint=hint)
    if not any(_does(definition, rule) for rule in definition.steps):
        sentence = "no step with the mark 'done' leads to a stage with final = 'done'."
        hint = "Add one, so that a party can finish its part."
        yield Finding.error("joint-without-done", "joint", sentence, hint=hint)
    for rule in definition.steps:
        yield from _check_step(rule)
    yield from _shadowed(definition)
    for stage in definition.stages.values():
        yield from _check_stage(stage)
    if definition.ladder or definition.starts_with:
        hint = "Leave it out: each kind of whistle has its rungs."
        yield Finding.error("not-for-parties", "joint", "a party has no ladder here.", hint=hint)


def _check_step(rule: StepRule) -> Iterator[Finding]:
    where = f"step.{rule.name}"
    if len(PARTY_MARKS.intersection(rule.marks)) != 1:
        hint = f"Give it one of: {', '.join(sorted(PARTY_MARKS))}. There are no other orders."
        sentence = "no order to a party means this step, so nobody could take it."
        yield Finding.error("party-step-unmarked", where, sentence, hint=hint)
        return
    for name in rule.asks:
        if name not in ANSWERS.get(rule.marks[0], ()):
            hint = "Leave it out."
            sentence = f"nobody can answer '{name}' with this order."
            yield Finding.error("never-answered", where, sentence, hint=hint)
    if rule.asks_for or rule.decides or rule.raises_level:
        hint = "Leave it out."
        sentence = "a party makes no requests and has no level here."
        yield Finding.error("not-for-parties", where, sentence, hint=hint)


def _shadowed(definition: Definition) -> Iterator[Finding]:
    """An order takes the first step of its mark from where a party stands, never another."""
    taken: dict[tuple[str, str], str] = {}
    for rule in definition.steps:
        for mark in PARTY_MARKS.intersection(rule.marks):
            for source in rule.sources:
                first = taken.setdefault((mark, source), rule.name)
                if first != rule.name:
                    sentence = f"from '{source}' the mark '{mark}' always takes '{first}'."
                    hint = f"Remove '{source}' from 'from', or give the step another mark."
                    where = f"step.{rule.name}"
                    yield Finding.error("party-step-shadowed", where, sentence, hint=hint)


def _check_stage(stage: Stage) -> Iterator[Finding]:
    if stage.deadline is not None:
        hint = "Write it into the kinds of whistle: each has its own."
        sentence = "the limits of parties do not stand here."
        yield Finding.error("not-for-parties", f"stage.{stage.name}", sentence, hint=hint)


def _does(definition: Definition, rule: StepRule) -> bool:
    target = definition.stages.get(rule.target)
    return DONE in rule.marks and target is not None and target.final == DONE
