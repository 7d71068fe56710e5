"""What the API of reveals takes and gives."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

LONGEST_REASON = 500
_MOST = 1_000_000


class Reason(Schema):
    """Why somebody needs to see it."""

    reason = fields.String(required=True, validate=validate.Length(1, LONGEST_REASON))


class RevealIn(Reason):
    """Which words of a case: the field of one fact of its timeline."""

    version = fields.Integer(required=True, strict=True, validate=validate.Range(1, _MOST))
    field = fields.String(required=True, validate=validate.Length(1, 60))


class RevealedOut(Schema):
    """The words, and the record of the look."""

    words = fields.String(required=True)
    dossier = fields.UUID(required=True)
    version = fields.Integer(required=True)


class RevealOut(Schema):
    """Who looked at what, when and why."""

    at = fields.DateTime(required=True)
    person = fields.String(required=True)
    role = fields.String(required=True)
    version = fields.Integer(required=True)
    field = fields.String(required=True)
    reason = fields.String(allow_none=True)


class RevealsOut(Schema):
    """Every look at the words of a case, oldest first."""

    items = fields.List(fields.Nested(RevealOut), required=True)
