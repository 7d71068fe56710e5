"""Notices under the facts they came with: who was told, over which channel, and if it arrived."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from domain.kernel.codes import AreaCode
from domain.kernel.refusals import Refused
from ledger.deliveries import Delivery, of_streams
from web.city import the_city
from web.languages import say
from web.ordering import etag

if TYPE_CHECKING:
    from domain.access.table import Field
    from ledger.records import Recorded
    from projections.incident.timeline import Entry
    from web.incident.story import Line
    from web.naming import Naming

_REPORTER = "reporter"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One delivery as the page shows it."""

    who: str
    about: str
    channel: str
    state: str
    at: datetime


class Notices:
    """The deliveries of some records, each at the last fact of its command."""

    def __init__(
        self,
        histories: Sequence[Sequence[Recorded]],
        found: Sequence[Delivery],
        fields: frozenset[Field],
    ) -> None:
        facts = [one for history in histories for one in history]
        self._found = found if "reporter" in fields else [_nameless(one) for one in found]
        self._told_at = {
            (one.part, one.position): (one.fact.originator_id, one.fact.originator_version)
            for one in facts
        }

    def under(self, entry: Entry) -> list[dict[str, Any]]:
        """Give those of one fact as the API tells them."""
        names = ("id", "to", "about", "channel", "state", "at", "tries", "code")
        return [{name: getattr(one, name) for name in names} for one in self._of([entry])]

    def shown(self, lines: Iterable[Line], naming: Naming) -> list[Told]:
        """Give those of some facts by the names people know."""
        return [
            Told(
                who=_who(one.to, naming),
                about=one.about,
                channel=one.channel,
                state=one.state,
                at=one.at,
            )
            for one in self._of(line.entry for line in lines)
        ]

    def tag(self, version: int) -> str:
        """Give the ETag of a timeline: it changes with the case and with each delivery."""
        if not self._found:
            return etag(version)
        states = [(one.id, one.channel, one.state, one.tries) for one in self._found]
        return f'"{version}.{sha256(repr(states).encode()).hexdigest()[:16]}"'

    def _of(self, entries: Iterable[Entry]) -> list[Delivery]:
        wanted = {self._told_at.get((entry.part, entry.position)) for entry in entries}
        return [one for one in self._found if (one.stream, one.version) in wanted]


def notices_of(fields: frozenset[Field], *histories: Sequence[Recorded]) -> Notices:
    """Ask for the deliveries of records; those forgotten after their days are not among them.

    Of what went to a reporter the name stays away where ``fields`` do not open it.
    """
    streams = [history[0].fact.originator_id for history in histories]
    return Notices(histories, of_streams(the_city().store, streams), fields)


def _nameless(one: Delivery) -> Delivery:
    return one._replace(to=_REPORTER) if one.to.startswith(f"{_REPORTER}@") else one


def _who(to: str, naming: Naming) -> str:
    role, _, place = to.partition("@")
    if role == _REPORTER and not place:
        return say("The resident who reported it")
    if role == _REPORTER:
        return say("{who}, who reported it", who=naming.person(place))
    try:
        where = naming.area(AreaCode(place))
    except Refused:
        where = naming.unit(place)
    return say("{role} of {where}", role=naming.role(role), where=where)
