"""The API of sheets: a CSV or a workbook as the body of a request."""

from __future__ import annotations

from typing import Any

from flask import request

from web.acting import api_actor
from web.openapi import Blueprint, takes_file
from web.sheet import schemas
from web.sheet.taking import take_sheet
from web.statuses import TOO_LONG

CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_BINARY = {"schema": {"type": "string", "format": "binary"}}

blueprint = Blueprint("sheets", __name__, description="Sheets of reports")


@blueprint.route("/incidents/sheet", methods=["POST"])
@blueprint.doc(requestBody={"required": True, "content": {CSV: _BINARY, XLSX: _BINARY}})
@blueprint.arguments(schemas.SheetQuery, location="query")
@blueprint.response(200, schemas.SheetOut)
@blueprint.alt_response(403, "FORBIDDEN")
@blueprint.alt_response(413, TOO_LONG.name)
@blueprint.alt_response(415, "UNSUPPORTED_MEDIA_TYPE")
@takes_file(CSV, XLSX)
def take(query: dict[str, Any]) -> Any:
    """Report many matters by a sheet; each row has its own result, and its number makes it one."""
    actor = api_actor("report")
    return take_sheet(request.get_data(), actor, named=query["list"], dry=query["dry_run"])
