"""Rota and deputies: who is away, who stands in, who is on duty, and who answers now."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from domain.kernel.codes import AreaCode
from domain.kernel.moments import in_utc
from domain.rulebook.hours import DAYS
from ops.cli.acting import AREA, DAY, act_now, today
from ops.cli.telling import Told, table, telling

if TYPE_CHECKING:
    from ops.bootstrap import Gridward
    from projections.people.staff import DutyRow

_A_DAY = timedelta(days=1)


@click.command()
@click.argument("handle")
@click.option("--from", "from_day", type=DAY, required=True, help="The first day away.")
@click.option("--to", "last", type=DAY, required=True, help="The last day away.")
@telling("writing", to="keep the roster")
def absent(city: Gridward, handle: str, *, from_day: date, last: date) -> Told:
    """Say that a person is away; colleagues and deputies are told instead."""
    from workflows.people.commands import BeAbsent

    order = BeAbsent(handle=handle, from_day=from_day, to_day=last + _A_DAY)
    city.desk.do(order, act_now(city))
    return Told(data={"handle": handle}, lines=[f"{handle} is away from {from_day} to {last}."])


@click.command()
@click.argument("handle")
@click.option("--day", type=DAY, help="The first day back; today if left out.")
@telling("writing", to="keep the roster")
def back(city: Gridward, handle: str, day: date | None) -> Told:
    """Say that a person came back earlier."""
    from workflows.people.commands import ComeBack

    since = day or today(city)
    city.desk.do(ComeBack(handle=handle, to_day=since), act_now(city))
    return Told(data={"handle": handle}, lines=[f"{handle} is back from {since}."])


@click.command()
@click.argument("handle")
@click.option("--for", "deputy_for", required=True, help="Who holds the role and is stood in for.")
@click.option("--role", required=True)
@click.option("--area", type=AREA)
@click.option("--unit")
@click.option("--from", "from_day", type=DAY, required=True, help="The first day.")
@click.option("--to", "last", type=DAY, required=True, help="The last day.")
@telling("writing", to="keep the roster")
def deputy(  # click gives each option apart
    city: Gridward,
    handle: str,
    *,
    deputy_for: str,
    role: str,
    area: AreaCode | None,
    unit: str | None,
    from_day: date,
    last: date,
) -> Told:
    """Let a person stand in for another in a role, for a time."""
    from workflows.people.commands import GrantRole

    order = GrantRole(
        handle=handle,
        role=role,
        area=area,
        unit=unit,
        from_day=from_day,
        to_day=last + _A_DAY,
        deputy_for=deputy_for,
    )
    city.desk.do(order, act_now(city))
    said = f"{handle} stands in for {deputy_for} as {role} from {from_day} to {last}."
    return Told(data={"handle": handle, "deputy_for": deputy_for}, lines=[said])


@click.command()
@click.argument("handle")
@click.option("--role", required=True)
@click.option("--area", type=AREA)
@click.option("--unit")
@click.option("--hours", required=True, help="Such as 08:00-18:00, or 22:00-06:00 over midnight.")
@click.option("--weekday", "weekdays", multiple=True, type=click.Choice(DAYS), help="Every day.")
@click.option("--from", "from_day", type=DAY, required=True, help="The first day.")
@click.option("--to", "last", type=DAY, help="The last day; no end if left out.")
@telling("writing", to="keep the roster")
def duty(  # click gives each option apart
    city: Gridward,
    handle: str,
    *,
    role: str,
    area: AreaCode | None,
    unit: str | None,
    hours: str,
    weekdays: tuple[str, ...],
    from_day: date,
    last: date | None,
) -> Told:
    """Put a person on duty for a role; a night belongs to the day it begins on."""
    from workflows.people.commands import GiveDuty

    order = GiveDuty(
        handle=handle,
        role=role,
        area=area,
        unit=unit,
        hours=hours,
        weekdays=tuple(DAYS.index(day) for day in weekdays or DAYS),
        from_day=from_day,
        to_day=last + _A_DAY if last else None,
    )
    city.desk.do(order, act_now(city))
    return Told(data={"handle": handle, "hours": hours}, lines=[f"{handle} is on duty {hours}."])


@click.command("end-duty")
@click.argument("number", type=click.IntRange(1))
@click.option("--role", required=True)
@click.option("--area", type=AREA)
@click.option("--unit")
@click.option("--to", "last", type=DAY, required=True, help="The last day.")
@telling("writing", to="keep the roster")
def end_duty(  # click gives each option apart
    city: Gridward, number: int, *, role: str, area: AreaCode | None, unit: str | None, last: date
) -> Told:
    """End a duty by its number in the rota."""
    from workflows.people.commands import EndDuty

    order = EndDuty(role=role, area=area, unit=unit, duty=number, to_day=last + _A_DAY)
    city.desk.do(order, act_now(city))
    return Told(data={"duty": number}, lines=[f"Duty {number} ends after {last}."])


@click.command()
@click.argument("role")
@telling(to="look at people", whole=True)
def rota(city: Gridward, role: str) -> Told:
    """List the duties of a role, past and coming ones too."""
    from projections.people.staff import rota as rota_of

    with city.store.reading() as conn:
        rows = rota_of(conn, role)
    told = [
        {
            "number": row.number,
            "handle": row.duty.handle,
            "area": row.post.area,
            "unit": row.post.unit,
            "hours": _hours(row.duty.begins, row.duty.ends),
            "weekdays": [DAYS[day] for day in row.duty.weekdays],
            "from_day": row.duty.from_day,
            "to_day": row.duty.to_day,
        }
        for row in rows
    ]
    heads = ("no", "handle", "area", "unit", "hours", "days", "from", "until")
    lines = table(heads, [_in_short(row) for row in rows])
    return Told(data=told, lines=lines or ["No duties: whoever holds the role answers."])


@click.command("on-duty")
@click.argument("role")
@click.argument("area", type=AREA)
@click.option("--unit", help="Who answers for this unit, such as its handlers.")
@click.option("--at", "at_text", help="Local time such as 2026-11-16T23:30; now if left out.")
@telling(to="look at people")
def on_duty(
    city: Gridward, role: str, area: AreaCode, *, unit: str | None, at_text: str | None
) -> Told:
    """Tell who answers for a role in an area: on duty, holding it, or standing in."""
    from ops.cli.reaching import must_see_at
    from projections.people.staff import RosterStaff
    from workflows.people.answering import answerers

    must_see_at("look at people", (area,))
    zone = ZoneInfo(city.settings.time_zone)
    at = _instant(at_text, zone) if at_text else city.now()
    found = answerers(RosterStaff(city.store), role, area, at, zone=zone, unit=unit)
    rows = [
        {"handle": one.handle, "how": one.how, "area": one.post.area, "unit": one.post.unit}
        for one in found
    ]
    lines = table(("handle", "how", "area", "unit"), [tuple(one.values()) for one in rows])
    return Told(data=rows, lines=lines or [f"Nobody answers as {role} for {area}."])


def _instant(written: str, zone: ZoneInfo) -> datetime:
    try:
        found = datetime.fromisoformat(written)
        return in_utc(found if found.tzinfo else found.replace(tzinfo=zone))
    except ValueError:
        reason = f"'{written[:30]}' is no time; write it as 2026-11-16T23:30."
        raise click.BadParameter(reason, param_hint="--at") from None


def _in_short(row: DutyRow) -> tuple[object, ...]:
    duty = row.duty
    days = " ".join(DAYS[day][:3] for day in duty.weekdays)
    hours = _hours(duty.begins, duty.ends)
    place = (row.post.area, row.post.unit)
    return (row.number, duty.handle, *place, hours, days, duty.from_day, duty.to_day)


def _hours(begins: int, ends: int) -> str:
    return f"{begins // 60:02}:{begins % 60:02}-{ends // 60:02}:{ends % 60:02}"


COMMANDS = (absent, back, deputy, duty, end_duty, rota, on_duty)
