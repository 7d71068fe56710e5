"""What somebody saw of a whistle, and whether it is still so for the party he speaks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.kernel.refusals import Refused
from domain.whistle import events as happened

if TYPE_CHECKING:
    from domain.kernel.facts import Fact

WHOLE = ""
_BY_THE_CLOCK = (happened.PartyOverdue, happened.PartyEscalated)


class Changes:
    """In which version each party was changed last by people, and the whistle as a whole.

    A substitute is a party that nobody has seen yet. What other parties do meanwhile is no reason
    to decide anew, nor that a limit passed: a party that is late answers as before.
    """

    def __init__(self) -> None:
        """Begin before any fact."""
        self._last: dict[str, int] = {}

    def note(self, fact: Fact) -> None:
        """Note whom a fact touches: a party and who stands in for it, or all."""
        if not isinstance(fact, _BY_THE_CLOCK):
            self._last[getattr(fact, "party", WHOLE)] = fact.originator_version

    def must_be_as_seen(self, seen: int | None, *, version: int, party: str | None) -> None:
        """Refuse ``stale-version`` when somebody acted since; without a party, upon anything."""
        if seen is None:
            return
        touching = self._last if party is None else (WHOLE, party)
        last = max((self._last.get(name, 0) for name in touching), default=0)
        if seen > version or last > seen:
            reason = "Somebody acted on this whistle after you loaded it. Load it again and decide."
            raise Refused("stale-version", reason, seen=seen, now=version)
