"""Guards of a party's steps: the rules of the whistle that a definition may name.

A guard returns None when it is met, else the refusal with its code and facts, such as the distance.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.kernel.act import Act
from domain.kernel.refusals import Refused
from domain.whistle import rules
from domain.whistle.roll import Roll
from domain.whistle.rules import Rule, Wish

if TYPE_CHECKING:
    from workflows.definition import StepRule


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyScene:
    """What a guard may look at: the whistle's roll, and what is wanted of one of its parties."""

    roll: Roll
    wish: Wish

    @property
    def act(self) -> Act:
        """Who wants to act."""
        return self.wish.act

    @property
    def stage(self) -> str:
        """Where the party stands."""
        return self.roll.parties[self.wish.party].stage

    def missing(self, rule: StepRule) -> list[Refused]:
        """Ask every guard of the step."""
        asked = (PARTY_GUARDS[name](self) for name in rule.needs)
        return [refusal for refusal in asked if refusal is not None]


def near_enough(scene: PartyScene) -> Refused | None:
    """Who checks in stands within the radius of the kind; the refusal says the distance."""
    return _heard(rules.must_be_near, scene)


def photo_given(scene: PartyScene) -> Refused | None:
    """Where the kind asks a photo, it comes with the check-in."""
    return _heard(rules.must_show_a_photo, scene)


def summoned_once(scene: PartyScene) -> Refused | None:
    """A substitute is a unit that this whistle has not summoned yet."""
    return _heard(rules.must_stand_in_once, scene)


def not_rated_yet(scene: PartyScene) -> Refused | None:
    """A rating stands."""
    return _heard(rules.must_not_be_rated, scene)


def _heard(rule: Rule, scene: PartyScene) -> Refused | None:
    try:
        rule(scene.roll, scene.wish)
    except Refused as refusal:
        return refusal
    return None


PartyGuard = Callable[[PartyScene], Refused | None]
PARTY_GUARDS: dict[str, PartyGuard] = {
    guard.__name__: guard for guard in (near_enough, photo_given, summoned_once, not_rated_yet)
}
