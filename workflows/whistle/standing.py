"""Who may blow, answer and judge a whistle, and which units may be summoned by it."""

from __future__ import annotations

from datetime import date

from domain.kernel.act import Act
from domain.kernel.codes import AreaCode
from domain.kernel.offices import HANDLER
from domain.kernel.refusals import Refused
from domain.people.person import Person, person_id
from domain.people.roles import Post
from domain.people.unit import Unit, unit_id
from domain.rulebook.whistles import Leaders, WhistleKind
from ledger.ledger import Records


def must_lead(records: Records, act: Act, *, leaders: Leaders, area: AreaCode, day: date) -> None:
    """Refuse ``wrong-role``, and ``role-not-held`` at the area itself: above is another's seat."""
    if act.role not in leaders.roles:
        by = list(leaders.roles)
        reason = f"This is for {' or '.join(by)} of {area}; you act as {act.role}."
        raise Refused("wrong-role", reason, role=act.role, by=by)
    person = records.load(Person, person_id(act.person))
    post = Post(role=act.role, area=area)
    if not any(grant.post == post and grant.holds_on(day) for grant in person.grants):
        reason = f"You are no {act.role} of {area} on {day}. Ask who is, or act in another role."
        raise Refused("role-not-held", reason, role=act.role, area=str(area))


def must_answer_for(records: Records, act: Act, *, unit: str, area: AreaCode, day: date) -> None:
    """Refuse ``not-your-party`` to all but the handlers of the unit."""
    person = records.load(Person, person_id(act.person))
    if act.role != HANDLER or not person.holds(HANDLER, area, day, unit=unit):
        reason = f"This is for the handlers of {unit}."
        raise Refused("not-your-party", reason, party=unit, role=act.role)


def must_be_summonable(
    records: Records, code: str, *, kind: WhistleKind, area: AreaCode, day: date
) -> None:
    """Refuse units that do not work, are of another level or kind, or serve elsewhere."""
    unit = records.load(Unit, unit_id(code))
    if unit.area is None or not unit.works_on(day):
        reason = f"No unit {code} works on {day}. Choose one from the list of units."
        raise Refused("unknown-unit", reason, unit=code)
    if not unit.area.covers(area):
        reason = f"{code} serves {unit.area}, where the case does not lie."
        raise Refused("unit-serves-elsewhere", reason, unit=code, serves=str(unit.area))
    if unit.area.level not in kind.unit_levels:
        levels = [level.word for level in kind.unit_levels]
        reason = f"This whistle summons units of: {', '.join(levels)}."
        raise Refused("unit-not-summonable", reason, unit=code, levels=levels)
    if kind.unit_kinds and unit.kind not in kind.unit_kinds:
        reason = f"This whistle summons these kinds of unit: {', '.join(kind.unit_kinds)}."
        raise Refused("unit-not-summonable", reason, unit=code, kinds=list(kind.unit_kinds))
