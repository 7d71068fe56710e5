"""The parties of a whistle as cards: where each stands, its clocks, and what may be ordered now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.whistle.party import CHECK_IN, CONTACT, DONE, SIGN_FOR, WORKING, Party
from web.acting import Actor
from web.whistle.call import Call, Light
from web.whistle.offering import OpenOrder


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One thing a party does: when it was done, or by when it is owed; None where never asked."""

    duty: str
    at: datetime | None
    due_at: datetime | None
    on_time: bool | None
    late: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A party as a page shows it."""

    party: Party
    light: Light
    rungs: tuple[Rung, ...]
    orders: tuple[str, ...]
    mine: bool


def cards(call: Call, actor: Actor, orders: Sequence[OpenOrder]) -> list[Card]:
    """Give the parties, one's own first, those that are out of it last."""
    found = [
        Card(
            party=party,
            light=call.light(party),
            rungs=tuple(_rungs(call, party)),
            orders=tuple(one.order.word for one in orders if one.party == party.unit),
            mine=any(post.unit == party.unit for post in actor.posts),
        )
        for party in call.parties
    ]
    return sorted(found, key=lambda card: (not card.mine, card.party.left_at is not None))


def orders_to_all(orders: Sequence[OpenOrder]) -> list[str]:
    """Give the open orders that are to the whole whistle."""
    return [one.order.word for one in orders if one.party is None]


def whole_light(call: Call) -> Light:
    """Give the light of a whistle: that of the party that is latest."""
    lights = {call.light(party) for party in call.parties if not party.over}
    found: tuple[Light, ...] = ("overdue", "soon")
    return next((light for light in found if light in lights), "on-time")


def _rungs(call: Call, party: Party) -> list[Rung]:
    owed = {one.duty: one for one in call.owed(party)}
    done = {
        SIGN_FOR: party.signed_at,
        CONTACT: party.contacted_at,
        CHECK_IN: party.arrived_at,
        WORKING: party.began_at,
        DONE: party.done_at,
    }
    return [
        Rung(
            duty=duty,
            at=at,
            due_at=owed[duty].due_at if duty in owed else None,
            on_time=None if duty == WORKING else call.roll.on_time(party, duty, call.calendar),
            late=duty in owed and owed[duty].missed,
        )
        for duty, at in done.items()
        if at is not None or duty in owed or (duty in (CHECK_IN, DONE) and not party.over)
    ]
