"""What the API of reveals takes and gives."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from domain.privacy.searches import PURPOSES
from domain.privacy.terms import KINDS, LONGEST
from web.openapi import Asked

LONGEST_REASON = 500
_MOST = 1_000_000


class Reason(Asked):
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
    next = fields.String(allow_none=True, required=True)


class SearchIn(Asked):
    """Whom to look for, and what for. It travels in the body: no address holds a phone number."""

    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    value = fields.String(required=True, validate=validate.Length(1, LONGEST))
    purpose = fields.String(required=True, validate=validate.OneOf(PURPOSES))


class FoundOut(Schema):
    """A case that was found, without anybody's words."""

    id = fields.UUID(required=True)
    number = fields.String(required=True)
    area = fields.String(required=True)
    category = fields.String(required=True)
    stage = fields.String(required=True)
    ended = fields.Boolean(required=True)


class SearchOut(Schema):
    """Up to fifty cases within reach, the newest first, and the record of the search."""

    items = fields.List(fields.Nested(FoundOut), required=True)
    record = fields.UUID(required=True)
    version = fields.Integer(required=True)


class LookedForOut(Schema):
    """Who looked for somebody when, by which kind of term, what for, and what was shown."""

    at = fields.DateTime(required=True)
    role = fields.String(required=True)
    kind = fields.String(required=True)
    purpose = fields.String(required=True)
    found = fields.List(fields.UUID(), required=True)


class SearchesOut(Schema):
    """The searches of one person, oldest first."""

    items = fields.List(fields.Nested(LookedForOut), required=True)
