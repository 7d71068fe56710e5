"""One whistle as it stands: from its own history, so nobody waits for a read model to see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Literal, NamedTuple
from uuid import UUID

from domain.incident.events import WhistleOpened
from domain.whistle.events import AskedFor, Blown
from domain.whistle.party import DUTIES
from domain.whistle.whistle import Whistle
from projections.whistle.queries import whistles_of_case
from web.access import WHISTLE, must_be_for_role, must_see_whistle, no_such_whistle
from web.city import Reading, the_city

if TYPE_CHECKING:
    from domain.access.table import Field
    from domain.kernel.calendar import WorkingCalendar
    from domain.kernel.limits import Limit
    from domain.rulebook.whistles import WhistleBook, WhistleKind
    from domain.whistle.party import Party
    from domain.whistle.roll import Roll
    from ledger.ledger import Recorded

Light = Literal["on-time", "soon", "overdue"]


class Owed(NamedTuple):
    """What a party has still to do, and by when; ``missed`` when the limit has passed."""

    duty: str
    due_at: datetime
    warn_at: datetime
    missed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A whistle, the rules it is pinned to, and the instant it was looked at."""

    whistle: UUID
    version: int
    incident: UUID
    roll: Roll
    book: WhistleBook
    calendar: WorkingCalendar
    history: Sequence[Recorded]
    now: datetime
    fields: frozenset[Field]

    @property
    def kind(self) -> WhistleKind:
        """What kind of whistle it is, as the rules it was blown by say."""
        return self.book.kind(self.roll.kind)

    @property
    def parties(self) -> list[Party]:
        """The parties in the order they were summoned."""
        return list(self.roll.parties.values())

    def owed(self, party: Party) -> list[Owed]:
        """Give what a party still owes, what is due first at the top."""
        if party.over or not self.roll.open:
            return []
        found = [
            self._owed(party, duty, limit)
            for duty in DUTIES
            if (limit := self.roll.limit(duty)) and party.answered_at(duty) is None
        ]
        return sorted(found, key=lambda one: one.due_at)

    def _owed(self, party: Party, duty: str, limit: Limit) -> Owed:
        since = party.since(duty)
        due_at = limit.due_at(since, self.calendar)
        return Owed(duty, due_at, limit.warn_at(since, self.calendar), due_at < self.now)

    def light(self, party: Party) -> Light:
        """A party that is late shows it until it has caught up; once over, whether it came late."""
        owed = self.owed(party)
        if not owed:
            return "overdue" if party.missed_duties else "on-time"
        if owed[0].missed:
            return "overdue"
        return "soon" if min(one.warn_at for one in owed) <= self.now else "on-time"

    @property
    def words(self) -> dict[tuple[int, str], str]:
        """What people wrote, by version and field, from the vault; nothing where it is closed."""
        if "words" not in self.fields:
            return {}
        found = the_city().ledger.words_of([self.whistle])
        return {(version, field): words for (_, version, field), words in found.items()}


def calls_for(
    conn: Reading, incident: UUID, history: Sequence[Recorded], fields: frozenset[Field]
) -> list[Call]:
    """Open the whistles of a case: those it waited for, and those a read model knows besides.

    Whoever sees a case sees the whistles blown for it, and of them the same ``fields``.
    """
    opened = [one.fact.whistle for one in history if isinstance(one.fact, WhistleOpened)]
    asked = [row.whistle for row in whistles_of_case(conn, incident)]
    found = [_opened(whistle, fields) for whistle in dict.fromkeys([*opened, *asked])]
    return sorted(found, key=lambda call: call.history[0].fact.act.at)


def call_of(whistle: UUID) -> Call:
    """Open a whistle to the viewer; refuses ``not-for-your-role`` and ``no-such-whistle``."""
    must_be_for_role(WHISTLE)
    call = _opened(whistle, frozenset())
    return replace(call, fields=must_see_whistle(whistle, call.roll).fields)


def _opened(whistle: UUID, fields: frozenset[Field]) -> Call:
    city = the_city()
    history = city.ledger.history(whistle)
    if not history or not isinstance(history[0].fact, AskedFor | Blown):
        raise no_such_whistle(whistle)
    record = Whistle.rebuilt(whistle, (recorded.fact for recorded in history))
    roll = record.roll
    return Call(
        whistle=whistle,
        version=record.version,
        incident=history[0].fact.terms.incident,
        roll=roll,
        book=city.shelf.whistles(roll.rules),
        calendar=city.shelf.calendar(roll.calendar),
        history=history,
        now=city.now(),
        fields=fields,
    )
