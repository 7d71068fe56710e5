"""What a handler asks the city: does the area stand, may this person act, does the unit work."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from domain.area.area import Area, area_id
from domain.kernel.act import Act
from domain.kernel.codes import AreaCode
from domain.kernel.refusals import Refused
from domain.people.person import Person, person_id
from domain.people.roles import Post
from domain.people.unit import Unit, unit_id
from ledger.ledger import Records
from workflows.definition import Definition


def city_day(act: Act, time_zone: str) -> date:
    """Give the local day of an act: rosters and divisions are valid by days."""
    return act.at.astimezone(ZoneInfo(time_zone)).date()


def must_stand(records: Records, code: AreaCode, day: date) -> None:
    """Refuse ``unknown-area`` when the area does not stand on that day."""
    if records.load(Area, area_id(code)).on(day) is None:
        reason = f"There is no area {code} on {day}. Check the code, or import the divisions first."
        raise Refused("unknown-area", reason, area=str(code), day=day.isoformat())


def must_hold_role(
    records: Records,
    definition: Definition,
    act: Act,
    *,
    area: AreaCode,
    unit: str | None,
    day: date,
) -> None:
    """Refuse ``role-not-held`` when the person does not hold the role for the area that day."""
    role = definition.roles.get(act.role)
    if role is not None and role.system:
        return
    person = records.load(Person, person_id(act.person))
    held_unit = unit if act.role == "handler" else None
    if not person.exists or not person.holds(act.role, area, day, unit=held_unit):
        reason = f"You are no {act.role} for {area} on {day}. Ask who is, or act in another role."
        raise Refused("role-not-held", reason, role=act.role, area=str(area))


def must_sit(records: Records, act: Act, *, area: AreaCode, day: date) -> None:
    """Refuse ``role-not-held`` unless the role is held at the area itself: above is another's."""
    person = records.load(Person, person_id(act.person))
    post = Post(role=act.role, area=area)
    if not any(grant.post == post and grant.holds_on(day) for grant in person.grants):
        reason = f"This is for a {act.role} of {area} itself. Ask who is on duty there."
        raise Refused("role-not-held", reason, role=act.role, area=str(area))


def must_work(records: Records, code: str, day: date) -> None:
    """Refuse ``unknown-unit`` when no such unit works on that day."""
    if not records.load(Unit, unit_id(code)).works_on(day):
        reason = f"No unit {code} works on {day}. Choose one from the list of units."
        raise Refused("unknown-unit", reason, unit=code)


def must_belong(records: Records, handle: str, *, unit: str, area: AreaCode, day: date) -> None:
    """Refuse ``not-in-unit`` when the handler does not work in the unit."""
    person = records.load(Person, person_id(handle))
    if not person.exists or not person.holds("handler", area, day, unit=unit):
        reason = f"{handle} is not a handler of {unit} on {day}. Choose one of its handlers."
        raise Refused("not-in-unit", reason, handler=handle, unit=unit)
