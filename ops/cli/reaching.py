"""The desk of the command line: each order is asked about by where it reaches, as on the pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import g

from domain.access.table import OPERATORS
from domain.kernel.codes import AreaCode
from domain.kernel.confiding import Words
from domain.kernel.refusals import Refused
from domain.sender.sender import Sender, sender_id
from web.access import (
    area_of_list,
    bounds_of_list,
    must_reach_case,
    must_reach_whistle,
    must_see,
    viewer,
)
from web.admin.places import Places, place, places_of, whole_city
from web.city import the_city
from web.incident.api import must_see_those_named
from web.privacy.revealing import must_reveal
from web.rights import rights_of
from workflows.desk import Desk
from workflows.incident.commands import ReportIncident, TakeStep
from workflows.people import commands as of_people
from workflows.privacy.commands import ExportPerson, Reveal
from workflows.reasons import LONGEST_REASON, Explained, Explaining
from workflows.rulebook.commands import EndPilot, PilotRules, PublishRules
from workflows.sender import commands as of_senders
from workflows.whistle.commands import BlowWhistle

if TYPE_CHECKING:
    from domain.kernel.act import Act
    from ledger.ledger import Answer, Records
    from ops.bootstrap import Gridward
    from workflows.desk import Rights
    from workflows.office import Office
    from workflows.reasons import Explains

_OF_POSTS = (of_people.GrantRole, of_people.EndRole, of_people.GiveDuty, of_people.EndDuty)
_OF_RULES = (PublishRules, PilotRules, EndPilot)
_OF_SENDERS = (
    of_senders.RegisterSender,
    of_senders.ReviseSender,
    of_senders.RotateSenderKey,
    of_senders.EndSender,
)


class AskingDesk(Desk):
    """Carries out what the table lets the viewer do there; says why where that was said."""

    def __init__(self, desk: Desk, action: str) -> None:
        super().__init__(desk.office)
        self._desk, self._action = desk, action

    def do(self, command: object, act: Act, *, rights: Rights | None = None) -> Answer | None:
        """Carry out an order as the desk does; refuses what the table refuses."""
        must_be_open(self._action, command)
        if reason := reason_given(self.office):
            command = Explained(order=command, reason=reason)
        return self._desk.do(command, act, rights=rights or rights_of(act))


def reason_given(office: Office) -> Words | None:
    """Give why the command is ordered, under a key of its own each time it is told."""
    why: str | None = g.get("why")
    return Words(text=why, key=office.random_key()) if why else None


def explained(city: Gridward) -> Explains:
    """Give what lets each record of many orders be told why, where that was said."""

    def told(records: Records) -> Records:
        reason = reason_given(city.desk.office)
        return Explaining(records, reason) if reason else records

    return told


def usable_reason(why: str | None) -> str | None:
    """Give why something is ordered; refuses ``reason-missing`` where it cannot be kept."""
    if why is None:
        return None
    if not 0 < len(why.strip()) <= LONGEST_REASON:
        raise Refused("reason-missing", f"Say why in 1 to {LONGEST_REASON} characters.")
    return why.strip()


def must_be_open(action: str, command: object) -> None:
    """Refuse an order that reaches where the viewer may not do this."""
    match command:
        case Reveal():
            must_reveal(command.stream)
        case ExportPerson():
            must_see(action, None, owned=command.subject == viewer().handle)
        case TakeStep():
            must_see_those_named(command.answers, must_reach_case(action, command.incident))
        case BlowWhistle():
            must_reach_case(action, command.incident)
        case ReportIncident():
            must_see(action, command.area)
        case _ if hasattr(command, "whistle"):
            must_reach_whistle(action, command.whistle)
        case _:
            must_see_at(action, _places(command))


def must_be_open_everywhere(action: str) -> None:
    """Refuse what is asked of the whole city to whoever has less of it."""
    must_see_at(action, whole_city())


def area_listed(action: str, asked: AreaCode | None) -> AreaCode | None:
    """Give the area a list is of: none is all there is for the operator, who is bound to none."""
    return asked if viewer().role in OPERATORS else area_of_list(action, asked)


def bounds_listed(
    action: str, *, area: AreaCode | None, unit: str | None
) -> dict[str, AreaCode | str | None]:
    """Give area and unit a list of matters is of; the operator's are those asked for."""
    if viewer().role not in OPERATORS:
        area, unit = bounds_of_list(action, area, unit)
    return {"area": area, "unit": unit}


def _places(command: object) -> Places:
    """Say where an order of administration reaches; of somebody new, nowhere yet."""
    if isinstance(command, of_people.EnrolPerson):
        return ()
    if isinstance(command, _OF_POSTS):
        return place(command.area, command.unit)
    if isinstance(command, of_people.LeaveService):
        return places_of(command.handle, command.from_day)
    if isinstance(command, _OF_RULES):
        return whole_city()
    if isinstance(command, _OF_SENDERS):
        now = the_city().ledger.load(Sender, sender_id(command.code)).area
        asked = getattr(command, "area", None)
        return tuple(dict.fromkeys(area for area in (now, asked) if area is not None))
    handle: str | None = getattr(command, "handle", None)
    return places_of(handle) if handle else ()


def must_see_person(action: str, handle: str) -> None:
    """Refuse to do this with somebody who serves outside the viewer's reach."""
    must_see_at(action, places_of(handle))


def must_see_at(action: str, places: Places) -> None:
    """Refuse what reaches one place at which the viewer may not do it; nowhere is one's own."""
    for where in places or viewer().places[:1] or (None,):
        must_see(action, where)
