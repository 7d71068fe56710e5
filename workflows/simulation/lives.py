"""Lives: cases in a simulated city, what is planned for them, and what their workflows share."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from domain.incident.course import Deadline
from workflows.simulation.case import RunningCase
from workflows.simulation.choosing import Choices, Chosen
from workflows.simulation.setting import Setting, SettingRules
from workflows.simulation.simulated import Tally


@dataclass(slots=True, kw_only=True, eq=False)
class Life:
    """A case in the city; ``turn`` rises with each plan, so that work for an old one is dropped.

    ``answering`` is set while somebody is about to acknowledge a call, ``parts`` are the sub-cases
    in the city, ``above`` the case that opened it.
    """

    number: int
    running: RunningCase
    setting: Setting
    turn: int = 0
    planned: bool = False
    answering: bool = False
    alarm: Deadline | None = None
    parts: dict[UUID, Life] = field(default_factory=dict)
    above: Life | None = None


@dataclass(frozen=True, slots=True)
class Work:
    """A step that somebody means to take; a ``call`` is answered beside whatever else goes on."""

    life: Life
    turn: int
    chosen: Chosen
    call: bool = False

    @property
    def stands(self) -> bool:
        if not self.call:
            return self.life.turn == self.turn
        course = self.life.running.course
        return self.life.answering and course.unanswered and not course.ended

    def drop(self) -> None:
        """Nobody is about to answer the call any more: the next one is answered anew."""
        if self.call:
            self.life.answering = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What all cases of one workflow share."""

    rules: SettingRules
    choices: Choices
    tally: Tally

    @classmethod
    def of(cls, setting: Setting) -> Kind:
        weight = setting.assumptions.weight
        return cls(
            rules=SettingRules(setting),
            choices=Choices(setting.definition, weight, below=setting.below),
            tally=Tally(definition=setting.definition),
        )


def kinds_of(setting: Setting) -> dict[str, Kind]:
    """Give what the cases of a setting and of all those below it share, by workflow."""
    found: dict[str, Kind] = {}
    waiting = [setting]
    while waiting:
        one = waiting.pop()
        if one.definition.name not in found:
            found[one.definition.name] = Kind.of(one)
            waiting += one.below.values()
    return found
