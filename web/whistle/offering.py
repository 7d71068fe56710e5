"""Which orders are open to somebody: the handlers themselves are asked, and nothing is recorded.

So a page offers exactly what the desk would carry out, whatever rules stand behind it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, cast
from uuid import UUID

from domain.kernel.act import Act
from domain.kernel.record import Record
from domain.kernel.refusals import Refused
from domain.whistle.states import RESULTS
from domain.whistle.whistle import Whistle
from ledger.records import Answer, Claim
from web.acting import Actor
from web.city import the_city
from web.whistle.call import Call
from web.whistle.orders import ORDERS, Order
from workflows.whistle.handlers import HANDLERS

if TYPE_CHECKING:
    from domain.whistle.party import Party

R = TypeVar("R", bound=Record)
_ANY_PHOTO = "0" * 64
_ANY_WORDS = "-"


class OpenOrder(NamedTuple):
    """An order that would be carried out now."""

    order: Order
    party: str | None


class Rehearsed:
    """Records that are read and never written: a whistle from its history, others only once."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._known: dict[UUID, Record] = {}

    def load(self, kind: type[R], record_id: UUID) -> R:
        """Give the record; the whistle anew each time, as the handler changes it."""
        if kind is Whistle:
            facts = (recorded.fact for recorded in self._call.history)
            return kind.rebuilt(record_id, facts)
        if record_id not in self._known:
            self._known[record_id] = the_city().ledger.load(kind, record_id)
        return cast("R", self._known[record_id])

    def answered(self, _stream: UUID, _claim: Claim) -> Answer | None:
        """Nothing was ordered before."""
        return None

    def save(self, record: Record, **_kept: object) -> Answer:
        """Keep nothing: that it came so far is the answer."""
        return Answer(stream=record.id, version=record.version)


def open_orders(call: Call, actor: Actor, substitutes: Sequence[str]) -> list[OpenOrder]:
    """Give the orders open to somebody; a party is substituted only where a unit is left for it."""
    office = replace(the_city().desk.office, records=Rehearsed(call))
    act = actor.act(area=call.roll.area, command_id="offers", at=call.now)
    return [
        OpenOrder(order, party)
        for order, party, command in _thinkable(call, substitutes)
        if _granted(command, office, act)
    ]


def _granted(command: object, office: Any, act: Act) -> bool:
    try:
        HANDLERS[type(command)](command, office, act)
    except Refused:
        return False
    return True


def _thinkable(
    call: Call, substitutes: Sequence[str]
) -> Iterator[tuple[Order, str | None, object]]:
    """Give every order that is not out of the question, with something put into its form."""
    samples = _samples(call, substitutes)
    for order in ORDERS.values():
        if order.word == "substitute" and not substitutes:
            continue
        given = samples.get(order.word, {})
        if not order.of_party:
            yield order, None, order.command(whistle=call.whistle, **given)
            continue
        for party in call.parties:
            if not _done_already(order.word, party):
                sent = order.command(whistle=call.whistle, party=party.unit, **given)
                yield order, party.unit, sent


def _samples(call: Call, substitutes: Sequence[str]) -> Mapping[str, dict[str, Any]]:
    return {
        "check-in": {"place": call.roll.place, "photo": _ANY_PHOTO},
        "substitute": {"by": next(iter(substitutes), ""), "reason": _ANY_WORDS},
        "withdraw": {"reason": _ANY_WORDS},
        "rate": {"stars": 1},
        "confirm": {"result": RESULTS[0]},
    }


def _done_already(word: str, party: Party) -> bool:
    """Saying it again would record nothing; so it is not offered."""
    said = {
        "sign-for": party.signed_at or party.contacted_at or party.arrived_at,
        "contact": party.contacted_at or party.arrived_at,
        "check-in": party.arrived_at,
        "begin": party.began_at,
    }
    return said.get(word) is not None
