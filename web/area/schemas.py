"""What the API gives about areas."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from web.moments import Day
from web.openapi import Asked
from web.sparse import Asked as Chosen
from web.sparse import Sparse


class DayQuery(Asked):
    """Asked for a day; today where none is given."""

    day = Day()


class AreasQuery(DayQuery):
    """A part of a name, or the first digits of a code."""

    search = fields.String(required=True, validate=validate.Length(1, 60))
    within = fields.String(validate=validate.Length(1, 20))
    after = fields.String(validate=validate.Length(1, 400))
    limit = fields.Integer(load_default=20, validate=validate.Range(1, 200))
    fields_asked = Chosen(lambda: AreaOut)


class ChildrenQuery(DayQuery):
    """The next children by code."""

    after = fields.String(validate=validate.Length(1, 400))
    limit = fields.Integer(load_default=100, validate=validate.Range(1, 1000))
    fields_asked = Chosen(lambda: AreaInTreeOut)


class AreaOut(Sparse):
    """An area as it stood on a day."""

    named_by = "code"

    code = fields.String(required=True)
    level = fields.String(required=True, attribute="code.level.word")
    name = fields.String(required=True)
    name_en = fields.String(allow_none=True)
    kind = fields.String(required=True)
    from_day = fields.Date(required=True)
    to_day = fields.Date(allow_none=True)
    predecessor = fields.String(allow_none=True)
    successor = fields.String(allow_none=True)


class AreaInTreeOut(AreaOut):
    """An area with its path from the city down, and how many stand below it on each level."""

    path = fields.List(fields.String(), required=True)
    below = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)


class AreaPageOut(Schema):
    """A page of areas."""

    items = fields.List(fields.Nested(AreaOut), required=True)
    next = fields.String(allow_none=True, required=True)


class ChildPageOut(Schema):
    """A page of children."""

    items = fields.List(fields.Nested(AreaInTreeOut), required=True)
    next = fields.String(allow_none=True, required=True)
