"""Whistles: who is summoned where, who is late; blowing one, answering it, judging it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

import click

from domain.kernel.codes import AreaCode
from domain.kernel.refusals import Refused
from ops.cli.acting import AREA, act_now
from ops.cli.incidents import case_found, once, to_the_second
from ops.cli.telling import Told, local, pairs, table, telling
from projections.whistle.listing import WhistleFilter, whistle_page
from projections.whistle.queries import PartyRow, parties_of, responses, whistle
from projections.whistle.timeline import whistle_timeline

if TYPE_CHECKING:
    from domain.kernel.act import Act
    from domain.kernel.places import Place
    from ops.bootstrap import Gridward

_MICRO = 1_000_000
_OPEN = {"open": True, "over": False, "all": None}
TO_ALL = ("approve", "decline", "confirm", "call-off")
OF_PARTY = ("sign-for", "contact", "check-in", "begin", "finish", "substitute", "withdraw", "rate")

ORDERS = {
    **dict.fromkeys(TO_ALL, "judge a whistle"),
    **dict.fromkeys(OF_PARTY[:6], "answer a whistle"),
    **dict.fromkeys(OF_PARTY[6:], "judge a whistle"),
}
"""What each order is in the table of access: parties answer, those who summoned them judge."""


@click.group()
def whistles() -> None:
    """Summons: which departments are called to a case, and how they answer."""


@whistles.command("list")
@click.option("--area", type=AREA, help="Blown in this area or below it.")
@click.option("--unit", help="That summon this unit.")
@click.option("--kind", help="Of this kind, such as work.")
@click.option("--overdue", is_flag=True, help="In which somebody is late.")
@click.option("--state", type=click.Choice(list(_OPEN)), default="open", show_default=True)
@click.option("--limit", type=click.IntRange(1, 1_000), default=50, show_default=True)
@telling(to="look at a whistle")
def list_(city: Gridward, *, overdue: bool, state: str, limit: int, **wanted: Any) -> Told:
    """List whistles, what is due first at the top."""
    from ops.cli.reaching import bounds_listed
    from web.access import WHISTLE

    wanted |= bounds_listed(WHISTLE, area=wanted["area"], unit=wanted["unit"])
    asked = WhistleFilter(overdue=overdue or None, open=_OPEN[state], **wanted)
    with city.store.reading() as conn:
        found = whistle_page(conn, asked, limit=limit)
    lines = table(
        ("whistle", "case", "kind", "state", "area", "expected", "late", "due"),
        [
            (
                row.whistle,
                row.incident,
                row.kind,
                row.state,
                row.area,
                f"{row.expected} of {row.summoned}",
                row.overdue,
                local(row.due_at or row.over_at, city.settings),
            )
            for row in found
        ],
    )
    return Told(data={"items": found}, lines=lines if found else ["No whistle fits."])


@whistles.command()
@click.argument("whistle_id", metavar="WHISTLE", type=click.UUID)
@telling(to="look at a whistle")
def show(city: Gridward, whistle_id: UUID) -> Told:
    """Show a WHISTLE by its id, with its parties and what happened."""
    from web.access import viewer
    from web.incident.masking import masked
    from web.whistle.call import call_of

    call = call_of(whistle_id)
    with city.store.reading() as conn:
        row, parties = whistle(conn, whistle_id), parties_of(conn, [whistle_id])
    if row is None:
        raise _unknown(whistle_id)
    me = viewer().handle
    entries = [masked(one, call.fields, me) for one in whistle_timeline(call.history)]
    head = {
        "whistle": row.whistle,
        "case": row.incident,
        "kind": f"{row.kind} ({row.rules})",
        "cause": row.cause,
        "state": f"{row.state} ({row.result})" if row.result else row.state,
        "area": row.area,
    }
    story = [
        (
            one.version,
            to_the_second(one.at, city),
            one.person,
            one.topic.partition(".")[2],
            one.facts.get("party", ""),
        )
        for one in entries
    ]
    happened = table(("", "at", "who", "what", "party"), story)
    lines = [*pairs(head), "", *_parties(city, parties), "", *happened]
    return Told(data={"whistle": row, "parties": parties, "timeline": entries}, lines=lines)


@whistles.command("responses")
@click.option("--area", type=AREA, help="To summons of this area and below it.")
@click.option("--unit", help="Of this unit.")
@telling(to="look at measures")
def responses_(city: Gridward, *, area: AreaCode | None, unit: str | None) -> Told:
    """Tell how units answered: in time of all that were due, and their stars."""
    from ops.cli.reaching import area_listed
    from web.access import MEASURES

    within = area_listed(MEASURES, area)
    with city.store.reading() as conn:
        found = responses(conn, area=within, unit=unit)
    lines = table(
        ("unit", "summoned", "signed", "contacted", "on site", "done", "stars"),
        [
            (
                one.unit,
                one.summoned,
                *(
                    f"{share.part}/{share.of}"
                    for share in (one.signed, one.contacted, one.arrived, one.done)
                ),
                "" if one.stars.mean is None else one.stars.mean,
            )
            for one in found
        ],
    )
    return Told(data={"items": found}, lines=lines if found else ["Nobody was summoned."])


@whistles.command()
@click.argument("number")
@click.option("--kind", default="work", show_default=True)
@click.option("--cause", required=True, help="One that the kind names, such as pressing-matter.")
@click.option("--party", "parties", multiple=True, required=True, help="A unit to summon.")
@click.option("--place", help="Where to come, as LAT,LON; the place of the case if left out.")
@click.option("--words", help="What they are needed for.")
@once
@telling("writing", to="blow a whistle")
def blow(
    city: Gridward,
    number: str,
    *,
    kind: str,
    cause: str,
    parties: Sequence[str],
    place: str | None,
    words: str | None,
    command_id: str | None,
) -> Told:
    """Blow a whistle for the case NUMBER, where its kind needs approval ask for it."""
    from domain.incident.incident import Incident
    from workflows.whistle.commands import BlowWhistle

    incident = case_found(city, number)
    command = BlowWhistle(
        incident=incident,
        kind=kind,
        cause=cause,
        parties=tuple(parties),
        place=_place(place),
        words=words,
    )
    area = city.ledger.load(Incident, incident).course.area
    return _ordered(city, command, act_now(city, area=area, command_id=command_id))


@whistles.command()
@click.argument("whistle_id", metavar="WHISTLE", type=click.UUID)
@click.argument("order", type=click.Choice([*TO_ALL, *OF_PARTY]))
@click.option("--party", help="The unit it is about, or that answers.")
@click.option("--place", help="Where the party stands, as LAT,LON.")
@click.option("--photo", help="The SHA-256 of a photo taken on site.")
@click.option("--by", help="The unit that stands in.")
@click.option("--stars", type=int, help="One to five.")
@click.option("--result", help="What was done, or how the matter stands: solved, …")
@click.option("--reason", help="Why.")
@click.option("--remark", help="What the stars are for.")
@once
@telling("writing", to=ORDERS)
def order(
    city: Gridward,
    whistle_id: UUID,
    *,
    order: str,
    party: str | None,
    command_id: str | None,
    **given: Any,
) -> Told:
    """Give an ORDER to a WHISTLE: sign-for, check-in, finish, rate, confirm and so on."""
    from domain.whistle.whistle import Whistle

    said = {name: value for name, value in given.items() if value is not None}
    if "place" in said:
        said["place"] = _place(said["place"])
    area = city.ledger.load(Whistle, whistle_id).roll.area
    if not area:
        raise _unknown(whistle_id)
    command = _command(order, whistle_id, party, said)
    return _ordered(city, command, act_now(city, area=area, command_id=command_id))


def _command(order: str, whistle_id: UUID, party: str | None, said: dict[str, Any]) -> object:
    """Make the order; refuses ``answer-not-understood`` where it takes other things."""
    from inspect import signature

    from workflows.whistle import commands

    kinds = {
        "approve": commands.ApproveWhistle,
        "decline": commands.DeclineWhistle,
        "confirm": commands.ConfirmWhistle,
        "call-off": commands.CallOffWhistle,
        "sign-for": commands.SignFor,
        "contact": commands.MakeContact,
        "check-in": commands.CheckIn,
        "begin": commands.BeginWork,
        "finish": commands.FinishWork,
        "substitute": commands.SubstituteParty,
        "withdraw": commands.WithdrawParty,
        "rate": commands.RateParty,
    }
    kind = kinds[order]
    fields = signature(kind).parameters
    wanted = {**said, "whistle": whistle_id} | ({"party": party} if party else {})
    unknown = sorted(wanted.keys() - fields.keys())
    missing = sorted(
        name
        for name, field in fields.items()
        if field.default is field.empty and name not in wanted
    )
    if unknown or missing:
        told = [f"needs --{name}" for name in missing] + [f"takes no --{name}" for name in unknown]
        raise Refused("answer-not-understood", f"'{order}' {' and '.join(told)}.", order=order)
    return kind(**wanted)


def _ordered(city: Gridward, command: object, act: Act) -> Told:
    from domain.whistle.whistle import Whistle

    answer = city.desk.do(command, act)
    assert answer is not None  # noqa: S101  # only the clock can have nothing to do
    state = city.ledger.load(Whistle, answer.stream).roll.state
    data = {
        "whistle": answer.stream,
        "version": answer.version,
        "state": state,
        "repeated": answer.repeated,
    }
    again = " (done before)" if answer.repeated else ""
    return Told(data=data, lines=[f"Whistle {answer.stream} is {state}{again}."])


def _parties(city: Gridward, parties: Sequence[PartyRow]) -> list[str]:
    titles = ("party", "state", "late", "signed", "on site", "done", "metres", "stars", "due")
    times = ("signed_at", "arrived_at", "done_at")
    rows = [
        (
            f"{one.unit} (for {one.stands_for})" if one.stands_for else one.unit,
            one.state,
            "late" if one.is_overdue else "",
            *(local(getattr(one, name), city.settings) for name in times),
            "" if one.distance_m is None else one.distance_m,
            one.stars or "",
            f"{one.due_what} {local(one.due_at, city.settings)}" if one.due_at else "",
        )
        for one in parties
    ]
    return table(titles, rows)


def _place(given: str | None) -> Place | None:
    """Read LAT,LON; refuses ``answer-not-understood``."""
    from domain.kernel.places import Place

    if given is None:
        return None
    found = re.fullmatch(r"\s*(-?[0-9.]{1,12})\s*,\s*(-?[0-9.]{1,12})\s*", given, re.ASCII)
    try:
        lat, lon = (round(float(one) * _MICRO) for one in found.groups()) if found else (None, None)
    except ValueError:
        lat = lon = None
    if lat is None or lon is None:
        reason = f"Write a place as LAT,LON in degrees, such as 39.13,117.2, not '{given[:40]}'."
        raise Refused("answer-not-understood", reason)
    return Place(lon_e6=lon, lat_e6=lat)


def _unknown(whistle_id: UUID) -> Refused:
    reason = "There is no such whistle. `gridward whistles list --state all` shows those there are."
    return Refused("no-such-whistle", reason, whistle=str(whistle_id))
