"""The tree of areas as pages: where it lies, what lies below, who works there."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, jsonify, redirect, render_template, request, url_for

from domain.kernel.codes import AreaCode, Level
from projections.area.queries import area_on, children, counts_by_level, search
from projections.incident.board import BoardFilter, chips
from projections.people.queries import roster_page, units_page
from web.access import BOARD, may_see
from web.area.api import standing, told_area
from web.area.schemas import AreaInTreeOut
from web.city import Reading, the_city, today
from web.cursors import cursor, read_cursor
from web.naming import Naming
from web.pages import Form, in_forms, must_be_somebody
from web.people.api import city_code
from web.sheets import sheet

blueprint = Blueprint("tree", __name__)
_PAGE = 100


@blueprint.route("/areas")
def home() -> Any:
    """Begin at the city, or find an area by name."""
    must_be_somebody()
    wanted = request.args.get("search", "")[:60].replace("\0", "")
    with the_city().store.reading() as conn:
        city = city_code(conn, today())
        found = search(conn, wanted, today(), limit=50) if wanted.strip() else []
        if city and not wanted.strip():
            return redirect(url_for("tree.show", code=city), 303)
        naming = Naming(conn).look_up(areas=[one.area.code for one in found])
        return render_template("areas.html", found=found, wanted=wanted, naming=naming)


@in_forms(blueprint, "/areas/<code>", "json", "csv")
def show(code: str, form: Form) -> Any:
    """Show an area and what lies right below it."""
    must_be_somebody()
    area, day = AreaCode(code), today()
    if form == "json":
        return jsonify(AreaInTreeOut().dump(told_area(area, day)))
    given = request.args.get("after")
    after = AreaCode(read_cursor(given, words=1)[0]) if given else None
    with the_city().store.reading() as conn:
        row = standing(area_on(conn, area, day), area, day)
        limit = 10 * _PAGE if form == "csv" else _PAGE
        below = children(conn, area, day, after=after, limit=limit + 1)
        if form == "csv":
            return _sheet(below)
        counts = counts_by_level(conn, area, day)
        naming = Naming(conn).look_up(areas=[area, *(child.area.code for child in below)])
        near = area.level >= Level.STREET and may_see("look at people", area)
        posts = roster_page(conn, area, day, limit=30) if near else []
        naming.look_up(people=[post.handle for post in posts])
        return render_template(
            "area.html",
            area=area,
            row=row,
            below=below[:_PAGE],
            next=cursor(below[_PAGE - 1].area.code) if len(below) > _PAGE else None,
            counts=[(level, n) for level, n in counts.items() if level > area.level],
            waiting=_waiting(conn, area),
            posts=posts,
            units=units_page(conn, area, day, limit=30) if area.level >= Level.DISTRICT else [],
            naming=naming,
        )


def _waiting(conn: Reading, area: AreaCode) -> Any:
    """Count what waits there; nothing for who may not look at that board."""
    return (
        chips(conn, BoardFilter(area=area), now=the_city().now()) if may_see(BOARD, area) else None
    )


def _sheet(below: list[Any]) -> Any:
    head = ["code", "level", "name", "name_en", "kind", "from_day"]
    rows = [
        (
            str(child.area.code),
            child.area.code.level.word,
            child.area.name,
            child.area.name_en,
            child.area.kind,
            child.area.from_day.isoformat(),
        )
        for child in below
    ]
    return sheet("areas", head, rows)
