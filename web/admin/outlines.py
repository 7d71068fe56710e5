"""Outlines of areas: set or tried out, and told how they fit those that stand."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from typing import Any, NamedTuple

from domain.area.area import area_id
from domain.area.boundary import Boundary
from domain.area.events import AreaBounded
from domain.kernel.codes import AreaCode
from domain.kernel.reasons import ReasonGiven
from projections.area.around import around
from web.access import must_see
from web.admin.accounts import Carry
from web.admin.carrying import Wish
from web.admin.wishes import AREAS
from web.city import the_city
from workflows.area.commands import BoundArea
from workflows.area.fitting import fit_of
from workflows.area.polygons import Json, read_outline


class Drawn(NamedTuple):
    """A time an outline was set: from which day it holds, when, by whom and why."""

    from_day: date
    at: datetime
    by: str
    points: int
    why: str | None


def set_outline(code: AreaCode, given: Json, day: date, carry: Carry) -> dict[str, Any]:
    """Set an outline from a day on, or try it out; told is how it fits its neighbours."""
    read: list[Boundary] = []

    def wish() -> Wish:
        must_see(AREAS, code)  # before a word of it is read
        read.append(read_outline(given, code))
        command = BoundArea(code=code, boundary=read[0], from_day=day)
        return Wish(action=AREAS, command=command, places=(code,))

    told = carry(wish)
    with the_city().store.reading() as conn:
        near = around(conn, code, day)
    fit = fit_of(read[0], parent=near.above, beside=near.beside)
    return {**told, "fit": asdict(fit), "polygons": read[0].polygons}


def drawn(code: AreaCode) -> list[Drawn]:
    """Give the times its outline was set, the newest first."""
    ledger, record = the_city().ledger, area_id(code)
    facts = ledger.facts(record)
    words = ledger.words_of([record])
    said = {
        fact.act.command_id: words.get((record, fact.originator_version, "reason"))
        for fact in facts
        if isinstance(fact, ReasonGiven)
    }
    found = [
        Drawn(fact.from_day, fact.act.at, fact.act.person, _points(fact), why)
        for fact in facts
        if isinstance(fact, AreaBounded)
        for why in [said.get(fact.act.command_id)]
    ]
    return found[::-1]


def _points(fact: AreaBounded) -> int:
    return sum(len(ring) for polygon in fact.polygons for ring in polygon) // 2
