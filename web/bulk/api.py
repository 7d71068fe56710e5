"""The API of many orders at once: one answer, a result for each, none waits for the others."""

from __future__ import annotations

from typing import Any

from flask import request

from domain.kernel.ids import incident_number
from domain.kernel.refusals import Refused
from web.acting import Actor, api_actor
from web.bulk import schemas
from web.incident.api import order_report, order_step
from web.openapi import Blueprint
from web.ordering import Done, wait_wished
from web.problems import problem_body
from web.statuses import status_of
from web.watching import tell
from workflows.incident.commands import TakeStep

blueprint = Blueprint("bulk", __name__, description="Many orders at once")


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
        tell(refusal.code)
        status = status_of(refusal)
        told = problem_body(
            status, refusal.code, refusal.reason, refusal.facts, instance=request.path
        )
        nothing = dict.fromkeys(("id", "number", "version"))
        return {
            **nothing,
            "key": order["key"],
            "status": status.value,
            "repeated": False,
            "problem": told,
        }
    return {
        "key": order["key"],
        "status": 201 if "report" in order else 200,
        "id": done.stream,
        "number": incident_number(done.stream),
        "version": done.version,
        "repeated": done.repeated,
        "problem": None,
    }


def _done(order: dict[str, Any], actor: Actor, wait: float) -> Done:
    key = order["key"]
    if report := order.get("report"):
        return order_report(report, actor, key=key, wait=wait)[1]
    step = order["step"]
    command = TakeStep(
        incident=step["incident"],
        step=step["step"],
        answers=step["answers"],
        expected_version=step.get("version"),
    )
    return order_step(command, actor, key=key, wait=wait)
