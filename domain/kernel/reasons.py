"""Why a change of people, units, areas, rules or accounts was ordered, beside what was changed."""

from __future__ import annotations

from dataclasses import dataclass

from domain.kernel.facts import Confided, Fact, fact


@fact("kernel.reason-given")
@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonGiven(Fact):
    """Whoever ordered the facts of this act said why; the words lie in the vault."""

    reason: Confided
