"""Many photos in one request: each is drawn anew and added by itself, as one sent alone."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from flask import request, url_for
from marshmallow import ValidationError

from domain.kernel.refusals import Refused
from web.acting import Actor, api_actor
from web.bulk import schemas
from web.bulk.results import refused
from web.evidence.receiving import FORM, add_photo, of_file
from web.incident.case import case_of
from web.ordering import wait_wished

_FORM = schemas.PhotosIn()


def add_photos() -> dict[str, Any]:
    """Add each photo that the form lists; refuses ``fields-invalid`` for a list of no sense."""
    actor = api_actor()
    if "Authorization" not in request.headers:
        # Any page can let a browser send such a form with its session; a key it has not.
        reason = "Photos in bulk are for programs. Send a key: Authorization: Bearer gw.…"
        raise Refused("sign-in-missing", reason)
    if request.mimetype != FORM:
        reason = "Send a form (multipart/form-data): the field orders, and a file for each."
        raise Refused("photo-wrong-type", reason, given=request.mimetype[:60])
    orders = _read()
    items = [_result(one, actor) for one in orders[:-1]]
    # The read models are waited for once, at the end.
    items.append(_result(orders[-1], actor, wait=wait_wished()))
    done = sum(one["problem"] is None for one in items)
    return {"items": items, "done": done, "refused": len(items) - done}


def _read() -> list[dict[str, Any]]:
    try:
        given = json.loads(request.form.get("orders", ""))
    except (ValueError, RecursionError):
        reason = "The field orders is no JSON. Send a list of orders as its text."
        raise Refused("malformed-json", reason) from None
    try:
        found: list[dict[str, Any]] = _FORM.load({"orders": given})["orders"]
    except ValidationError as error:
        reason = "Some orders make no sense; correct those named. None was carried out."
        raise Refused("fields-invalid", reason, fields=error.messages) from None
    return found


def _result(order: dict[str, Any], actor: Actor, *, wait: float = 0) -> dict[str, Any]:
    key, incident = order["key"], order["incident"]
    try:
        return _added(order, actor, wait)
    except Refused as refusal:
        nothing = dict.fromkeys(("photo", "url", "version"))
        return {**nothing, **refused(key, refusal), "incident": incident}


def _added(order: dict[str, Any], actor: Actor, wait: float) -> dict[str, Any]:
    key, incident = order["key"], UUID(str(order["incident"]))
    case_of(incident)
    picture = of_file(request.files.get(order["file"]), actor, key)
    done = add_photo(incident, picture, actor, key=key, wait=wait, kind=order["kind"])
    return {
        "key": key,
        "incident": incident,
        "status": 201,
        "photo": picture.photo,
        "url": url_for("photos.show", incident=incident, photo=picture.photo),
        "version": done.version,
        "repeated": done.repeated,
        "problem": None,
    }
