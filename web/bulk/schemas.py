"""A list of orders, and what became of each."""

from __future__ import annotations

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from domain.kernel.act import COMMAND_ID_LENGTH
from web.incident.schemas import ReportIn, StepIn, about
from web.openapi import Asked
from web.problems import Problem

MOST = 100
_KEY = validate.Regexp(rf"^[!-~]{{1,{COMMAND_ID_LENGTH}}}\Z")


class StepOrder(StepIn):
    """A step of one case; ``version`` is the one you saw, and another one refuses the order."""

    incident = fields.UUID(required=True)
    step = fields.String(required=True, validate=validate.Length(1, 60))
    version = fields.Integer(
        validate=validate.Range(1, 1_000_000), metadata=about("as If-Match does")
    )


class OrderIn(Asked):
    """One order: a report or a step, under an id of its own, chosen once per wish."""

    key = fields.String(required=True, validate=_KEY, metadata=about("as Idempotency-Key does"))
    report = fields.Nested(ReportIn)
    step = fields.Nested(StepOrder)

    @validates_schema
    def must_be_one(self, data: dict[str, object], **_kwargs: object) -> None:
        """Refuse none, and two at once."""
        if len({"report", "step"} & set(data)) != 1:
            raise ValidationError("Give each order either report or step.")


class OrdersIn(Asked):
    """Orders, carried out one after another in this order."""

    orders = fields.List(fields.Nested(OrderIn), required=True, validate=validate.Length(1, MOST))

    @validates_schema
    def must_be_apart(self, data: dict[str, list[dict[str, object]]], **_kwargs: object) -> None:
        """Refuse a key that two orders bear: only one of them would be carried out."""
        keys = [one["key"] for one in data.get("orders", ())]
        if len(set(keys)) < len(keys):
            raise ValidationError("Give each order a key of its own.", "orders")


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
