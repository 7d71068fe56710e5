"""The roster, one person at a time: enrol, grant a role, end it, let somebody leave."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import click

from domain.kernel.codes import AreaCode
from ops.cli.acting import AREA, DAY, act_now, today
from ops.cli.telling import Told, telling

if TYPE_CHECKING:
    from ops.bootstrap import Gridward

_A_DAY = timedelta(days=1)


@click.command()
@click.argument("handle")
@click.option("--name", prompt="Name", help="Goes to the vault; asked for when it is left out.")
@telling("writing", to="keep the roster")
def enrol(city: Gridward, handle: str, *, name: str) -> Told:
    """Put somebody on the roster."""
    from ops.bootstrap import random_key
    from workflows.people.commands import EnrolPerson

    city.desk.do(EnrolPerson(handle=handle, name=name, key=random_key()), act_now(city))
    return Told(data={"handle": handle}, lines=[f"{handle} is on the roster."])


@click.command()
@click.argument("handle")
@click.option("--role", required=True)
@click.option("--area", type=AREA)
@click.option("--unit")
@click.option("--from", "from_day", type=DAY, help="The first day; today if left out.")
@click.option("--to", "last", type=DAY, help="The last day; no end if left out.")
@telling("writing", to="keep the roster")
def grant(  # click gives each option apart
    city: Gridward,
    handle: str,
    *,
    role: str,
    area: AreaCode | None,
    unit: str | None,
    from_day: date | None,
    last: date | None,
) -> Told:
    """Let a person hold a role at an area, a unit or both."""
    from workflows.people.commands import GrantRole

    first = from_day or today(city)
    order = GrantRole(
        handle=handle,
        role=role,
        area=area,
        unit=unit,
        from_day=first,
        to_day=last + _A_DAY if last else None,
    )
    city.desk.do(order, act_now(city))
    said = f"{handle} is {role} from {first}."
    return Told(data={"handle": handle, "role": role, "from_day": first}, lines=[said])


@click.command("end-role")
@click.argument("handle")
@click.option("--role", required=True)
@click.option("--area", type=AREA)
@click.option("--unit")
@click.option("--day", type=DAY, help="The first day without it; today if left out.")
@telling("writing", to="keep the roster")
def end_role(  # click gives each option apart
    city: Gridward,
    handle: str,
    *,
    role: str,
    area: AreaCode | None,
    unit: str | None,
    day: date | None,
) -> Told:
    """End a role that a person holds."""
    from workflows.people.commands import EndRole

    since = day or today(city)
    city.desk.do(
        EndRole(handle=handle, role=role, area=area, unit=unit, to_day=since), act_now(city)
    )
    said = f"{handle} is {role} no more from {since}."
    return Told(data={"handle": handle, "role": role, "to_day": since}, lines=[said])


@click.command()
@click.argument("handle")
@click.option("--day", type=DAY, help="The first day after the service; today if left out.")
@telling("writing", to="keep the roster")
def leave(city: Gridward, handle: str, day: date | None) -> Told:
    """Let a person leave the service; all roles end."""
    from workflows.people.commands import LeaveService

    since = day or today(city)
    city.desk.do(LeaveService(handle=handle, from_day=since), act_now(city))
    return Told(data={"handle": handle}, lines=[f"{handle} left the service from {since}."])


COMMANDS = (enrol, grant, end_role, leave)
