"""Senders: devices and partner systems that report by signed messages."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from domain.kernel.codes import AreaCode
from domain.sender.sender import CHANNELS
from ops.cli.acting import AREA, DAY, act_now, top_area
from ops.cli.telling import Told, local, table, telling

if TYPE_CHECKING:
    from domain.kernel.confiding import Words
    from ops.bootstrap import Gridward

_PAGE = 200
_HEADS = ("code", "title", "as", "role", "area", "categories", "until", "key", "ended")
_REACH = (
    click.option("--area", type=AREA, required=True, help="It reports there and below."),
    click.option(
        "--category", "categories", multiple=True, required=True, help="04 or 04-01; repeat it."
    ),
    click.option("--until", type=DAY, required=True, help="The last day it may report."),
)


def _reach(command: Any) -> Any:
    for option in reversed(_REACH):
        command = option(command)
    return command


@click.group()
def senders() -> None:
    """Devices and partner systems that report by signed messages."""


@senders.command()
@click.argument("code")
@click.option("--title", required=True, help="What it is.")
@click.option("--handle", required=True, help="The person of the roster as whom it reports.")
@click.option("--role", required=True, help="In which role of that person.")
@click.option("--channel", type=click.Choice(CHANNELS), default="device", show_default=True)
@click.option("--workflow", help="Its cases begin with this; the city's own if left out.")
@_reach
@telling("writing", to="keep senders")
def register(
    city: Gridward,
    code: str,
    *,
    area: AreaCode,
    categories: tuple[str, ...],
    until: date,
    role: str,
    **named: Any,
) -> Told:
    """Register a sender and print its signing key, once."""
    from workflows.sender.commands import RegisterSender

    secret = _drawn()
    order = RegisterSender(
        code=code,
        area=area,
        categories=categories,
        expires_at=_end_of(city, until),
        secret=secret,
        role=role,
        **named,
    )
    city.desk.do(order, act_now(city))
    return _with_key(code, secret, f"{code} reports to POST /api/v1/intake/{code}.")


@senders.command()
@click.argument("code")
@_reach
@telling("writing", to="keep senders")
def revise(
    city: Gridward, code: str, *, area: AreaCode, categories: tuple[str, ...], until: date
) -> Told:
    """Say anew where a sender reports, what, and until when."""
    from workflows.sender.commands import ReviseSender

    end = _end_of(city, until)
    order = ReviseSender(code=code, area=area, categories=categories, expires_at=end)
    city.desk.do(order, act_now(city))
    said = f"{code} reports {', '.join(categories)} in {area} until {until}."
    return Told(data={"sender": code, "expires_at": end}, lines=[said])


@senders.command()
@click.argument("code")
@click.option(
    "--overlap-hours",
    type=click.IntRange(0, 720),
    default=24,
    show_default=True,
    help="How long the key of before stays good.",
)
@telling("writing", to="keep senders")
def rotate(city: Gridward, code: str, *, overlap_hours: int) -> Told:
    """Give a sender another signing key and print it, once."""
    from workflows.sender.commands import RotateSenderKey

    secret = _drawn()
    order = RotateSenderKey(code=code, overlap=timedelta(hours=overlap_hours), secret=secret)
    city.desk.do(order, act_now(city))
    return _with_key(code, secret, f"The key of before is good for {overlap_hours} h more.")


@senders.command()
@click.argument("code")
@telling("writing", to="keep senders")
def end(city: Gridward, code: str) -> Told:
    """Take nothing from a sender any more."""
    from workflows.sender.commands import EndSender

    city.desk.do(EndSender(code=code), act_now(city))
    return Told(data={"sender": code}, lines=[f"Nothing is taken from {code} any more."])


@senders.command("list")
@click.option("--area", type=AREA, help="Only those of this area and below it.")
@click.option("--after", help="Go on after this code.")
@click.option("--limit", type=click.IntRange(1, 1_000), default=_PAGE, show_default=True)
@telling(to="keep senders")
def list_(city: Gridward, *, area: AreaCode | None, after: str | None, limit: int) -> Told:
    """List senders by code."""
    from ops.cli.reaching import area_listed
    from projections.sender import queries

    within = area_listed("keep senders", area) or top_area(city)
    if within is None:
        return Told(data=[], lines=["There are no areas yet, so nobody reports from one."])
    with city.store.reading() as conn:
        found = queries.senders(conn, within, after=after, limit=limit)
    rows = [
        (
            *(one.code, one.title, one.handle, one.role, one.area, " ".join(one.categories)),
            *(local(one.expires_at, city.settings), one.key, local(one.ended_at, city.settings)),
        )
        for one in found
    ]
    lines = table(_HEADS, rows)
    if len(found) == limit:
        lines.append(f"There may be more: --after {found[-1].code}")
    return Told(data=found, lines=lines or ["No senders."])


def _drawn() -> Words:
    from domain.kernel.confiding import Words
    from ops.bootstrap import random_key
    from web.sender.signing import new_signing_key

    return Words(text=new_signing_key(), key=random_key())


def _with_key(code: str, secret: Words, said: str) -> Told:
    lines = [secret.text, f"{said} The key is shown this once: hand it over in private."]
    return Told(data={"sender": code, "secret": secret.text}, lines=lines)


def _end_of(city: Gridward, day: date) -> datetime:
    """Give the end of a day in the city."""
    zone = ZoneInfo(city.settings.time_zone)
    return datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)
