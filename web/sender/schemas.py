"""What senders send, and what administrators say of them."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from domain.sender.sender import CHANNELS, MOST_CATEGORIES
from web.admin.schemas import Ordered, OrderOut
from web.evidence.limits import LONGEST_SIGNED
from web.incident.schemas import LONGEST_WORDS, Point, about
from web.moments import Moment
from web.openapi import Asked

REPORT = "incident.report"
_CODE = validate.Length(1, 60)
_REFERENCE = validate.Regexp(r"^[A-Za-z0-9_.:-]{1,60}\Z")


class ReportData(Asked):
    """A matter: where (an area code, a point, or both), what, and a line of words."""

    area = fields.String(validate=_CODE)
    place = fields.Nested(Point)
    category = fields.String(required=True, validate=validate.Length(1, 20))
    words = fields.String(validate=validate.Length(0, LONGEST_WORDS))
    happened_at = Moment(
        metadata=about("not in the future, at most 30 days ago; the time of the message if absent")
    )
    picture = fields.String(
        validate=validate.Length(1, LONGEST_SIGNED),
        metadata=about("a JPEG, PNG or WebP of at most 4 MB, in base64"),
    )
    reference = fields.String(
        validate=_REFERENCE,
        metadata=about("the sender's own number, kept with the case: no names, no phone numbers"),
    )


class MessageIn(Asked):
    """A message in the envelope of Standard Webhooks."""

    type = fields.String(required=True, validate=validate.OneOf((REPORT,)))
    timestamp = Moment(metadata=about("when it was written; not relied upon"))
    data = fields.Nested(ReportData, required=True)


class TakenOut(Schema):
    """The case that a message opened, at its first arrival or at a later one."""

    id = fields.UUID(required=True)
    number = fields.String(required=True)
    version = fields.Integer(required=True)
    photo = fields.String(
        required=True, allow_none=True, metadata=about("the hash of the picture as it is kept")
    )


class ReachIn(Ordered):
    """Where a sender reports, what (codes or their beginnings), and until when."""

    area = fields.String(required=True, validate=_CODE)
    categories = fields.List(
        fields.String(validate=validate.Length(1, 40)),
        required=True,
        validate=validate.Length(1, MOST_CATEGORIES),
    )
    expires_at = Moment(required=True)


class SenderIn(ReachIn):
    """A sender, and the person of the roster in whose role it reports."""

    code = fields.String(required=True, validate=_CODE)
    title = fields.String(required=True, validate=validate.Length(1, 100))
    handle = fields.String(required=True, validate=_CODE)
    role = fields.String(required=True, validate=_CODE)
    channel = fields.String(load_default="device", validate=validate.OneOf(CHANNELS))
    workflow = fields.String(validate=_CODE)


class RotateIn(Ordered):
    """How long the key of before stays good."""

    overlap_hours = fields.Integer(load_default=24, validate=validate.Range(0, 720))


class KeyOut(OrderOut):
    """``secret`` is told this once, to the one who ordered it first."""

    secret = fields.String(required=True, allow_none=True)


class SendersQuery(Asked):
    """Senders of an area and below it."""

    area = fields.String(validate=_CODE)
    after = fields.String(validate=_CODE)
    limit = fields.Integer(load_default=50, validate=validate.Range(1, 500))


class SenderOut(Schema):
    """A sender; ``key`` names its newest key, ``earlier_until`` says how long the other is good."""

    code = fields.String(required=True)
    title = fields.String(required=True)
    handle = fields.String(required=True)
    role = fields.String(required=True)
    channel = fields.String(required=True)
    area = fields.String(required=True)
    categories = fields.List(fields.String(), required=True)
    workflow = fields.String(required=True, allow_none=True)
    expires_at = fields.DateTime(required=True)
    key = fields.String(required=True, allow_none=True)
    earlier_until = fields.DateTime(required=True, allow_none=True)
    ended_at = fields.DateTime(required=True, allow_none=True)


class SendersOut(Schema):
    """A page of senders, by code."""

    items = fields.List(fields.Nested(SenderOut), required=True)
    next = fields.String(required=True, allow_none=True)
