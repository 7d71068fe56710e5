"""The page of an area's outline: as it stands, as it would be, and set from a day on."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from domain.area.boundary import MAX_POINTS
from domain.area.events import Polygons
from domain.kernel.codes import AreaCode
from domain.kernel.refusals import Refused
from projections.area.around import around
from web.access import may_see, must_see, viewer
from web.admin.carrying import Wish, carried_by, why_given
from web.admin.drawing import drawing_of
from web.admin.outlines import drawn, set_outline
from web.admin.wishes import AREAS
from web.city import the_city, today
from web.naming import Naming
from web.ordering import LONGEST_WAIT, usable_command_id
from web.pages import must_be_somebody
from web.scanning import must_be_clean
from web.statuses import status_of
from workflows.area.polygons import Json
from workflows.reasons import LONGEST_REASON

blueprint = Blueprint("outlining", __name__, url_prefix="/admin/outline")


@blueprint.route("", methods=["GET"])
def form() -> Any:
    """Show where an area lies, and the form to set it."""
    must_be_somebody()
    return _page(_area())


@blueprint.route("", methods=["POST"])
def send() -> Any:
    """Try an outline out, or set it; what it would be is drawn over what stands."""
    actor, area = must_be_somebody(), _area()
    must_see(AREAS, area)
    dry = request.form.get("go") != "set"
    text = _text()

    def carry(wished: Callable[[], Wish]) -> dict[str, Any]:
        key = usable_command_id(request.form.get("key", ""))
        why = why_given()
        return carried_by(actor, wished, key=key, dry=dry, wait=LONGEST_WAIT, reason=why)

    try:
        told = set_outline(area, _json(text), _day(), carry)
    except Refused as refusal:
        return _page(area, text=text, refusal=refusal), status_of(refusal)
    if dry:
        return _page(area, text=text, fit=told["fit"], wished=told["polygons"])
    return redirect(url_for("outlining.form", area=area, set="1"), 303)


def _page(area: AreaCode, *, wished: Polygons = (), **shown: Any) -> str:
    must_see(AREAS, area)
    with the_city().store.reading() as conn:
        near = around(conn, area, today())
        overlapped = [one["code"] for one in shown.get("fit", {}).get("overlaps", ())]
        naming = Naming(conn).look_up(areas=[area, *near.below, *near.beside, *overlapped])
        past = drawn(area)
        naming.look_up(people=[one.by for one in past])
        return render_template(
            "outline.html",
            area=area,
            above=[one for one in area.path if one != area and may_see(AREAS, one)],
            naming=naming,
            near=near,
            past=past,
            drawing=drawing_of(area, near, naming, wished=wished),
            day=request.form.get("from_day") or today().isoformat(),
            most=MAX_POINTS,
            longest=LONGEST_REASON,
            **shown,
        )


def _area() -> AreaCode:
    wanted = request.values.get("area") or None
    return AreaCode(wanted) if wanted else viewer().area


def _text() -> str:
    """Take the file where one was chosen, else what stands in the field."""
    file = request.files.get("file")
    if file and file.filename:
        data: bytes = file.read()
        must_be_clean(data)
        return data.decode("utf-8-sig", errors="replace")
    return request.form.get("outline", "")


def _json(text: str) -> Json:
    try:
        found: Json = json.loads(text)
    except (ValueError, RecursionError):
        reason = "This is no GeoJSON. Choose a file, or paste a Polygon or a MultiPolygon."
        raise Refused("no-geojson", reason) from None
    return found


def _day() -> date:
    given = request.form.get("from_day", "")
    try:
        return date.fromisoformat(given)
    except ValueError:
        reason = "Say from which day it holds, such as 2026-03-01."
        raise Refused("invalid-day", reason, day=given[:20]) from None
