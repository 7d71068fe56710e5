"""The rules of a whistle: each says no with a code, and is listed where it is used."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.kernel.places import Place, metres_between
from domain.kernel.refusals import Refused
from domain.whistle.states import ASKED_FOR, BLOWN, RESULTS

if TYPE_CHECKING:
    from domain.kernel.act import Act
    from domain.whistle.events import PartyWay, Terms
    from domain.whistle.roll import Roll

MOST_PARTIES = 30
MOST_STARS = 5
_SHA_256 = re.compile(r"[0-9a-f]{64}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody wants of a whistle: for which party, and what comes with it."""

    act: Act
    party: str = ""
    by: str = ""
    place: Place | None = None
    photo: str | None = None
    stars: int = 0
    result: str = ""


Rule = Callable[["Roll", Wish], None]


def ask(rules: tuple[Rule, ...], roll: Roll, wish: Wish) -> None:
    """Ask each rule in turn; the first that says no is heard."""
    for rule in rules:
        rule(roll, wish)


def ask_of_terms(terms: Terms, way: PartyWay | None) -> None:
    """Ask the rules of a summons."""
    for rule in SUMMONS_RULES:
        rule(terms)
    must_summon_enough(terms, way)


def must_summon_somebody(terms: Terms) -> None:
    """A summons of nobody is none, and one of a crowd a meeting."""
    if not 0 < len(terms.parties) <= MOST_PARTIES:
        reason = f"A whistle summons 1 to {MOST_PARTIES} units."
        raise Refused("parties-out-of-range", reason, parties=len(terms.parties))


def must_summon_enough(terms: Terms, way: PartyWay | None) -> None:
    """A whistle that needs so many to be done summons as many at least."""
    enough = way.enough if way else None
    if enough is not None and len(terms.parties) < enough:
        reason = f"{enough} parties must be done: summon as many at least."
        raise Refused("parties-out-of-range", reason, parties=len(terms.parties))


def must_summon_each_once(terms: Terms) -> None:
    """A unit is one party."""
    if len(set(terms.parties)) < len(terms.parties):
        raise Refused("already-summoned", "Summon each unit once.", parties=list(terms.parties))


def must_say_where(terms: Terms) -> None:
    """Nobody can come to a place that is not known."""
    if terms.radius_m is not None and terms.place is None:
        reason = "Say where the parties shall come: the case itself has no place."
        raise Refused("place-missing", reason)


def must_await_approval(roll: Roll, _wish: Wish) -> None:
    """Only what was asked for can be approved or declined, once."""
    if roll.state != ASKED_FOR:
        reason = "This whistle awaits no approval; open it to see where it stands."
        raise Refused("no-approval-waiting", reason, state=roll.state)


def must_be_open(roll: Roll, _wish: Wish) -> None:
    """Orders to the parties need a whistle that was blown and is not over."""
    if roll.state == ASKED_FOR:
        reason = "The whistle is not blown yet: a higher leader must approve it first."
        raise Refused("whistle-not-approved", reason)
    if roll.state != BLOWN:
        raise Refused("whistle-over", "This whistle is over; nothing is added.", state=roll.state)


def must_be_blown_or_asked_for(roll: Roll, _wish: Wish) -> None:
    """What is over cannot be called off."""
    if roll.state not in (ASKED_FOR, BLOWN):
        raise Refused("whistle-over", "This whistle is over; nothing is added.", state=roll.state)


def must_be_summoned(roll: Roll, wish: Wish) -> None:
    """Only who was summoned answers."""
    if wish.party not in roll.parties:
        reason = f"{wish.party} was not summoned by this whistle. Check which one is meant."
        raise Refused("not-summoned", reason, party=wish.party, parties=list(roll.parties))


def must_not_be_over_for_it(roll: Roll, wish: Wish) -> None:
    """A party that is done, withdrawn or substituted is out of it."""
    party = roll.parties[wish.party]
    if party.over:
        reason = f"For {party.unit} this whistle is over: it is {party.state}."
        raise Refused("party-over", reason, party=party.unit, state=party.state)


def must_show_a_photo(roll: Roll, wish: Wish) -> None:
    """A check-in carries the SHA-256 of a photo where the kind asks one."""
    if wish.photo is None and roll.photo_needed:
        raise Refused("photo-missing", "Take a photo on site and check in with it.")
    if wish.photo is not None and not _SHA_256.fullmatch(wish.photo):
        reason = "A photo is named by its SHA-256: 64 small hexadecimal digits."
        raise Refused("photo-hash-invalid", reason)


def must_be_near(roll: Roll, wish: Wish) -> None:
    """Who checks in stands within the radius; too far is refused with the distance."""
    if roll.radius_m is None:
        return
    distance = distance_of(roll, wish)
    if distance is None:
        reason = "Check in with the place where you stand; allow the device to tell it."
        raise Refused("place-missing", reason)
    if distance > roll.radius_m:
        reason = f"You are {distance} m from the matter; check in within {roll.radius_m} m of it."
        raise Refused("too-far", reason, distance_m=distance, radius_m=roll.radius_m)


def must_be_on_site(roll: Roll, wish: Wish) -> None:
    """Work is begun and done by who is there."""
    if roll.parties[wish.party].arrived_at is None:
        raise Refused("not-checked-in", "Check in on site first.", party=wish.party)


def must_not_be_on_site(roll: Roll, wish: Wish) -> None:
    """Who is there stays until it is done."""
    if roll.parties[wish.party].arrived_at is not None:
        reason = f"{wish.party} is on site already and stays until its part is done."
        raise Refused("party-on-site", reason, party=wish.party)


def nobody_must_be_on_site(roll: Roll, _wish: Wish) -> None:
    """A whistle that somebody follows is not called off."""
    there = [party.unit for party in roll.open_parties if party.arrived_at]
    if there:
        reason = f"{', '.join(there)} is on site; let it finish, and withdraw the others."
        raise Refused("party-on-site", reason, parties=there)


def must_stand_in_once(roll: Roll, wish: Wish) -> None:
    """A substitute is a unit that this whistle has not summoned yet."""
    if wish.by in roll.parties:
        reason = f"{wish.by} is summoned by this whistle already; choose another unit."
        raise Refused("already-summoned", reason, party=wish.by)


def must_act_for_the_blowing_street(roll: Roll, wish: Wish) -> None:
    """Only the street that blew judges and ends it."""
    if wish.act.area != roll.area:
        reason = f"This is for the street that blew the whistle, {roll.area}."
        raise Refused("not-your-whistle", reason, area=roll.area, yours=wish.act.area)


def must_be_done(roll: Roll, wish: Wish) -> None:
    """A rating is about what was done."""
    party = roll.parties[wish.party]
    if party.done_at is None:
        reason = f"{party.unit} is {party.state}; rate it when its part is done."
        raise Refused("not-done-yet", reason, party=party.unit, state=party.state)


def must_not_be_rated(roll: Roll, wish: Wish) -> None:
    """A rating stands."""
    stars = roll.parties[wish.party].stars
    if stars is not None:
        reason = f"{wish.party} was rated with {stars} stars; that stands."
        raise Refused("already-rated", reason, party=wish.party, stars=stars)


def must_give_stars(_roll: Roll, wish: Wish) -> None:
    """One to five."""
    if not 1 <= wish.stars <= MOST_STARS:
        raise Refused("stars-out-of-range", "Give one to five stars.", stars=wish.stars)


def must_say_how_it_stands(_roll: Roll, wish: Wish) -> None:
    """The street's word is one of few, so that it can be counted."""
    if wish.result not in RESULTS:
        reason = f"Say how the matter stands: {', '.join(RESULTS)}."
        raise Refused("unknown-result", reason, result=wish.result[:60])


def enough_must_be_over(roll: Roll, _wish: Wish) -> None:
    """The whistle is over when every party is, or as many are done as were to be."""
    if waiting := roll.awaited:
        units = [party.unit for party in waiting]
        reason = f"Still expected: {', '.join(units)}. Wait for them, or withdraw them."
        raise Refused("parties-still-open", reason, parties=units)


def distance_of(roll: Roll, wish: Wish) -> int | None:
    """Give the metres between the matter and who checks in."""
    if roll.place is None or wish.place is None:
        return None
    return metres_between(roll.place, wish.place)


SUMMONS_RULES = (must_summon_somebody, must_summon_each_once, must_say_where)
OF_A_PARTY: tuple[Rule, ...] = (must_be_open, must_be_summoned, must_not_be_over_for_it)
OF_THE_STREET: tuple[Rule, ...] = (must_act_for_the_blowing_street,)
CHECK_IN_RULES = (*OF_A_PARTY, must_show_a_photo, must_be_near)
WORK_RULES = (*OF_A_PARTY, must_be_on_site)
SUBSTITUTE_RULES = (*OF_A_PARTY, must_not_be_on_site, must_stand_in_once)
WITHDRAW_RULES = (*OF_THE_STREET, *OF_A_PARTY, must_not_be_on_site)
RATING_RULES = (
    *OF_THE_STREET,
    must_be_summoned,
    must_be_done,
    must_not_be_rated,
    must_give_stars,
)
CONFIRM_RULES = (*OF_THE_STREET, must_be_open, enough_must_be_over, must_say_how_it_stands)
CALL_OFF_RULES = (*OF_THE_STREET, must_be_blown_or_asked_for, nobody_must_be_on_site)
