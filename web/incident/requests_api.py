"""The API of requests: the ledger of who asked for what, and how large a share it is."""

from __future__ import annotations

from typing import Any

from projections.incident.requests import Wanted, asked, request_page, shares
from projections.incident.scope import Scope
from web.access import MEASURES, area_of_list
from web.acting import api_actor
from web.city import the_city
from web.incident.asking import area_asked, scope_of
from web.incident.requests_schemas import RequestsOut, RequestsQuery
from web.incident.shown_rows import requests_for_viewer
from web.openapi import Blueprint
from web.sparse import answer_only

blueprint = Blueprint("requests", __name__, description="Requests and their decisions")


@blueprint.route("/requests", methods=["GET"])
@blueprint.arguments(RequestsQuery, location="query")
@blueprint.response(200, RequestsOut)
def requests(query: dict[str, Any]) -> Any:
    """Read the ledger of requests, newest first."""
    api_actor()
    answer_only(query)
    wanted = Wanted(
        scope=_of_one(query) if "incident" in query else scope_of(query),
        kind=query.get("kind"),
        decision=query.get("decision"),
        incident=query.get("incident"),
    )
    with the_city().store.reading() as conn:
        page = request_page(conn, wanted, after=query.get("after"), limit=query["limit"])
        return {
            "items": requests_for_viewer(page.rows),
            "next": page.after,
            "asked": asked(conn, wanted),
            "shares": shares(conn, wanted.scope),
        }


def _of_one(query: dict[str, Any]) -> Scope:
    return Scope(area=area_of_list(MEASURES, area_asked(query)))
