"""A list of orders, and what became of each."""

from __future__ import annotations

from typing import Any

from marshmallow import (
    Schema,
    ValidationError,
    fields,
    post_load,
    validate,
    validates_schema,
)

from domain.incident.photos import KINDS
from domain.kernel.act import COMMAND_ID_LENGTH
from web.incident.schemas import ReportIn, StepIn, about
from web.openapi import Asked
from web.problems import Problem
from web.whistle.orders import ORDERS
from web.whistle.schemas import BlowIn

MOST = 100
MOST_PHOTOS = 20
_KINDS = {"report", "step", "blow", "whistle"}
_KEY = validate.Regexp(rf"^[!-~]{{1,{COMMAND_ID_LENGTH}}}\Z")


class StepOrder(StepIn):
    """A step of one case; ``version`` is the one you saw, and another one refuses the order."""

    incident = fields.UUID(required=True)
    step = fields.String(required=True, validate=validate.Length(1, 60))
    version = fields.Integer(
        validate=validate.Range(1, 1_000_000), metadata=about("as If-Match does")
    )


class BlowOrder(BlowIn):
    """A whistle for a case."""

    incident = fields.UUID(required=True)


class WhistleOrder(Asked):
    """An order to a whistle, or with ``party`` to one of its parties, by its word in the address.

    ``said`` is what the single order takes as its body.
    """

    whistle = fields.UUID(required=True)
    order = fields.String(required=True, validate=validate.OneOf(sorted(ORDERS)))
    party = fields.String(validate=validate.Length(1, 60), metadata=about("the code of a unit"))
    said = fields.Dict(keys=fields.String(), load_default=dict)
    version = fields.Integer(
        validate=validate.Range(1, 1_000_000), metadata=about("of the whistle, as If-Match does")
    )

    @validates_schema
    def must_name_its_party(self, data: dict[str, Any], **_kwargs: object) -> None:
        """Refuse an order to a party without one, and one to all that names one."""
        if ORDERS[data["order"]].of_party != ("party" in data):
            raise ValidationError("Name a party where the order is for one, and none else.")

    @post_load
    def read_what_is_said(self, data: dict[str, Any], **_kwargs: object) -> dict[str, Any]:
        """Read ``said`` as the single order would."""
        try:
            said = ORDERS[data["order"]].takes().load(data["said"])
        except ValidationError as error:
            raise ValidationError({"said": error.messages}) from None
        return {**data, "said": said}


class OrderIn(Asked):
    """One order: a report, a step, a whistle or an order to one, under an id of its own."""

    key = fields.String(required=True, validate=_KEY, metadata=about("as Idempotency-Key does"))
    report = fields.Nested(ReportIn)
    step = fields.Nested(StepOrder)
    blow = fields.Nested(BlowOrder)
    whistle = fields.Nested(WhistleOrder)

    @validates_schema
    def must_be_one(self, data: dict[str, object], **_kwargs: object) -> None:
        """Refuse none, and two at once."""
        if len(_KINDS & set(data)) != 1:
            raise ValidationError("Give each order one of report, step, blow and whistle.")


class OrdersIn(Asked):
    """Orders, carried out one after another in this order."""

    orders = fields.List(fields.Nested(OrderIn), required=True, validate=validate.Length(1, MOST))

    @validates_schema
    def must_be_apart(self, data: dict[str, list[dict[str, object]]], **_kwargs: object) -> None:
        """Refuse a key that two orders bear: only one of them would be carried out."""
        keys = [one["key"] for one in data.get("orders", ())]
        if len(set(keys)) < len(keys):
            raise ValidationError("Give each order a key of its own.", "orders")


class PhotoOrder(Asked):
    """One photo: ``file`` names the field of the form that holds it."""

    key = fields.String(required=True, validate=_KEY, metadata=about("as Idempotency-Key does"))
    incident = fields.UUID(required=True)
    file = fields.String(required=True, validate=validate.Length(1, 100))
    kind = fields.String(
        load_default="before",
        validate=validate.OneOf(KINDS),
        metadata=about("before or after the handling"),
    )


class PhotosIn(OrdersIn):
    """Photos, added one after another in this order."""

    orders = fields.List(
        fields.Nested(PhotoOrder), required=True, validate=validate.Length(1, MOST_PHOTOS)
    )


class PhotoResult(Schema):
    """What became of one photo: its status as if sent alone, and its hash or the problem."""

    key = fields.String(required=True)
    status = fields.Integer(required=True)
    incident = fields.UUID(required=True)
    photo = fields.String(allow_none=True, required=True)
    url = fields.String(allow_none=True, required=True)
    version = fields.Integer(allow_none=True, required=True)
    repeated = fields.Boolean(required=True)
    problem = fields.Nested(Problem, allow_none=True, required=True)


class PhotoBulkOut(Schema):
    """A result for each photo, in the order they were listed."""

    items = fields.List(fields.Nested(PhotoResult), required=True)
    done = fields.Integer(required=True)
    refused = fields.Integer(required=True)


class BulkResult(Schema):
    """What became of one order: its status as if sent alone, and the case or the problem."""

    key = fields.String(required=True)
    status = fields.Integer(required=True)
    id = fields.UUID(allow_none=True, required=True)
    number = fields.String(allow_none=True, required=True)
    version = fields.Integer(allow_none=True, required=True)
    repeated = fields.Boolean(required=True)
    problem = fields.Nested(Problem, allow_none=True, required=True)


class BulkOut(Schema):
    """A result for each order, in the order they were sent."""

    items = fields.List(fields.Nested(BulkResult), required=True)
    done = fields.Integer(required=True)
    refused = fields.Integer(required=True)
