"""A move: a granted step with its rule and answers, on its way to the record."""

from __future__ import annotations

from dataclasses import dataclass

from domain.kernel.steps import Step
from workflows.definition import StepRule
from workflows.incident.answers import Answers


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """What the workflow granted and what was answered."""

    rule: StepRule
    step: Step
    answers: Answers
