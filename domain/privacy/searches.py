"""Searches: who looked for people by something personal, without what they looked by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from domain.kernel.act import Act
from domain.kernel.facts import Fact, fact
from domain.kernel.ids import named_id
from domain.kernel.record import Record
from domain.kernel.refusals import Refused
from domain.privacy.terms import KINDS

PURPOSES = ("called-before", "call-back", "asks-for-own-data")
"""Why somebody is looked for: a choice and no words, because it stands in the log."""


@fact("person.looked-for")
@dataclass(frozen=True, slots=True, kw_only=True)
class PersonLookedFor(Fact):
    """Somebody looked for a person by a phone number, a name or an address.

    ``found`` are the cases that were shown.
    """

    kind: str
    purpose: str
    found: tuple[UUID, ...] = ()


def searches_id(handle: str) -> UUID:
    """Give the id of the record of one person's searches."""
    return named_id("searches", handle)


class Searches(Record):
    """The searches of one person of the service."""

    KIND: ClassVar[str] = "searches"

    def look(self, act: Act, *, kind: str, purpose: str, found: tuple[UUID, ...]) -> None:
        """Record a search; refuses ``invalid-search``."""
        if kind not in KINDS or purpose not in PURPOSES:
            reason = f"Say what for: {', '.join(PURPOSES)}; and by which: {', '.join(KINDS)}."
            raise Refused("invalid-search", reason, purposes=list(PURPOSES))
        self.tell(PersonLookedFor(act=act, kind=kind, purpose=purpose, found=found))

    def when(self, fact: Fact) -> None:
        """Keep nothing: what was found counts for no later search."""
