"""Under a ladder: who is passed over, who is called again, and what raises a case."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from domain.incident import rising
from workflows.definition import Climbing, Definition, Label, StepRule
from workflows.diagram.ladder import LEVELS
from workflows.diagram.words import Line, Wording, broken

WIDEST = 300
GAP = 10
CAUSES = {
    rising.BY_HAND: Label(zh="手动", en="by hand"),
    "lack-of-power": Label(zh="权限不足", en="for lack of power"),
    "importance": Label(zh="重大事项", en="as important"),
    rising.UNCLEAR_OWNERSHIP: Label(zh="权属不清", en="as nobody knows whose it is"),
}


class Said(NamedTuple):
    """One sentence under the ladder, and the step it tells of, if any."""

    text: str
    step: str | None = None


class Note(NamedTuple):
    """A sentence broken into the lines that are drawn."""

    lines: tuple[Line, ...]
    step: str | None

    @property
    def height(self) -> float:
        """The height of its lines."""
        return sum(line.height for line in self.lines)


def notes_of(definition: Definition, wording: Wording) -> list[Note]:
    """Give what is written under the ladder, broken into lines."""
    return [
        Note(tuple(broken(one.text, size=11, kind="role", widest=WIDEST)), one.step)
        for one in said_of(definition, wording)
    ]


def notes_height(notes: list[Note]) -> float:
    """The height the notes need below the ladder."""
    return GAP + sum(note.height for note in notes) if notes else 0


def said_of(definition: Definition, wording: Wording) -> list[Said]:
    """Say in sentences what the rungs do not show; nothing where there is no ladder."""
    if not definition.ladder:
        return []
    rules = {rule.name: rule for rule in definition.steps if rule.raises_level}
    return [
        *map(Said, _of_rungs(definition, definition.climbing, wording)),
        *(Said(_raising(definition, rule, wording), name) for name, rule in rules.items()),
    ]


def _of_rungs(definition: Definition, climbing: Climbing, wording: Wording) -> Iterator[str]:
    if climbing.skips_empty:
        yield wording.name(
            Label(zh="无人在岗的层级跳过，顶层除外", en="passes over rungs at which nobody sits")
        )
    if climbing.repeat is not None:
        again = wording.name(Label(zh="每隔", en="calls again every"))
        until = wording.name(Label(zh="再次呼叫，直至", en="until"))
        yield f"{again} {wording.limit(climbing.repeat)} {until} {_answers(definition, wording)}"
    if climbing.way_down:
        stages = [wording.name(definition.stages[name].label) for name in climbing.way_down]
        yield f"{wording.name(Label(zh='下沉于', en='comes down for'))}: {', '.join(stages)}"
    for level, categories in climbing.important:
        filed = wording.name(Label(zh="立案即升至", en="rises when filed to"))
        yield f"{filed} {_level(level.word, wording)}: {', '.join(categories)}"


def _answers(definition: Definition, wording: Wording) -> str:
    rules = [rule for rule in definition.steps if rule.acknowledges]
    names = dict.fromkeys(wording.name(rule.label) for rule in rules)
    roles = dict.fromkeys(role for rule in rules for role in rule.by)
    return f"{', '.join(names)} ({wording.roles(definition, tuple(roles))})"


def _raising(definition: Definition, rule: StepRule, wording: Wording) -> str:
    """Write a step that raises: its name, who takes it, why, and how far."""
    told = f"{wording.name(rule.label)} ({wording.roles(definition, rule.by)})"
    if rule.cause is not None:
        told += f", {wording.name(CAUSES[rule.cause])}"
    return f"{told} → {_level(rule.raises_to.word, wording)}" if rule.raises_to else told


def _level(word: str, wording: Wording) -> str:
    return wording.name(Label(zh=LEVELS[word], en=word.capitalize()))
