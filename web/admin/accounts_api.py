"""The API of accounts: how those of one's area stand, and orders to them."""

from __future__ import annotations

from typing import Any

from domain.kernel.codes import AreaCode
from domain.kernel.refusals import Refused
from projections.people.queries import serving
from web.access import must_see
from web.acting import api_actor
from web.admin import accounts, schemas
from web.admin.carrying import carried
from web.city import the_city, today
from web.incident.api import COMMAND_HEADERS
from web.openapi import Blueprint
from workflows.account.standing import standings

blueprint = Blueprint("accounts", __name__, description="Accounts of one's own area")
NOT_KEPT = {"Cache-Control": "no-store"}
_ONE = "/admin/accounts/<handle>"


@blueprint.route("/admin/accounts", methods=["GET"])
@blueprint.arguments(schemas.AccountsQuery, location="query")
@blueprint.response(200, schemas.AccountsOut)
def listed(query: dict[str, Any]) -> Any:
    """List the people who serve today, by handle, and how their accounts stand."""
    actor = api_actor()
    within = AreaCode(query["area"]) if "area" in query else actor.area
    must_see(accounts.KEEP, within)
    limit = query["limit"]
    role, after = query.get("role"), query.get("after")
    with the_city().store.reading() as conn:
        found = serving(conn, within, today(), role=role, after=after, limit=limit + 1)
    items = standings(the_city().ledger, found[:limit], the_city().now())
    return {"items": items, "next": found[limit - 1] if len(found) > limit else None}


@blueprint.route(f"{_ONE}/<what>", methods=["POST"])
@blueprint.doc(parameters=COMMAND_HEADERS)
@blueprint.arguments(schemas.Nothing)
@blueprint.arguments(schemas.DryRun, location="query")
@blueprint.response(200, schemas.SecretOut)
@blueprint.alt_response(403, "FORBIDDEN")
@blueprint.alt_response(404, "NOT_FOUND")
def change(body: dict[str, Any], query: dict[str, Any], /, handle: str, what: str) -> Any:
    """Order `open`, `invite`, `reset`, `disable` or `enable`; a link is told once."""
    if what in accounts.PURPOSES:
        return accounts.link(handle, what, _api(query, body)), NOT_KEPT
    if what in accounts.PLAIN:
        return {**accounts.change(handle, what, _api(query, body)), "secret": None}
    known = ", ".join((*accounts.PLAIN, *accounts.PURPOSES))
    raise Refused("no-such-order", f"An account knows these orders: {known}.")


@blueprint.route(f"{_ONE}/keys", methods=["POST"])
@blueprint.doc(parameters=COMMAND_HEADERS)
@blueprint.arguments(schemas.KeyIn)
@blueprint.arguments(schemas.DryRun, location="query")
@blueprint.response(200, schemas.SecretOut)
@blueprint.alt_response(403, "FORBIDDEN")
def issue_key(body: dict[str, Any], query: dict[str, Any], /, handle: str) -> Any:
    """Issue a key to a machine; it is told once."""
    return accounts.issue_key(handle, body, _api(query, body)), NOT_KEPT


@blueprint.route(f"{_ONE}/keys/<key>/revoke", methods=["POST"])
@blueprint.doc(parameters=COMMAND_HEADERS)
@blueprint.arguments(schemas.Nothing)
@blueprint.arguments(schemas.DryRun, location="query")
@blueprint.response(200, schemas.OrderOut)
@blueprint.alt_response(403, "FORBIDDEN")
@blueprint.alt_response(404, "NOT_FOUND")
def revoke_key(body: dict[str, Any], query: dict[str, Any], /, handle: str, key: str) -> Any:
    """Take a key back; it opens nothing from the next request on."""
    return accounts.revoke_key(handle, key, _api(query, body))


@blueprint.route(f"{_ONE}/factors/<factor>/remove", methods=["POST"])
@blueprint.doc(parameters=COMMAND_HEADERS)
@blueprint.arguments(schemas.Nothing)
@blueprint.arguments(schemas.DryRun, location="query")
@blueprint.response(200, schemas.OrderOut)
@blueprint.alt_response(403, "FORBIDDEN")
def lose_factor(body: dict[str, Any], query: dict[str, Any], /, handle: str, factor: str) -> Any:
    """Take a second factor away, such as one on a lost phone."""
    return accounts.lose_factor(handle, factor, _api(query, body))


def _api(query: dict[str, Any], body: dict[str, Any]) -> accounts.Carry:
    return lambda wished: carried(wished, dry=query["dry_run"], reason=body.get("reason"))
