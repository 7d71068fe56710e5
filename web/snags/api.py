"""The API of snags: which deadlines and facts wait for somebody to mend what hinders them."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from web.access import must_see
from web.acting import api_actor
from web.city import the_city
from web.openapi import Blueprint
from web.paging import PageQuery, page_of

blueprint = Blueprint("snags", __name__, description="What could not be carried out")


class SnagOut(Schema):
    """One that waits; ``code`` is a refusal's, or the name of an error."""

    id = fields.String(required=True)
    who = fields.String(required=True)
    record = fields.UUID(required=True, attribute="stream")
    code = fields.String(required=True)
    times = fields.Integer(required=True)
    first_at = fields.DateTime(required=True)
    last_at = fields.DateTime(required=True)


class SnagsOut(Schema):
    """The oldest first, a thousand of each kind at most."""

    items = fields.List(fields.Nested(SnagOut), required=True)
    next = fields.String(allow_none=True, required=True)


@blueprint.route("/snags", methods=["GET"])
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, SnagsOut)
def snags(query: dict[str, Any]) -> Any:
    """List what the clock and the processes could not carry out."""
    api_actor()
    must_see("look at snags", None)
    return page_of(the_city().snags(), query, lambda one: f"{one.who} {one.id}")
