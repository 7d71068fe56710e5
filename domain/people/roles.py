"""The roles of the city: where each may be held, and how far it reaches.

Every role acts for the area it is held at and all below it, which for a grid member at a grid is
exactly that grid. A role held at a unit acts for that unit only; held at both, for that unit's
work in that area. Second-level units hold their own roles: a department's handler does not act
for them.

==================  ==========================  ==================
role                may be held at              needs
==================  ==========================  ==================
grid_member         community, grid             an area, no unit
acceptor            city to community           an area or a unit
duty_leader         city to community           an area or a unit
dispatcher          city to community           an area or a unit
commander           city to community           an area or a unit
handler             city to community           a unit
supervisor          city to community           an area or a unit
auditor             city to community           an area or a unit
hotline             city to community           an area or a unit
administrator       city to community           an area, no unit
==================  ==========================  ==================
"""

from __future__ import annotations

from dataclasses import dataclass

from domain.kernel.codes import AreaCode, Level
from domain.kernel.offices import (
    ACCEPTOR,
    ADMINISTRATOR,
    AUDITOR,
    COMMANDER,
    DISPATCHER,
    DUTY_LEADER,
    GRID_MEMBER,
    HANDLER,
    HOTLINE,
    SUPERVISOR,
)
from domain.kernel.refusals import Refused

_OFFICES = frozenset({Level.CITY, Level.DISTRICT, Level.STREET, Level.COMMUNITY})


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleRule:
    """Where a role may be held; at a unit it ``must``, ``may`` or ``never`` is."""

    levels: frozenset[Level] = _OFFICES
    unit: str = "may"


ROLES: dict[str, RoleRule] = {
    GRID_MEMBER: RoleRule(levels=frozenset({Level.COMMUNITY, Level.GRID}), unit="never"),
    ACCEPTOR: RoleRule(),
    DUTY_LEADER: RoleRule(),
    DISPATCHER: RoleRule(),
    COMMANDER: RoleRule(),
    HANDLER: RoleRule(unit="must"),
    SUPERVISOR: RoleRule(),
    AUDITOR: RoleRule(),
    HOTLINE: RoleRule(),
    ADMINISTRATOR: RoleRule(unit="never"),
}


def must_be_holdable(role: str, *, area: AreaCode | None, unit: str | None) -> None:
    """Refuse a role that the city does not know, or a place at which it cannot be held."""
    rule = ROLES.get(role)
    if rule is None:
        known = ", ".join(ROLES)
        raise Refused("unknown-role", f"'{role}' is no role. Use one of: {known}.", role=role)
    if rule.unit == "must" and unit is None:
        raise Refused("role-needs-unit", f"A {role} belongs to a unit; name it.", role=role)
    if rule.unit == "never" and unit is not None:
        raise Refused("role-not-at-units", f"A {role} belongs to no unit.", role=role, unit=unit)
    if area is None and (unit is None or rule.unit == "never"):
        raise Refused("role-needs-place", f"Name the area in which the {role} acts.", role=role)
    if area is not None and area.level not in rule.levels:
        reason = f"A {role} cannot be held at a {area.level.word}."
        raise Refused("role-not-at-level", reason, role=role, area=str(area))


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A place at which a role is held: an area, a unit, or a unit's work in an area."""

    role: str
    area: AreaCode | None = None
    unit: str | None = None

    def reaches(self, area: AreaCode, unit: str | None = None) -> bool:
        """Tell whether the post acts for this area, and for this unit if it is held at one."""
        if self.unit is not None and self.unit != unit:
            return False
        return self.area is None or self.area.covers(area)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A post that somebody holds on a day, perhaps as a deputy for somebody else."""

    handle: str
    post: Post
    deputy_for: str | None = None
