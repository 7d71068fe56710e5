"""The orders that people give to a whistle: by which word, for one party or for all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from inspect import signature
from typing import TYPE_CHECKING, Any
from uuid import UUID

from domain.access.deciding import has_row
from web.access import must_reach_whistle
from web.acting import Actor
from web.area.finding import place_at
from web.city import the_city
from web.ordering import Done, carry_out
from web.whistle import schemas
from workflows.whistle import commands as ordered

if TYPE_CHECKING:
    from marshmallow import Schema

    from domain.kernel.places import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One kind of order: its word in the address, its command, and what is sent with it."""

    word: str
    command: Callable[..., object]
    takes: type[Schema]
    does: str

    def action(self, role: str) -> str:
        """Which action of the table it is: parties answer a whistle, who blew it judges it.

        A substitute is named by the party itself, or by who blew it.
        """
        answers = self.word in _ANSWERS
        by_party = answers and (self.word != "substitute" or has_row(ANSWER, role))
        return ANSWER if by_party else JUDGE

    @property
    def of_party(self) -> bool:
        """Whether it is about one party."""
        return "party" in signature(self.command).parameters


ANSWER, JUDGE = "answer a whistle", "judge a whistle"
_ANSWERS = frozenset({"sign-for", "contact", "check-in", "begin", "finish", "substitute"})
_ALL = (
    ("approve", ordered.ApproveWhistle, schemas.NothingIn, "Let a whistle be blown."),
    ("decline", ordered.DeclineWhistle, schemas.ReasonIn, "Let a whistle not be blown."),
    ("sign-for", ordered.SignFor, schemas.NothingIn, "Answer for a summons."),
    ("contact", ordered.MakeContact, schemas.NothingIn, "Say that you spoke with the street."),
    ("check-in", ordered.CheckIn, schemas.CheckInIn, "Check in on site."),
    ("begin", ordered.BeginWork, schemas.NothingIn, "Begin the party's part."),
    ("finish", ordered.FinishWork, schemas.FinishIn, "Say that the party's part is done."),
    ("substitute", ordered.SubstituteParty, schemas.SubstituteIn, "Let another unit stand in."),
    ("withdraw", ordered.WithdrawParty, schemas.ReasonIn, "Let a party go."),
    ("rate", ordered.RateParty, schemas.RateIn, "Rate a party that is done."),
    ("confirm", ordered.ConfirmWhistle, schemas.ConfirmIn, "Say that the whistle is over."),
    ("call-off", ordered.CallOffWhistle, schemas.ReasonIn, "Let every party go."),
)
ORDERS: Mapping[str, Order] = {
    word: Order(word=word, command=command, takes=takes, does=does)
    for word, command, takes, does in _ALL
}


def give(
    order: Order,
    whistle: UUID,
    party: str | None,
    said: Mapping[str, Any],
    *,
    actor: Actor,
    key: str,
    seen: int | None,
    wait: float,
) -> Done:
    """Give the order; its act is of the street that blew, as its rules ask.

    ``seen`` is the version of the whistle that was looked at, None for whatever stands now.
    """
    of_party = {"party": party} if order.of_party else {}
    command = order.command(whistle=whistle, expected_version=seen, **of_party, **_given(said))
    area = must_reach_whistle(order.action(actor.role), whistle).area
    act = actor.act(area=area, command_id=key, at=the_city().now())
    return carry_out(command, act, wait=wait)


def _given(said: Mapping[str, Any]) -> dict[str, Any]:
    """Take the words and numbers as they are, a point as a place, and leave out empty words."""
    found = {name: value for name, value in said.items() if value not in ("", None)}
    if "place" in found:
        found["place"] = place_of(found["place"])
    return found


def place_of(point: Mapping[str, float]) -> Place:
    """Give the place of a point in degrees."""
    return place_at(point["lon"], point["lat"])
