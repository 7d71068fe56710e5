"""The shape of ``[requests.<kind>]``: who decides, and what the decision does to the clock."""

from __future__ import annotations

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from domain.incident.requests import ADDS, KEEPS, PAUSES, RESTARTS
from domain.kernel.codes import Level
from domain.kernel.limits import LONGEST, parse_limit
from domain.kernel.refusals import Refused

_LEVELS = [level.word for level in Level]
_CLOCK = "Write it by the clock, such as '15 clock days': a closed case has no working hours."


def _must_be_span(text: str) -> None:
    try:
        parse_limit(text)
    except Refused as refusal:
        raise ValidationError(refusal.reason) from refusal


def _must_be_clock_time(text: str) -> None:
    _must_be_span(text)
    if parse_limit(text).clock != "elapsed":
        raise ValidationError(_CLOCK)


class ApproverSchema(Schema):
    """One of ``approvers``."""

    class Meta:
        unknown = RAISE

    role = fields.String(required=True)
    level = fields.String(validate=validate.OneOf(_LEVELS))
    up_to = fields.String(validate=_must_be_span)
    times = fields.Integer(strict=True, validate=validate.Range(1, 100))


class RequestSchema(Schema):
    """``[requests.<kind>]``."""

    class Meta:
        unknown = RAISE

    on_grant = fields.String(
        required=True, validate=validate.OneOf([ADDS, KEEPS, PAUSES, RESTARTS])
    )
    on_refusal = fields.String(validate=validate.OneOf([KEEPS]))
    evidence = fields.Boolean()
    most_minutes = fields.Integer(strict=True, validate=validate.Range(1, LONGEST))
    within = fields.String(validate=_must_be_clock_time)
    approvers = fields.List(fields.Nested(ApproverSchema), validate=validate.Length(1))
