"""The board as a page: most urgent first, every filter in the address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, jsonify, render_template
from marshmallow import ValidationError

from domain.kernel.codes import AreaCode, Level
from domain.kernel.refusals import Refused
from projections.incident.board import BoardFilter, BoardPage, BoardRow, Chips, board_page, chips
from projections.people.queries import UnitRow, units_page
from web.city import Reading, the_city, today
from web.clocks import due_words
from web.incident.asking import board_filter
from web.incident.schemas import LIGHTS, SOURCES, BoardOut, BoardQuery
from web.incident.shown_rows import board_for_viewer
from web.languages import say, word
from web.naming import Naming, current_categories, current_definition
from web.pages import Form, asked, in_forms, must_be_somebody
from web.people.api import city_code
from web.sheets import sheet

blueprint = Blueprint("board", __name__)
SHEET_ROWS = 1_000
LEVELS = ("community", "street", "district", "city")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One line of the board in the reader's words."""

    row: BoardRow
    what: str
    where: str
    grid: str
    stage: str
    with_whom: str


@in_forms(blueprint, "/board", "json", "csv")
def board(form: Form) -> Any:
    """Show what waits where."""
    must_be_somebody()
    query = board_query()
    now, wanted = the_city().now(), board_filter(query)
    limit = SHEET_ROWS if form == "csv" else query["limit"]
    with the_city().store.reading() as conn:
        page = board_page(conn, wanted, now=now, after=query.get("after"), limit=limit)
        page = board_for_viewer(page)
        if form == "json":
            return jsonify(BoardOut().dump({"items": page.rows, "next": page.after}))
        shown = lines(page, Naming(conn), within=wanted.area)
        if form == "csv":
            return _sheet(shown)
        return _page(conn, query, page.after, shown)


def board_query() -> dict[str, Any]:
    """Read the query; refuses ``fields-invalid``."""
    try:
        return asked(BoardQuery())
    except ValidationError as error:
        reason = "Some filters in the address are wrong; correct those named, or clear the filters."
        raise Refused("fields-invalid", reason, fields=error.messages_dict) from error


def lines(page: BoardPage, naming: Naming, *, within: AreaCode | None = None) -> list[Shown]:
    """Put a page into words, every name fetched once; areas are named from ``within`` down."""
    level = within.level if within else Level.CITY
    naming.look_up(areas=[row.area for row in page.rows], people=[row.handler for row in page.rows])
    return [_line(row, naming, min(level, Level.STREET)) for row in page.rows]


def _line(row: BoardRow, naming: Naming, below: Level) -> Shown:
    area = row.area
    held = area.at(Level.COMMUNITY) if area.level > Level.COMMUNITY else area
    return Shown(
        row=row,
        what=naming.category(row.category),
        where=naming.path(held, below=below),
        grid=naming.area(area) if area.level is Level.GRID else "",
        stage=naming.stage(row.workflow, row.stage),
        with_whom=_with_whom(row, naming),
    )


def _with_whom(row: BoardRow, naming: Naming) -> str:
    """Name the handler, the unit, or the role that the stage belongs to."""
    if not row.open:
        return word("final", row.final)
    definition = the_city().desk.office.engines.of(row.workflow).definition
    stage = definition.stages.get(row.stage)
    owner = stage.owner if stage else None
    if owner == "handler" and (row.handler or row.unit):
        return naming.person(row.handler) or naming.unit(row.unit)
    return naming.role(owner) if owner else ""


def _page(conn: Reading, query: Mapping[str, Any], after: str | None, shown: list[Shown]) -> str:
    wanted, now = board_filter(query), the_city().now()
    is_open = query["state"] == "open"
    # Ended cases are millions: they are paged, not counted.
    lights = chips(conn, replace(wanted, light=None), now=now) if is_open else Chips()
    stages = chips(conn, replace(wanted, stage=None), now=now) if is_open else Chips()
    naming = Naming(conn)
    return render_template(
        "board.html",
        query=query,
        lines=shown,
        after=after,
        lights=_lights(lights) if is_open else [],
        total=lights.total,
        stages=_stages(stages.by.get("stage", {})),
        area=wanted.area,
        sentence=_sentence(query, wanted, naming),
        categories=current_categories(),
        units=_units(conn, wanted.area),
        sources=SOURCES,
        levels=LEVELS,
        naming=naming,
        shown_at=now,
    )


def _lights(found: Chips) -> list[tuple[str, int]]:
    counts = {str(light): count for light, count in found.lights.items()}
    return [(light, counts.get(light, 0)) for light in LIGHTS]


def _stages(counts: Mapping[str, int]) -> list[tuple[str, Any, int]]:
    """Give the stages that hold cases, in the order of the workflow."""
    known = current_definition().stages
    order = {name: place for place, name in enumerate(known)}
    found = sorted(counts.items(), key=lambda one: order.get(one[0], len(order)))
    return [(name, known[name].label if name in known else None, n) for name, n in found]


def _sentence(query: Mapping[str, Any], wanted: BoardFilter, naming: Naming) -> str:
    """Say in one line what is shown."""
    state = word("state", query["state"])
    parts = [naming.path(wanted.area) if wanted.area else say("the whole city"), state]
    if wanted.light:
        parts.append(word("light", wanted.light))
    if wanted.stage:
        known = current_definition().stages.get(wanted.stage)
        parts.append(naming.stage(current_definition().reference, wanted.stage) if known else "")
    if wanted.category:
        parts.append(naming.category(wanted.category))
    if wanted.unit:
        parts.append(naming.unit(wanted.unit))
    if wanted.handler:
        parts.append(naming.person(wanted.handler))
    parts += [word(kind, getattr(wanted, kind)) for kind in ("source", "level")]
    if wanted.number:
        parts.append(f"{wanted.number}…")
    return " · ".join(part for part in parts if part)


def _units(conn: Reading, area: AreaCode | None) -> list[UnitRow]:
    day = today()
    within = area.at(min(area.level, Level.DISTRICT)) if area else city_code(conn, day)
    return units_page(conn, within, day, limit=100) if within else []


def _sheet(shown: list[Shown]) -> Any:
    now = the_city().now()
    head = [
        say(name)
        for name in (
            *("Number", "Light", "Incident", "Category", "Where", "Area", "Due", "Due in words"),
            *("Stage", "With", "Source", "Reported"),
        )
    ]
    rows = [
        (
            line.row.number,
            word("light", line.row.light),
            line.what,
            line.row.category,
            f"{line.where} {line.grid}".strip(),
            str(line.row.area),
            line.row.due_at,
            due_words(line.row.due_at, now) if line.row.due_at else "",
            line.stage,
            line.with_whom,
            word("source", line.row.source),
            line.row.reported_at,
        )
        for line in shown
    ]
    return sheet("board", head, rows)
