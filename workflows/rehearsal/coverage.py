"""Coverage: which steps of a definition the scenarios take, and which nobody tried."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from workflows.definition import Definition, StepRule


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A step taken from a stage."""

    stage: str
    step: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What was taken, and what no scenario takes, in the order of the definition."""

    steps: int
    moves: int
    steps_missing: tuple[str, ...]
    moves_missing: tuple[Move, ...]
    stages_missing: tuple[str, ...]

    @property
    def percent(self) -> int:
        """The share of steps taken, rounded down: 100 means all of them."""
        return (self.steps - len(self.steps_missing)) * 100 // self.steps


def coverage_of(definition: Definition, taken: Iterable[Move]) -> Coverage:
    """Hold the moves taken against the definition."""
    done = set(taken)
    names = list(dict.fromkeys(rule.name for rule in definition.steps))
    moves = list(dict.fromkeys(move for rule in definition.steps for move in _moves(rule)))
    taken_names = {move.step for move in done}
    return Coverage(
        steps=len(names),
        moves=len(moves),
        steps_missing=tuple(name for name in names if name not in taken_names),
        moves_missing=tuple(move for move in moves if move not in done),
        stages_missing=tuple(
            name for name in definition.stages if name not in _entered(definition, done)
        ),
    )


def _moves(rule: StepRule) -> Iterable[Move]:
    return (Move(stage=source, step=rule.name) for source in rule.sources)


def _entered(definition: Definition, done: set[Move]) -> set[str]:
    entered = {definition.starts_in}
    for rule in definition.steps:
        entered |= {rule.leads_to(move.stage) for move in _moves(rule) if move in done}
    return entered
