"""Roles that workflows want on duty at night, and of which no rota has anybody then."""

from __future__ import annotations

from datetime import datetime, time
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from projections.people.staff import RosterStaff, rota

if TYPE_CHECKING:
    from ops.bootstrap import Gridward

_AT_NIGHT = time(2)


def unguarded_nights(gridward: Gridward, now: datetime) -> tuple[str, ...]:
    """Name the roles for which no rota of the city has somebody on duty at two this night.

    A city whose roster nobody imported yet is not warned.
    """
    roles = sorted(_wanted(gridward))
    if not roles or not RosterStaff(gridward.store).is_known():
        return ()
    zone = ZoneInfo(gridward.settings.time_zone)
    night = datetime.combine(now.astimezone(zone).date(), _AT_NIGHT, zone)
    with gridward.store.reading() as conn:
        return tuple(
            role for role in roles if not any(one.duty.holds_at(night) for one in rota(conn, role))
        )


def _wanted(gridward: Gridward) -> set[str]:
    engine = gridward.shelf.latest("workflow", gridward.settings.workflow)
    content = gridward.shelf.content("workflow", engine)
    roles = content.get("roles")
    if not isinstance(roles, dict):
        return set()
    return {name for name, role in roles.items() if role.get("nights")}
