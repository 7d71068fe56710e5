"""What the API gives about people and units: handles, never names."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from web.openapi import Asked
from web.sparse import Asked as Chosen
from web.sparse import Sparse


class PeopleQuery(Asked):
    """Posts held today in an area and below it."""

    area = fields.String(validate=validate.Length(1, 20))
    role = fields.String(validate=validate.Length(1, 60))
    after = fields.String(validate=validate.Length(1, 400))
    limit = fields.Integer(load_default=50, validate=validate.Range(1, 500))
    fields_asked = Chosen(lambda: PostOut)


class UnitsQuery(Asked):
    """Units that work today; with ``category`` those that answer for it, the nearest first."""

    area = fields.String(validate=validate.Length(1, 20))
    category = fields.String(validate=validate.Length(1, 20))
    after = fields.String(validate=validate.Length(1, 400))
    limit = fields.Integer(load_default=50, validate=validate.Range(1, 500))
    fields_asked = Chosen(lambda: UnitOut)


class PostOut(Sparse):
    """A role that somebody holds."""

    named_by = "handle"

    handle = fields.String(required=True)
    role = fields.String(required=True)
    area = fields.String(allow_none=True)
    unit = fields.String(allow_none=True)
    from_day = fields.Date()
    to_day = fields.Date(allow_none=True)


class PeopleOut(Schema):
    """A page of the roster."""

    items = fields.List(fields.Nested(PostOut), required=True)
    next = fields.String(allow_none=True, required=True)


class UnitOut(Sparse):
    """A unit and the area it serves."""

    named_by = "code"

    code = fields.String(required=True)
    name = fields.String(required=True)
    name_en = fields.String(allow_none=True)
    kind = fields.String(required=True)
    area = fields.String(required=True)
    parent = fields.String(allow_none=True)


class UnitsOut(Schema):
    """A page of units."""

    items = fields.List(fields.Nested(UnitOut), required=True)
    next = fields.String(allow_none=True, required=True)


class PlaceOut(Schema):
    """Where a role is held."""

    area = fields.String(allow_none=True)
    unit = fields.String(allow_none=True)


class WhoOut(Schema):
    """Who you are: the role you act in, and where you hold it."""

    handle = fields.String(required=True)
    role = fields.String(required=True)
    posts = fields.List(fields.Nested(PlaceOut), required=True)
