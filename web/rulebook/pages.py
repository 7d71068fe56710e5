"""Workflows as pages: those in use, and each as a drawing with what waits in its stages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request

from domain.kernel.codes import AreaCode
from projections.incident.waiting import InUse, Waiting, waiting_by_stage, workflows_in_use
from web.access import MEASURES, area_of_list
from web.city import the_city
from web.clocks import lasting
from web.diagrams import drawn
from web.naming import Naming, current_definition, definition_of
from web.pages import Form, in_forms, must_be_somebody
from web.rulebook.api import referred, told_definition
from web.rulebook.schemas import DefinitionOut
from web.rulebook.years import year_hints
from web.sheets import sheet
from workflows.diagram.overlay import Figures, Overlay
from workflows.diagram.style import STYLE

blueprint = Blueprint("flows", __name__)


@blueprint.route("/workflows")
def workflows() -> Any:
    """List the workflows that cases go by now."""
    must_be_somebody()
    area = _area()
    with the_city().store.reading() as conn:
        found = workflows_in_use(conn, area=area, now=the_city().now())
        naming = Naming(conn)
        lines = _lines(found)
        hints = year_hints([definition for definition, _ in lines], area, naming)
        return render_template(
            "workflows.html", lines=lines, area=area, naming=naming, year_hints=hints
        )


@in_forms(blueprint, "/workflows/<reference>", "json", "csv")
def show(reference: str, form: Form) -> Any:
    """Draw a workflow, with the open cases of an area laid over it."""
    must_be_somebody()
    definition = referred(reference)
    if form == "json":
        return jsonify(DefinitionOut().dump(told_definition(definition)))
    area, now = _area(), the_city().now()
    with the_city().store.reading() as conn:
        waiting = waiting_by_stage(conn, definition.reference, area=area, now=now)
        if form == "csv":
            return _sheet(definition.reference, waiting)
        overlay = Overlay(figures={one.stage: _figures(one) for one in waiting})
        return render_template(
            "workflow.html",
            definition=definition,
            area=area,
            waiting={one.stage: one for one in waiting},
            late=sum(one.late for one in waiting),
            count=sum(one.cases for one in waiting),
            drawing=drawn(definition, overlay),
            naming=Naming(conn),
        )


@blueprint.route("/diagram.css")
def style() -> Response:
    """Give the style of drawings, which stands in files of their own where no page carries it."""
    answer = Response(STYLE, mimetype="text/css")
    answer.headers["Cache-Control"] = "public, max-age=3600"
    return answer


def _area() -> AreaCode:
    """Give the area whose cases are counted; nobody counts those of a foreign one."""
    given = request.args.get("area", "")
    return area_of_list(MEASURES, AreaCode(given) if given else None)


def _lines(found: Sequence[InUse]) -> list[tuple[Any, InUse]]:
    """Add the workflow that new cases begin with, though nobody may have begun yet."""
    current = current_definition().reference
    known = {one.workflow: one for one in found}
    known.setdefault(current, InUse(current, 0, 0))
    return [(definition_of(reference), known[reference]) for reference in sorted(known)]


def _figures(one: Waiting) -> Figures:
    return Figures(
        count=one.cases,
        median_age=lasting(one.median_minutes),
        late_percent=round(100 * one.late / one.cases),
    )


def _sheet(reference: str, waiting: Sequence[Waiting]) -> Any:
    head = ["stage", "count", "late", "median_minutes"]
    rows = [(one.stage, one.cases, one.late, one.median_minutes) for one in waiting]
    return sheet(reference.replace("@", "-"), head, rows)
