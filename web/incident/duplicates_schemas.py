"""What the API takes and gives about duplicates."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from web.incident.schemas import LONGEST_WORDS, Done
from web.openapi import Asked


class CandidateOut(Schema):
    """An open case that may be the same matter; ``metres`` is null where only the grid tells."""

    id = fields.UUID(required=True, attribute="incident")
    number = fields.String(required=True)
    category = fields.String(required=True)
    stage = fields.String(required=True)
    area = fields.String(required=True)
    reported_at = fields.DateTime(required=True)
    metres = fields.Integer(allow_none=True, required=True)


class CandidatesOut(Schema):
    """Cases that may be the same matter, the nearest first."""

    items = fields.List(fields.Nested(CandidateOut), required=True)


class Reported(Done):
    """What a report came to; ``suggested`` are open cases that may be the same matter."""

    suggested = fields.List(fields.Nested(CandidateOut), required=True)


class FollowerOut(Schema):
    """A case that follows another; a mark alone is not merged."""

    id = fields.UUID(required=True, attribute="incident")
    number = fields.String(required=True)
    leading = fields.UUID(required=True)
    merged = fields.Boolean(required=True)
    source = fields.String(required=True)
    reporter = fields.String(allow_none=True)
    reported_at = fields.DateTime(required=True)


class FollowersOut(Schema):
    """The cases that follow a leading case, in the order of their reports."""

    items = fields.List(fields.Nested(FollowerOut), required=True)
    next = fields.String(allow_none=True, required=True)


class UnmergeIn(Asked):
    """Why it is another matter."""

    reason = fields.String(required=True, validate=validate.Length(1, LONGEST_WORDS))
