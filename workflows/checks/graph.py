"""The graph: every stage can be reached, left, and brought to an end."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from workflows.checks.afterwards import may_follow_an_end
from workflows.checks.findings import Finding
from workflows.definition import STAYS

if TYPE_CHECKING:
    from workflows.definition import Definition, StepRule

Edges = dict[str, set[str]]


def check_graph(definition: Definition) -> Iterator[Finding]:
    """Unreachable stages, dead ends, no way to an end, and steps that leave an end."""
    edges = _edges(definition.stages, definition.steps)
    ends = {name for name, stage in definition.stages.items() if stage.final}
    reached = _reach({definition.starts_in}, edges)
    to_an_end = _reach(ends, _turned(edges))
    for name in definition.stages:
        if name not in reached:
            yield _say(
                "unreachable",
                name,
                "no path leads here from the start.",
                "Add a step to it or remove it.",
            )
        if name in ends:
            continue
        if not edges[name] - {name}:
            yield _say("dead-end", name, "no step leads out.", "Add a step out, or mark it final.")
        elif name not in to_an_end:
            yield _say(
                "no-way-to-end",
                name,
                "no end can be reached from here.",
                "Add a step towards an end.",
            )
    if not ends:
        yield _say("no-end", definition.starts_in, "no stage is an end.", "Mark a stage final.")
    yield from _clock_loops(definition)


def reached_from(definition: Definition, stages: set[str]) -> set[str]:
    """Give the stages that steps can lead to from here, these included."""
    return _reach(stages, _edges(definition.stages, definition.steps))


def check_steps(definition: Definition) -> Iterator[Finding]:
    """Steps that leave an end, and steps that are ambiguous."""
    seen: dict[tuple[str, str], StepRule] = {}
    for rule in definition.steps:
        for source in rule.sources:
            stage = definition.stages.get(source)
            if (
                stage is not None
                and stage.final
                and not _only_rates(definition, rule)
                and not may_follow_an_end(definition, rule, source)
            ):
                yield Finding.error(
                    "leaves-final-stage",
                    f"step.{rule.name}",
                    f"it leaves '{source}', which is an end.",
                    hint="Remove this stage from 'from', or let the stage not be final.",
                )
            other = seen.setdefault((source, rule.name), rule)
            if other is not rule and set(other.needs) == set(rule.needs):
                yield Finding.error(
                    "ambiguous-step",
                    f"step.{rule.name}",
                    f"it stands twice for '{source}' and nothing tells the two apart.",
                    hint="Give each its own 'needs', or one of them another name.",
                )


def _only_rates(definition: Definition, rule: StepRule) -> bool:
    """The street rates a party whose part is done; that leads nowhere."""
    return definition.joint is not None and rule.target == STAYS


def _clock_loops(definition: Definition) -> Iterator[Finding]:
    """A loop that only the clock walks would spin for ever."""
    clocked = [
        rule
        for rule in definition.steps
        if all(name in definition.roles and definition.roles[name].system for name in rule.by)
    ]
    edges = _edges(definition.stages, clocked)
    for name in definition.stages:
        after = edges[name] - {name}
        if after and name in _reach(after, edges):
            yield _say(
                "clock-only-loop",
                name,
                "the clock alone leads back here.",
                "Let a person take one step of the loop.",
            )


def _edges(stages: Iterable[str], steps: Iterable[StepRule]) -> Edges:
    edges: Edges = {name: set() for name in stages}
    for rule in steps:
        for source in rule.sources:
            if source in edges and rule.leads_to(source) in edges:
                edges[source].add(rule.leads_to(source))
    return edges


def _turned(edges: Edges) -> Edges:
    turned: Edges = {name: set() for name in edges}
    for source, targets in edges.items():
        for target in targets:
            turned[target].add(source)
    return turned


def _reach(starts: set[str], edges: Edges) -> set[str]:
    seen = {name for name in starts if name in edges}
    waiting = deque(seen)
    while waiting:
        for target in edges[waiting.popleft()] - seen:
            seen.add(target)
            waiting.append(target)
    return seen


def _say(code: str, stage: str, sentence: str, hint: str) -> Finding:
    return Finding.error(code, f"stage.{stage}", sentence, hint=hint)
