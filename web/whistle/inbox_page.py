"""The list of whistles: what one's unit is summoned to, or what goes on in an area."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, jsonify, render_template, request
from marshmallow import ValidationError

from domain.kernel.codes import AreaCode, Level
from domain.kernel.refusals import Refused
from projections.incident.board import BoardRow, rows_of
from projections.whistle.queries import PartyRow, WhistleRow, parties_of
from web.acting import Actor
from web.city import Reading, the_city
from web.clocks import due_words
from web.languages import named, say, word
from web.naming import Naming
from web.pages import Form, asked, in_forms, must_be_somebody
from web.sheets import sheet
from web.whistle.api import asked_whistles
from web.whistle.call import Light
from web.whistle.schemas import STATES, WhistlesOut, WhistlesQuery

blueprint = Blueprint("inbox", __name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One line: the whistle, its case, and one's own party in it."""

    row: WhistleRow
    kind: str
    cause: str
    what: str
    where: str
    light: Light
    party: PartyRow | None
    due_at: datetime | None
    parties: tuple[PartyRow, ...]


@in_forms(blueprint, "/whistles", "json", "csv")
def whistles(form: Form) -> Any:
    """Show the whistles of one's unit, or of an area."""
    actor = must_be_somebody()
    query = inbox_query(actor)
    found, after = asked_whistles(query)
    if form == "json":
        return jsonify(WhistlesOut().dump({"items": found, "next": after}))
    with the_city().store.reading() as conn:
        naming = Naming(conn)
        lines = shown(conn, found, query.get("unit"), naming)
        if form == "csv":
            return _sheet(lines, naming)
        return render_template(
            "whistles.html",
            query=query,
            lines=lines,
            after=after,
            states=STATES,
            naming=naming,
            own=actor.unit,
            area=AreaCode(query["area"]) if query.get("area") else None,
            shown_at=the_city().now(),
        )


def inbox_query(actor: Actor) -> dict[str, Any]:
    """Read the query; a handler begins with the summons of his unit, others with their area."""
    try:
        query = asked(WhistlesQuery())
    except ValidationError as error:
        reason = "Some filters in the address are wrong; correct those named, or clear the filters."
        raise Refused("fields-invalid", reason, fields=error.messages_dict) from error
    if not request.args.keys() & {"unit", "area"}:
        query |= {"unit": actor.unit} if actor.unit else {"area": str(actor.area)}
    return query


def shown(
    conn: Reading, rows: Sequence[WhistleRow], unit: str | None, naming: Naming
) -> list[Shown]:
    """Put whistles into the reader's words."""
    now = the_city().now()
    cases = rows_of(conn, [row.incident for row in rows], now=now)
    parties = parties_of(conn, [row.whistle for row in rows])
    naming.look_up(areas=[case.area for case in cases.values()])
    return [
        _shown(
            row,
            cases.get(row.incident),
            [one for one in parties if one.whistle == row.whistle],
            unit,
            naming,
        )
        for row in rows
    ]


def _shown(
    row: WhistleRow,
    case: BoardRow | None,
    parties: list[PartyRow],
    unit: str | None,
    naming: Naming,
) -> Shown:
    mine = next((one for one in parties if one.unit == unit), None)
    due_at = mine.due_at if mine else row.due_at
    book = the_city().shelf.whistles(row.rules)
    return Shown(
        row=row,
        kind=named(book.kind(row.kind).name),
        cause=named(book.causes[row.cause]),
        what=naming.category(case.category) if case else "",
        where=naming.path(case.area if case else row.area, below=Level.DISTRICT),
        light=_light(due_at, late=mine.is_overdue if mine else row.overdue > 0),
        party=mine,
        due_at=due_at,
        parties=tuple(parties),
    )


def _light(due_at: datetime | None, *, late: bool) -> Light:
    passed = due_at is not None and due_at < the_city().now()
    return "overdue" if late or passed else "on-time"


def _sheet(lines: Sequence[Shown], naming: Naming) -> Any:
    now = the_city().now()
    head = [
        say(name)
        for name in ("Whistle", "Cause", "Incident", "Where", "State", "Due", "Due in words")
    ]
    rows = [
        (
            line.kind,
            line.cause,
            line.what,
            line.where,
            word("party", line.party.state) if line.party else word("whistle", line.row.state),
            line.due_at,
            due_words(line.due_at, now) if line.due_at else "",
            *(f"{naming.unit(one.unit)}: {word('party', one.state)}" for one in line.parties),
        )
        for line in lines
    ]
    return sheet("whistles", head, rows)
