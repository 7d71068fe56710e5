"""Public notes: what a resident adds to a report, itself or through the service that sent it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.kernel.facts import Confided, Fact, fact

if TYPE_CHECKING:
    from domain.incident.incident import Incident
    from domain.kernel.act import Act
    from domain.kernel.confiding import Words


@fact("incident.noted-by-public")
@dataclass(frozen=True, slots=True, kw_only=True)
class NotedByPublic(Fact):
    """A resident added something; ``reference`` is its number in the service that sent it.

    ``status`` is what that service takes the matter for; it moves nothing here.
    """

    words: Confided | None = None
    status: str | None = None
    reference: str | None = None


def note(
    incident: Incident,
    act: Act,
    *,
    words: Words | None,
    status: str | None = None,
    reference: str | None = None,
) -> None:
    """Record what was added; the case stays where it is, open or ended."""
    confided = incident.confide(words, field="words")
    incident.tell(NotedByPublic(act=act, words=confided, status=status, reference=reference))
