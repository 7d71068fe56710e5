"""The page of sheets: choose a file, look at what would happen to each row, record it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request

from domain.access.deciding import must_be_allowed
from domain.access.relation import Relation
from domain.kernel.refusals import Refused
from web.acting import Actor
from web.pages import must_be_somebody
from web.sheet.taking import OWN_LIST, REFUSED, take_sheet
from web.statuses import status_of
from workflows.incident.sheet import COLUMNS, MOST_ROWS

blueprint = Blueprint("sheet", __name__)
REPORT = "report an incident"
MOST_SHOWN = 200


@blueprint.route("/report/sheet", methods=["GET"])
def form() -> Any:
    """Show the form."""
    _reporter()
    return _page()


@blueprint.route("/report/sheet", methods=["POST"])
def send() -> Any:
    """Try a sheet out, or record it; the rows are told either way."""
    actor = _reporter()
    given = request.files.get("sheet")
    data, dry = given.read() if given else b"", request.form.get("go") != "record"
    named = request.form.get("list", "").strip() or OWN_LIST
    try:
        told = take_sheet(data, actor, named=named, dry=dry)
    except Refused as refusal:
        return _page(refusal=refusal), status_of(refusal)
    rows = sorted(told.rows, key=lambda one: (one.state != REFUSED, one.row))
    return _page(told=told, rows=rows[:MOST_SHOWN], more=max(0, len(rows) - MOST_SHOWN))


def _reporter() -> Actor:
    actor = must_be_somebody()
    must_be_allowed(REPORT, actor.role, Relation.OWN)
    return actor


def _page(**shown: Any) -> str:
    named = request.form.get("list", "") or OWN_LIST
    return render_template("sheet.html", named=named, columns=COLUMNS, most=MOST_ROWS, **shown)
