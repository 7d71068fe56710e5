"""A definition as a Mermaid state diagram: text that many tools can draw."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Literal

from workflows.definition import STAYS, Definition, Label, StepRule
from workflows.diagram.climbing import said_of
from workflows.diagram.ladder import rungs_of
from workflows.diagram.words import Wording
from workflows.differ import limit_in_words


def mermaid(definition: Definition, *, language: Literal["zh", "en"] = "en") -> str:
    """Write the diagram; steps that stay in their stage are listed in a note beside it."""
    lines = ["stateDiagram-v2", f"    %% {definition.reference} {definition.digest}"]
    lines += [f"    {line}" for line in _stages(definition, language)]
    lines += [f"    {line}" for line in _steps(definition, language)]
    lines += [f"    {line}" for line in _notes(definition, language)]
    lines += [f"    {line}" for line in _ladder(definition, Wording(language))]
    return "\n".join(lines) + "\n"


def _stages(definition: Definition, language: str) -> Iterator[str]:
    for stage in definition.stages.values():
        yield f'state "{_text(stage.label, language)}" as {_id(stage.name)}'


def _steps(definition: Definition, language: str) -> Iterator[str]:
    yield f"[*] --> {_id(definition.starts_in)}"
    for rule in definition.steps:
        if rule.target == STAYS:
            continue
        for source in rule.sources:
            told = f"{_text(rule.label, language)} ({_roles(definition, rule, language)})"
            yield f"{_id(source)} --> {_id(rule.target)}: {told}"
    for stage in definition.stages.values():
        if stage.final:
            yield f"{_id(stage.name)} --> [*]: {stage.final}"


def _notes(definition: Definition, language: str) -> Iterator[str]:
    for stage in definition.stages.values():
        told = list(_told(definition, stage.name, language))
        if told:
            yield f"note right of {_id(stage.name)}"
            yield from (f"    {line}" for line in told)
            yield "end note"


def _told(definition: Definition, name: str, language: str) -> Iterator[str]:
    stage = definition.stages[name]
    if stage.deadline:
        within = stage.deadline.within
        then = f", then {stage.deadline.then}" if stage.deadline.then else ""
        yield f"{limit_in_words(within) if within else 'case limit'}{then}"
    for rule in definition.steps_from(name):
        if rule.target == STAYS and not rule.raises_level:
            yield f"{_text(rule.label, language)} ({_roles(definition, rule, language)})"


def _ladder(definition: Definition, wording: Wording) -> Iterator[str]:
    """Draw the rungs from the bottom up, and beside the first what else is said of them."""
    rungs = rungs_of(definition, wording)[::-1]
    for drawn in rungs:
        name = _plain(f"{drawn.name} ({drawn.owner})")
        yield f'state "{name}" as rung_{drawn.rung.level.word}'
    for below, above in pairwise(rungs):
        climb = _plain(" ".join(line.text for line in above.climb))
        yield f"rung_{below.rung.level.word} --> rung_{above.rung.level.word}: {climb}"
    said = said_of(definition, wording)
    if rungs and said:
        yield f"note right of rung_{rungs[0].rung.level.word}"
        yield from (f"    {_plain(one.text)}" for one in said)
        yield "end note"


def _roles(definition: Definition, rule: StepRule, language: str) -> str:
    return ", ".join(_text(definition.roles[role].label, language) for role in rule.by)


def _text(label: Label, language: str) -> str:
    """Give the words without what Mermaid would read as its own signs."""
    return _plain(label.in_language(language))


def _plain(words: str) -> str:
    return "".join(" " if sign in '":;#{}\n' else sign for sign in words).strip()


def _id(name: str) -> str:
    """A prefix keeps names such as ``end`` apart from Mermaid's own words."""
    return f"s_{name.replace('-', '_')}"
