"""Whistles in a scenario: blown, answered and judged by the lines of a script."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from domain.kernel.act import Act
from domain.kernel.places import Place
from domain.kernel.refusals import Refused
from domain.whistle import party as marks
from domain.whistle.roll import Roll
from workflows.rehearsal.coverage import Move
from workflows.rehearsal.office import HandClockOffice
from workflows.rehearsal.script import Deed
from workflows.whistle import commands as ordered
from workflows.whistle.party_steps import MARKS

SQUARE = Place(lon_e6=117_200_000, lat_e6=39_130_000)
"""Where a case is reported that whistles are blown for."""

A_PHOTO = "ab" * 32
METRES_IN_A_DEGREE = 111_195  # of latitude
NEAR = 50
BLOW = "blow_whistle"
Answers = dict[str, Any]  # Any: what a line says, until its order takes it

OF_WHISTLES: Mapping[str, Callable[..., object]] = {
    BLOW: ordered.BlowWhistle,
    "approve_whistle": ordered.ApproveWhistle,
    "decline_whistle": ordered.DeclineWhistle,
    "confirm_whistle": ordered.ConfirmWhistle,
    "call_off_whistle": ordered.CallOffWhistle,
}
"""What a line may ``do`` to a whistle as a whole."""

ORDERS = {mark: order for order, mark in MARKS.items()}


def is_of_whistles(deed: Deed) -> bool:
    """Whether a line is about a whistle: one that names a party is about that party."""
    return deed.party is not None or deed.do in OF_WHISTLES


@dataclass(slots=True)
class Whistling:
    """The whistles of one scenario, in the order they were blown; lines may name them."""

    office: HandClockOffice
    blown: list[UUID] = field(default_factory=list)
    names: dict[str, UUID] = field(default_factory=dict)

    def meant_by(self, deed: Deed) -> UUID | None:
        """Give the whistle a line names, else the last one; None before the first."""
        if deed.whistle is not None and deed.do != BLOW:
            return self.names.get(deed.whistle, UUID(int=0))
        return self.blown[-1] if self.blown else None

    def take(self, deed: Deed, incident: UUID, act: Act) -> Move:
        """Give the order of a line; gives what was taken, from which stage or state."""
        if deed.do == BLOW:
            return self._blow(deed, incident, act)
        whistle = self.meant_by(deed)
        if whistle is None:
            raise Refused("no-such-whistle", "Nobody blew a whistle yet.")
        roll = self.office.whistle(whistle).roll
        if deed.party is None:
            order = OF_WHISTLES[deed.do or ""](whistle=whistle, **deed.answers)
            self.office.give(order, act, unheard=deed.unheard)
            return Move(stage=roll.state, step=deed.do or "")
        stage = roll.parties[deed.party].stage if deed.party in roll.parties else ""
        self.office.give(self._of_party(deed, whistle, roll), act, unheard=deed.unheard)
        return Move(stage=stage, step=deed.do or "")

    def _blow(self, deed: Deed, incident: UUID, act: Act) -> Move:
        given = {**deed.answers, "parties": tuple(deed.answers.get("parties", ()))}
        order = _filled(ordered.BlowWhistle, {"incident": incident, **given})
        whistle = self.office.give(order, act, unheard=deed.unheard).stream
        self.blown.append(whistle)
        self.names[deed.whistle or str(len(self.blown))] = whistle
        return Move(stage="", step=BLOW)

    def _of_party(self, deed: Deed, whistle: UUID, roll: Roll) -> object:
        definition = self.office.desk.office.engines.of(roll.way.definition).definition
        steps = definition.steps_named(deed.do or "")
        if not steps:
            reason = f"'{deed.do}' is not a step of {definition.reference}."
            raise Refused("unknown-step", reason, step=deed.do)
        mark = steps[0].marks[0]
        given = dict(deed.answers)
        if mark == marks.CHECKED_IN:
            given |= _on_site(roll, given)
        if "instead" in given:
            given["by"] = given.pop("instead")
        return _filled(ORDERS[mark], {"whistle": whistle, "party": deed.party, **given})


def _on_site(roll: Roll, given: Answers) -> Answers:
    """Give place and photo of who stands so many ``metres`` off, unless one is false."""
    metres = given.pop("metres", NEAR)
    place = None if given.pop("place", True) is False else _north_of(roll.place, metres)
    photo = None if given.pop("photo", True) is False else A_PHOTO
    return {"place": place, "photo": photo}


def _north_of(place: Place | None, metres: int) -> Place:
    here = place or SQUARE
    north = round(metres * 1_000_000 / METRES_IN_A_DEGREE)
    return Place(lon_e6=here.lon_e6, lat_e6=here.lat_e6 + north)


def _filled(order: Callable[..., object], given: Answers) -> object:
    """Fill the form of an order; refuses ``answers-invalid`` as the desk does."""
    try:
        return order(**given)
    except TypeError as error:
        reason = f"The line does not say what this order asks: {error}."
        raise Refused("answers-invalid", reason) from error
