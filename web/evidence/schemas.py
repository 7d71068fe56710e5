"""What the API takes and gives about photos."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from domain.incident.photos import KINDS
from web.evidence.limits import MOST_RECTANGLES
from web.incident.schemas import LONGEST_WORDS, Point, about
from web.openapi import Asked

_FURTHEST = 65_535
_PIXELS = validate.Range(0, _FURTHEST)


class AddQuery(Asked):
    """When the photo was taken."""

    kind = fields.String(
        load_default="before",
        validate=validate.OneOf(KINDS),
        metadata=about("before or after the handling"),
    )


class SizeQuery(Asked):
    """How large."""

    size = fields.String(
        load_default="full",
        validate=validate.OneOf(["full", "thumb"]),
        metadata=about("a thumb has at most 320 pixels a side"),
    )


class RectangleIn(Asked):
    """A part of the photo, in its own pixels from the upper left."""

    x = fields.Integer(required=True, strict=True, validate=_PIXELS)
    y = fields.Integer(required=True, strict=True, validate=_PIXELS)
    width = fields.Integer(required=True, strict=True, validate=validate.Range(1, _FURTHEST))
    height = fields.Integer(required=True, strict=True, validate=validate.Range(1, _FURTHEST))


class BlurIn(Asked):
    """The parts to make unreadable."""

    rectangles = fields.List(
        fields.Nested(RectangleIn),
        required=True,
        validate=validate.Length(1, MOST_RECTANGLES),
    )


class UncoverIn(Asked):
    """Why it must be seen as it was."""

    reason = fields.String(required=True, validate=validate.Length(1, LONGEST_WORDS))


class PhotoOut(Schema):
    """A photo of a case; ``photo`` is the SHA-256 of what ``url`` answers."""

    photo = fields.String(required=True)
    original = fields.String(required=True, metadata=about("SHA-256 of what was sent"))
    url = fields.String(required=True)
    kind = fields.String(required=True)
    step = fields.String(allow_none=True, metadata=about("the step it was taken for"))
    width = fields.Integer(required=True)
    height = fields.Integer(required=True)
    taken_at = fields.AwareDateTime(allow_none=True, metadata=about("as the camera said"))
    place = fields.Nested(Point, allow_none=True, metadata=about("as the camera said"))
    person = fields.String(required=True)
    added_at = fields.AwareDateTime(required=True)
    blurred = fields.Boolean(required=True)


class PhotosOut(Schema):
    """The photos of a case, in the order they were added."""

    items = fields.List(fields.Nested(PhotoOut), required=True)
    next = fields.String(allow_none=True, required=True)


class PhotoDone(Schema):
    """The photo that is shown now, and the version of the case."""

    photo = fields.String(required=True)
    url = fields.String(required=True)
    version = fields.Integer(required=True)
