"""What can happen to the rule book."""

from __future__ import annotations

from dataclasses import dataclass

from domain.kernel.facts import Fact, fact


@fact("rulebook.published")
@dataclass(frozen=True, slots=True, kw_only=True)
class RulebookPublished(Fact):
    """A set of rules was published, whole: the log alone can show what was in force.

    ``digest`` is the SHA-256 of the content's canonical JSON; ``valid_from`` a local ISO date.
    """

    kind: str
    name: str
    version: int
    content: dict[str, object]
    digest: str
    valid_from: str | None = None
