"""What the API says of a sheet of reports."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from web.incident.schemas import about
from web.openapi import Asked
from web.sheet.taking import FINE, OWN_LIST, RECORDED, REFUSED, REPEATED


class SheetQuery(Asked):
    """``list`` names the list whose numbers the rows bear; with ``dry_run`` nothing is recorded."""

    list = fields.String(load_default=OWN_LIST, validate=validate.Length(1, 40))
    dry_run = fields.Boolean(load_default=False)


class SheetRowOut(Schema):
    """One row of the sheet; ``column`` and ``reason`` say what is wrong with a refused one."""

    row = fields.Integer(required=True, metadata=about("as a spreadsheet counts, the first is 1"))
    number = fields.String(required=True)
    state = fields.String(
        required=True, validate=validate.OneOf((FINE, RECORDED, REPEATED, REFUSED))
    )
    incident = fields.UUID(required=True, allow_none=True)
    case = fields.String(required=True, allow_none=True)
    column = fields.String(required=True)
    code = fields.String(required=True)
    reason = fields.String(required=True)


class SheetOut(Schema):
    """Every row in its order, and how many came to what."""

    dry_run = fields.Boolean(required=True)
    counts = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    rows = fields.List(fields.Nested(SheetRowOut), required=True)
