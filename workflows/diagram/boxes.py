"""The boxes of a drawing: what is written in each stage, and how large it becomes."""

from __future__ import annotations

from dataclasses import dataclass

from workflows.definition import STAYS, Definition, Stage, StepRule
from workflows.diagram.words import Line, Wording, broken

PADDING = 12
LEAST_WIDTH, GREATEST_WIDTH = 150, 240
RULE_GAP = 8
FIGURE_HEIGHT = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A stage as it is written: ``stays`` are the steps that can be taken without leaving it."""

    stage: Stage
    head: tuple[Line, ...]
    deadline: Line | None
    climbs: bool
    stays: tuple[tuple[StepRule, Line], ...]
    foot: float = 0

    @property
    def width(self) -> float:
        """The width the words need."""
        lines = [*self.head, *(line for _, line in self.stays)]
        widest = max(line.width for line in lines)
        if self.deadline is not None:
            widest = max(widest, self.deadline.width + 34)
        if self.stage.final:
            widest += 24
        return min(max(widest + 2 * PADDING, LEAST_WIDTH), GREATEST_WIDTH)

    @property
    def height(self) -> float:
        """The height the words need."""
        lines = [*self.head, *([self.deadline] if self.deadline else [])]
        height = sum(line.height for line in lines) + 2 * PADDING + self.foot
        if self.stays:
            height += sum(line.height for _, line in self.stays) + RULE_GAP
        return height


def box_of(definition: Definition, stage: Stage, wording: Wording, *, foot: float = 0) -> Box:
    """Write a stage's box; ``foot`` keeps room below the words."""
    head = wording.title(stage.label)
    if stage.owner is not None:
        owner = wording.name(definition.roles[stage.owner].label)
        head.append(Line(text=owner, size=11, kind="role"))
    if stage.waits_for is not None:
        head.extend(broken(wording.waiting(stage.waits_for), size=11, kind="role", widest=190))
    deadline = None
    if stage.deadline is not None:
        deadline = Line(text=wording.deadline(stage.deadline), size=11, kind="role")
    stays = tuple(
        (rule, Line(text=wording.name(rule.label), size=11, kind="step"))
        for rule in definition.steps_from(stage.name)
        if rule.target in (STAYS, stage.name) and not rule.raises_level
    )
    return Box(
        stage=stage,
        head=tuple(head),
        deadline=deadline,
        climbs=_climbs(definition, stage),
        stays=stays,
        foot=foot,
    )


def _climbs(definition: Definition, stage: Stage) -> bool:
    """Whether a missed deadline of this stage raises the level."""
    then = stage.deadline.then if stage.deadline else None
    return any(rule.raises_level for rule in definition.steps_from(stage.name) if rule.name == then)
