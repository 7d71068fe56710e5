"""What the API takes and gives about calls."""

from __future__ import annotations

from marshmallow import fields, validate

from web.incident.schemas import LONGEST_WORDS, Contact, Done, Point, about
from web.openapi import Asked

_CODE = validate.Length(1, 20)


class AlikeQuery(Asked):
    """What a caller tells of: the class and where it is."""

    category = fields.String(required=True, validate=_CODE)
    area = fields.String(required=True, validate=_CODE)
    lon = fields.Float(validate=Point().fields["lon"].validate)
    lat = fields.Float(validate=Point().fields["lat"].validate)


class CallIn(Asked):
    """A call about a known case: what was said, and how to reach the caller."""

    words = fields.String(validate=validate.Length(0, LONGEST_WORDS))
    contact = fields.Nested(Contact)


class CallOut(Done):
    """The case; ``link`` opens it to the caller, and is null for a session of the pages."""

    link = fields.String(
        required=True, allow_none=True, metadata=about("the same when sent again; hand it over")
    )
