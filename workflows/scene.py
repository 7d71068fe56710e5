"""A scene: what the engine may ask of whatever goes the way of a definition, a case or a party."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from domain.kernel.refusals import Refused

if TYPE_CHECKING:
    from domain.kernel.act import Act
    from workflows.definition import StepRule

NEEDS_UNMET = "needs-unmet"


class Standing(Protocol):
    """Who wants to act, in which stage, and what a step still lacks."""

    @property
    def act(self) -> Act: ...
    @property
    def stage(self) -> str: ...
    def missing(self, rule: StepRule) -> Sequence[Refused]:
        """Ask every guard of the step, so that all that is missing is said at once."""
        ...


def needs_unmet(step: str, missing: Sequence[Refused]) -> Refused:
    """Say all that is missing; one thing with a code of its own speaks for itself."""
    if len(missing) == 1 and missing[0].code != NEEDS_UNMET:
        return missing[0]
    sentences = [one.reason for one in missing]
    facts = {key: value for one in missing for key, value in one.facts.items()}
    facts |= {"step": step, "unmet": sentences}
    return Refused("needs-unmet", " ".join(sentences), **facts)
