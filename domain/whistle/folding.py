"""How each fact moves the roll of a whistle: assignments only."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from domain.whistle import events as happened
from domain.whistle.party import (
    CHECK_IN,
    CHECKED_IN,
    CONTACTED,
    DONE,
    SIGNED_FOR,
    SUBSTITUTED,
    WITHDRAWN,
    WORKING,
    Party,
)
from domain.whistle.states import ASKED_FOR, BLOWN, CALLED_OFF, CONFIRMED, DECLINED

if TYPE_CHECKING:
    from domain.kernel.facts import Fact
    from domain.whistle.roll import Roll


def _asked_for(roll: Roll, fact: happened.AskedFor) -> None:
    _summons(roll, fact.terms, fact.way)
    roll.state, roll.asked_at = ASKED_FOR, fact.act.at


def _blown(roll: Roll, fact: happened.Blown) -> None:
    _summons(roll, fact.terms, fact.way)
    roll.state, roll.blown_at = BLOWN, fact.act.at
    roll.parties = {
        unit: Party(
            unit=unit,
            stage=roll.way.starts_in,
            summoned_at=fact.act.at,
            counted_from=fact.act.at,
        )
        for unit in fact.terms.parties
    }


def _summons(roll: Roll, terms: happened.Terms, way: happened.PartyWay | None) -> None:
    roll.incident, roll.kind, roll.cause = terms.incident, terms.kind, terms.cause
    roll.rules, roll.calendar, roll.area = terms.rules, terms.calendar, terms.area
    roll.place, roll.radius_m, roll.photo_needed = terms.place, terms.radius_m, terms.photo_needed
    roll.limits = terms.limits
    roll.way = way or happened.PartyWay()


def _declined(roll: Roll, fact: happened.Declined) -> None:
    roll.state, roll.over_at = DECLINED, fact.act.at


def _signed_for(roll: Roll, fact: happened.PartySignedFor) -> None:
    party = _moved(roll, fact.party, fact.stage, SIGNED_FOR)
    party.signed_at = fact.act.at


def _contacted(roll: Roll, fact: happened.PartyContacted) -> None:
    party = _moved(roll, fact.party, fact.stage, CONTACTED)
    party.contacted_at = fact.act.at


def _checked_in(roll: Roll, fact: happened.PartyCheckedIn) -> None:
    party = _moved(roll, fact.party, fact.stage, CHECKED_IN)
    party.arrived_at, party.distance_m, party.photo = fact.act.at, fact.distance_m, fact.photo


def _began_work(roll: Roll, fact: happened.PartyBeganWork) -> None:
    party = _moved(roll, fact.party, fact.stage, WORKING)
    party.began_at = fact.act.at


def _done(roll: Roll, fact: happened.PartyDone) -> None:
    party = _moved(roll, fact.party, fact.stage, DONE)
    party.done_at = fact.act.at


def _substituted(roll: Roll, fact: happened.PartySubstituted) -> None:
    party = _moved(roll, fact.party, fact.stage, SUBSTITUTED)
    party.left_at, party.left_as = fact.act.at, SUBSTITUTED
    late = CHECK_IN in party.missed
    roll.parties[fact.by] = Party(
        unit=fact.by,
        stage=roll.way.starts_in,
        summoned_at=fact.act.at,
        counted_from=fact.act.at if late else party.counted_from,
        stands_for=fact.party,
    )


def _withdrawn(roll: Roll, fact: happened.PartyWithdrawn) -> None:
    party = _moved(roll, fact.party, fact.stage, WITHDRAWN)
    party.left_at, party.left_as = fact.act.at, WITHDRAWN


def _moved(roll: Roll, unit: str, stage: str | None, mark: str) -> Party:
    """Lead a party on; stages that were not told have the names of the first version."""
    party = roll.parties[unit]
    party.stage = stage or mark.replace("-", "_")
    return party


def _overdue(roll: Roll, fact: happened.PartyOverdue) -> None:
    roll.parties[fact.party].missed.append(fact.what)


def _escalated(roll: Roll, fact: happened.PartyEscalated) -> None:
    party = roll.parties[fact.party]
    party.level, party.grace, party.rung_from = fact.level, fact.grace, fact.due_at
    party.rungs += 1


def _rated(roll: Roll, fact: happened.PartyRated) -> None:
    roll.parties[fact.party].stars = fact.stars


def _confirmed(roll: Roll, fact: happened.Confirmed) -> None:
    roll.state, roll.over_at, roll.result = CONFIRMED, fact.act.at, fact.result


def _called_off(roll: Roll, fact: happened.CalledOff) -> None:
    roll.state, roll.over_at, roll.result = CALLED_OFF, fact.act.at, CALLED_OFF


# Any: each function takes its own kind of fact, which the key says
FOLDS: dict[type[Fact], Callable[[Roll, Any], None]] = {
    happened.AskedFor: _asked_for,
    happened.Declined: _declined,
    happened.Blown: _blown,
    happened.PartySignedFor: _signed_for,
    happened.PartyContacted: _contacted,
    happened.PartyCheckedIn: _checked_in,
    happened.PartyBeganWork: _began_work,
    happened.PartyDone: _done,
    happened.PartySubstituted: _substituted,
    happened.PartyWithdrawn: _withdrawn,
    happened.PartyOverdue: _overdue,
    happened.PartyEscalated: _escalated,
    happened.PartyRated: _rated,
    happened.Confirmed: _confirmed,
    happened.CalledOff: _called_off,
}
