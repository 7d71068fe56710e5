"""The API of the rule book: the categories in force, and workflows by name and version."""

from __future__ import annotations

import re
from typing import Any

from domain.kernel.refusals import Refused
from web.acting import api_actor
from web.city import the_city
from web.naming import current_categories, current_definition, definition_of
from web.openapi import Blueprint
from web.rulebook import schemas
from workflows.definition import Definition, Stage

blueprint = Blueprint("rules", __name__, description="Workflows and categories")
_REFERENCE = re.compile(r"([a-z0-9][a-z0-9-]{0,59})(?:@([0-9]{1,6}))?", re.ASCII)


@blueprint.route("/categories", methods=["GET"])
@blueprint.response(200, schemas.CategoriesOut)
def categories() -> Any:
    """List the categories in force."""
    api_actor()
    found = current_categories()
    if found is None:
        return {"reference": None, "items": []}
    return {"reference": found.reference, "items": list(found.by_code.values())}


@blueprint.route("/workflows", methods=["GET"])
@blueprint.response(200, schemas.WorkflowsOut)
def workflows() -> Any:
    """List the workflows that new cases may begin with."""
    api_actor()
    return {"items": [current_definition()]}


@blueprint.route("/workflows/<reference>", methods=["GET"])
@blueprint.response(200, schemas.DefinitionOut)
@blueprint.alt_response(404, "NOT_FOUND")
def workflow(reference: str) -> Any:
    """Read a workflow: ``name`` for the latest version, ``name@version`` for any."""
    api_actor()
    return told_definition(referred(reference))


def referred(reference: str) -> Definition:
    """Find a workflow by ``name`` or ``name@version``; refuses ``unknown-publication``."""
    matched = _REFERENCE.fullmatch(reference)
    if matched is None:
        reason = "Name a workflow like 'street-incident' or 'street-incident@1'."
        raise Refused("unknown-publication", reason)
    name, version = matched.groups()
    if version is not None:
        return definition_of(f"{name}@{int(version)}")
    return the_city().desk.office.engines.latest(name).definition


def told_definition(definition: Definition) -> dict[str, Any]:
    """Give a workflow as the API tells it."""
    plain = ("name", "version", "reference", "title", "digest", "starts_in", "steps")
    return {
        **{name: getattr(definition, name) for name in plain},
        "roles": list(definition.roles.values()),
        "stages": [_stage(stage) for stage in definition.stages.values()],
        "fields_asked": list(definition.fields.values()),
    }


def _stage(stage: Stage) -> dict[str, Any]:
    limit = stage.deadline.within if stage.deadline else None
    return {
        **{name: getattr(stage, name) for name in ("name", "label", "owner", "final")},
        "stops_clock": stage.stops_clock,
        "minutes": limit.minutes if limit else None,
        "clock": limit.clock if limit else None,
    }
