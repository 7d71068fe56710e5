"""The API of many orders at once: one answer, a result for each, none waits for the others."""

from __future__ import annotations

from typing import Any

from domain.kernel.ids import incident_number
from domain.kernel.refusals import Refused
from web.acting import Actor, api_actor
from web.bulk import schemas
from web.bulk.photos import add_photos
from web.bulk.results import refused
from web.evidence.receiving import FORM
from web.incident.api import order_report, order_step
from web.openapi import Blueprint, takes_photo
from web.ordering import Done, wait_wished
from web.statuses import TOO_LONG
from web.whistle.api import blow_command, order_whistle
from web.whistle.orders import ORDERS, give
from workflows.incident.commands import TakeStep

blueprint = Blueprint("bulk", __name__, description="Many orders at once")
_PHOTOS: dict[str, Any] = {
    FORM: {
        "schema": {
            "type": "object",
            "required": ["orders"],
            "properties": {"orders": {"type": "array", "items": schemas.PhotoOrder}},
            "additionalProperties": {"type": "string", "format": "binary"},
        }
    }
}


@blueprint.route("/bulk", methods=["POST"])
@blueprint.arguments(schemas.OrdersIn)
@blueprint.response(200, schemas.BulkOut)
@blueprint.alt_response(403, "FORBIDDEN")
def carry_out(body: dict[str, Any]) -> Any:
    """Give up to 100 orders; each is carried out or refused by itself, as if sent alone.

    The answer is 200 whatever became of them: look at each ``status``. Sent again, orders that
    were carried out answer as the first time.
    """
    actor = api_actor()
    items = [_result(one, actor) for one in body["orders"][:-1]]
    # The read models are waited for once, at the end.
    items.append(_result(body["orders"][-1], actor, wait=wait_wished()))
    done = sum(one["problem"] is None for one in items)
    return {"items": items, "done": done, "refused": len(items) - done}


def _result(order: dict[str, Any], actor: Actor, *, wait: float = 0) -> dict[str, Any]:
    try:
        done = _done(order, actor, wait)
    except Refused as refusal:
        return {**dict.fromkeys(("id", "number", "version")), **refused(order["key"], refusal)}
    is_whistle = bool({"whistle", "blow"} & set(order))
    return {
        "key": order["key"],
        "status": 201 if {"report", "blow"} & set(order) else 200,
        "id": done.stream,
        "number": None if is_whistle else incident_number(done.stream),
        "version": done.version,
        "repeated": done.repeated,
        "problem": None,
    }


def _done(order: dict[str, Any], actor: Actor, wait: float) -> Done:
    key = order["key"]
    if report := order.get("report"):
        return order_report(report, actor, key=key, wait=wait)[1]
    if blown := order.get("blow"):
        return order_whistle(blow_command(blown, blown["incident"]), actor, key=key, wait=wait)
    if asked := order.get("whistle"):
        return _to_whistle(asked, actor, key, wait)
    step = order["step"]
    command = TakeStep(
        incident=step["incident"],
        step=step["step"],
        answers=step["answers"],
        expected_version=step.get("version"),
    )
    return order_step(command, actor, key=key, wait=wait)


def _to_whistle(asked: dict[str, Any], actor: Actor, key: str, wait: float) -> Done:
    return give(
        ORDERS[asked["order"]],
        asked["whistle"],
        asked.get("party"),
        asked["said"],
        actor=actor,
        key=key,
        seen=asked.get("version"),
        wait=wait,
    )


@blueprint.route("/bulk/photos", methods=["POST"])
@blueprint.doc(requestBody={"required": True, "content": _PHOTOS})
@blueprint.response(200, schemas.PhotoBulkOut)
@blueprint.alt_response(403, "FORBIDDEN")
@blueprint.alt_response(413, TOO_LONG.name)
@blueprint.alt_response(415, "UNSUPPORTED_MEDIA_TYPE")
@takes_photo
def photos() -> Any:
    """Add up to 20 photos to cases, 12 MB in all; each is taken or refused by itself.

    The field `orders` lists them: a key, the case, and the name of the form's field that holds
    the file. The answer is 200 whatever became of them: look at each `status`.
    """
    return add_photos()
