"""Coverage: which steps of a definition the scenarios take, and which nobody tried."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from domain.whistle.states import ASKED_FOR, BLOWN
from workflows.definition import Definition, StepRule


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A step taken from a stage."""

    stage: str
    step: str


OF_WHISTLES = (
    Move(stage="", step="blow_whistle"),
    Move(stage=ASKED_FOR, step="approve_whistle"),
    Move(stage=ASKED_FOR, step="decline_whistle"),
    Move(stage=ASKED_FOR, step="call_off_whistle"),
    Move(stage=BLOWN, step="call_off_whistle"),
    Move(stage=BLOWN, step="confirm_whistle"),
)
"""What can be done with a whistle as a whole; its parties go the way of a definition."""


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
    whole = OF_WHISTLES if definition.joint else ()
    of_steps = [move for rule in definition.steps for move in _moves(rule)]
    moves = list(dict.fromkeys([*of_steps, *whole]))
    names = list(dict.fromkeys(move.step for move in moves))
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
