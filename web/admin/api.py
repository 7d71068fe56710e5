"""The API of administration: every order may be tried out first with ``?dry_run=true``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from web.admin import schemas, wishes
from web.admin.carrying import Wish, carried
from web.incident.api import COMMAND_HEADERS
from web.openapi import Asked, Blueprint

blueprint = Blueprint("admin", __name__, description="Administration of one's own area")

PERSON, UNIT, AREA = "/admin/people/<handle>", "/admin/units/<code>", "/admin/areas/<code>"
ORDERS: tuple[tuple[str, Callable[..., Wish], type[Asked]], ...] = (
    ("/admin/people", wishes.enrol, schemas.EnrolIn),
    (f"{PERSON}/roles", wishes.grant, schemas.GrantIn),
    (f"{PERSON}/roles/end", wishes.end_role, schemas.EndIn),
    (f"{PERSON}/leave", wishes.leave, schemas.FromIn),
    (f"{PERSON}/absences", wishes.absent, schemas.AbsenceIn),
    (f"{PERSON}/back", wishes.back, schemas.BackIn),
    (f"{PERSON}/duties", wishes.duty, schemas.DutyIn),
    ("/admin/duties/<int:number>/end", wishes.end_duty, schemas.EndIn),
    ("/admin/units", wishes.found_unit, schemas.UnitIn),
    (f"{UNIT}/categories", wishes.answer_for, schemas.CategoriesIn),
    (f"{UNIT}/close", wishes.close_unit, schemas.FromIn),
    ("/admin/areas", wishes.add_area, schemas.AreaIn),
    (f"{AREA}/rename", wishes.rename_area, schemas.RenameIn),
    (f"{AREA}/move", wishes.move_area, schemas.SuccessorIn),
    (f"{AREA}/merge", wishes.merge_area, schemas.SuccessorIn),
    (f"{AREA}/close", wishes.close_area, schemas.FromIn),
    ("/admin/rules/<kind>/<name>", wishes.publish, schemas.RulesIn),
)
"""Every order by its address; the name of the endpoint is that of the function."""


def _serve(address: str, wish: Callable[..., Wish], body_schema: type[Asked]) -> None:
    @blueprint.route(address, methods=["POST"], endpoint=wish.__name__)
    @blueprint.doc(parameters=COMMAND_HEADERS, summary=(wish.__doc__ or "").rstrip("."))
    @blueprint.arguments(body_schema)
    @blueprint.arguments(schemas.DryRun, location="query")
    @blueprint.response(200, schemas.OrderOut)
    @blueprint.alt_response(403, "FORBIDDEN")
    def ordered(body: dict[str, Any], query: dict[str, Any], /, **where: Any) -> Any:
        reason = body.pop("reason", None)
        return carried(lambda: wish(body, **where), dry=query["dry_run"], reason=reason)

    ordered.__doc__ = wish.__doc__


for _order in ORDERS:
    _serve(*_order)
