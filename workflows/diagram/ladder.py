"""The ladder beside a drawing: the rungs a late case climbs, from the bottom up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from workflows.definition import Definition, Label, Rung
from workflows.diagram.words import Line, Wording, broken

LEVELS = {"city": "市", "district": "区", "street": "街镇", "community": "社区", "grid": "网格"}
RUNG_WIDTH, RUNG_HEIGHT = 150, 40
BETWEEN = 52


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnRung:
    """A rung with what is said of the climb to it."""

    rung: Rung
    name: str
    owner: str
    climb: tuple[Line, ...]


def rungs_of(definition: Definition, wording: Wording) -> list[DrawnRung]:
    """Give the rungs from the top down."""
    return list(reversed(list(_from_below(definition, wording))))


def ladder_height(rungs: int) -> float:
    """The height a ladder needs with its heading."""
    return 28 + rungs * RUNG_HEIGHT + (rungs - 1) * BETWEEN if rungs else 0


def _from_below(definition: Definition, wording: Wording) -> Iterator[DrawnRung]:
    below: Rung | None = None
    for rung in definition.ladder:
        word = rung.level.word
        yield DrawnRung(
            rung=rung,
            name=wording.name(Label(zh=LEVELS[word], en=word.capitalize())),
            owner=wording.roles(definition, (rung.owner,)),
            climb=tuple(_climb(below, wording)),
        )
        below = rung


def _climb(below: Rung | None, wording: Wording) -> list[Line]:
    """Say what leads up to a rung: a missed deadline, then the grace of the rung below."""
    if below is None:
        return []
    if below.grace is None:
        text = wording.name(Label(zh="时限届满", en="deadline missed"))
    else:
        text = wording.name(Label(zh="再过", en="after")) + " " + wording.limit(below.grace)
    return broken(text, size=11, kind="role", widest=150)
