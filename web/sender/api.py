"""The addresses of senders: what they send, and how administrators keep them."""

from __future__ import annotations

from typing import Any

from domain.kernel.codes import AreaCode
from projections.sender.queries import senders
from web.access import must_see
from web.acting import api_actor
from web.admin.schemas import DryRun, Nothing, OrderOut
from web.city import the_city
from web.incident.api import COMMAND_HEADERS, DONE_HEADERS
from web.openapi import Blueprint
from web.sender import intake, keeping, schemas
from web.statuses import TOO_LONG

blueprint = Blueprint("senders", __name__, description="Signed reports of devices and partners")
NOT_KEPT = {"Cache-Control": "no-store"}
_ONE = "/admin/senders/<code>"
_SIGNED: list[dict[str, Any]] = [
    {"in": "header", "name": name, "required": True, "schema": {"type": "string"}, "description": d}
    for name, d in (
        ("webhook-id", "The message's own id, the same at every try: 1 to 100 of A-Za-z0-9_.:-"),
        ("webhook-timestamp", "Seconds since 1970, at most 5 minutes off."),
        ("webhook-signature", "`v1,` and the base64 HMAC-SHA-256 of `id.timestamp.body`."),
    )
]
_MESSAGE = {"required": True, "content": {"application/json": {"schema": schemas.MessageIn}}}


@blueprint.route("/intake/<sender>", methods=["POST"])
@blueprint.doc(parameters=_SIGNED, requestBody=_MESSAGE, security=[])
@blueprint.response(201, schemas.TakenOut, headers=DONE_HEADERS)
@blueprint.alt_response(200, schema=schemas.TakenOut, description="Came before; nothing anew.")
@blueprint.alt_response(401, "UNAUTHORIZED")
@blueprint.alt_response(403, "FORBIDDEN")
@blueprint.alt_response(409, "CONFLICT")
@blueprint.alt_response(413, TOO_LONG.name)
def take(sender: str) -> Any:
    """Report a matter by a signed message (Standard Webhooks); a repeat opens nothing anew."""
    return intake.taken(sender)


@blueprint.route("/admin/senders", methods=["GET"])
@blueprint.arguments(schemas.SendersQuery, location="query")
@blueprint.response(200, schemas.SendersOut)
def listed(query: dict[str, Any]) -> Any:
    """List the senders of your area, by code."""
    actor = api_actor()
    area, limit = AreaCode(query["area"]) if "area" in query else actor.area, query["limit"]
    must_see(keeping.KEEP, area)
    with the_city().store.reading() as conn:
        found = senders(conn, area, after=query.get("after"), limit=limit + 1)
    more = found[limit - 1].code if len(found) > limit else None
    return {"items": found[:limit], "next": more}


@blueprint.route("/admin/senders", methods=["POST"])
@blueprint.doc(parameters=COMMAND_HEADERS)
@blueprint.arguments(schemas.SenderIn)
@blueprint.arguments(DryRun, location="query")
@blueprint.response(200, schemas.KeyOut)
@blueprint.alt_response(403, "FORBIDDEN")
@blueprint.alt_response(409, "CONFLICT")
def register(body: dict[str, Any], query: dict[str, Any], /) -> Any:
    """Register a sender; its first signing key is told once."""
    return keeping.register(body, dry=query["dry_run"]), NOT_KEPT


@blueprint.route(f"{_ONE}/key", methods=["POST"])
@blueprint.doc(parameters=COMMAND_HEADERS)
@blueprint.arguments(schemas.RotateIn)
@blueprint.arguments(DryRun, location="query")
@blueprint.response(200, schemas.KeyOut)
@blueprint.alt_response(403, "FORBIDDEN")
@blueprint.alt_response(404, "NOT_FOUND")
def rotate(body: dict[str, Any], query: dict[str, Any], /, code: str) -> Any:
    """Give a sender another signing key; the one before stays good for a while."""
    return keeping.rotate(body, code, dry=query["dry_run"]), NOT_KEPT


@blueprint.route(f"{_ONE}/revise", methods=["POST"])
@blueprint.doc(parameters=COMMAND_HEADERS)
@blueprint.arguments(schemas.ReachIn)
@blueprint.arguments(DryRun, location="query")
@blueprint.response(200, OrderOut)
@blueprint.alt_response(403, "FORBIDDEN")
@blueprint.alt_response(404, "NOT_FOUND")
def revise(body: dict[str, Any], query: dict[str, Any], /, code: str) -> Any:
    """Say anew where a sender reports, what, and until when."""
    return keeping.revise(body, code, dry=query["dry_run"])


@blueprint.route(f"{_ONE}/end", methods=["POST"])
@blueprint.doc(parameters=COMMAND_HEADERS)
@blueprint.arguments(Nothing)
@blueprint.arguments(DryRun, location="query")
@blueprint.response(200, OrderOut)
@blueprint.alt_response(403, "FORBIDDEN")
@blueprint.alt_response(404, "NOT_FOUND")
def end(body: dict[str, Any], query: dict[str, Any], /, code: str) -> Any:
    """Take nothing from a sender any more."""
    return keeping.end(body, code, dry=query["dry_run"])
