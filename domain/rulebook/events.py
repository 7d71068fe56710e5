"""What can happen to the rule book."""

from __future__ import annotations

from dataclasses import dataclass

from domain.kernel.facts import Fact, fact


@fact("rulebook.published")
@dataclass(frozen=True, slots=True, kw_only=True)
class RulebookPublished(Fact):
    """A set of rules was published, whole: the log alone can show what was in force.

    ``digest`` is the SHA-256 of the content's canonical JSON; ``valid_from`` a local ISO date.
    ``warnings`` are those that the person ``seen_by`` saw and published in spite of.
    """

    kind: str
    name: str
    version: int
    content: dict[str, object]
    digest: str
    valid_from: str | None = None
    seen_by: str | None = None
    warnings: tuple[str, ...] = ()


@fact("rulebook.piloted")
@dataclass(frozen=True, slots=True, kw_only=True)
class RulebookPiloted(Fact):
    """From a local day on, what begins in an area (and below it) begins with this version."""

    kind: str
    name: str
    version: int
    area: str
    from_day: str


@fact("rulebook.pilot-ended")
@dataclass(frozen=True, slots=True, kw_only=True)
class RulebookPilotEnded(Fact):
    """From a local day on, the area goes by the version in force again."""

    kind: str
    name: str
    area: str
    to_day: str
