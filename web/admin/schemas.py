"""What administrators send and get; every order may say why it is given."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from domain.account.credentials import SCOPES
from web.moments import Day
from web.openapi import Asked
from web.paging import PageQuery
from workflows.reasons import LONGEST_REASON

_CODE = validate.Length(1, 60)
CHANGED = ("account", "area", "person", "rota", "rules", "sender", "unit")
"""Records whose changes are listed."""
_NAME = validate.Length(1, 100)


class DryRun(Asked):
    """With ``dry_run`` nothing is recorded; the answer tells what would change."""

    dry_run = fields.Boolean(load_default=False)


class Ordered(Asked):
    """An order; ``reason`` is recorded with the change, and its words lie in the vault."""

    reason = fields.String(validate=validate.Length(1, LONGEST_REASON))


class Nothing(Ordered):
    """An order that needs no more than its address."""


class EnrolIn(Ordered):
    """Somebody for the roster; the name goes to the vault."""

    handle = fields.String(required=True, validate=_CODE)
    name = fields.String(required=True, validate=_NAME)


class PostIn(Ordered):
    """A role at an area, a unit or both."""

    role = fields.String(required=True, validate=_CODE)
    area = fields.String(validate=_CODE)
    unit = fields.String(validate=_CODE)


class GrantIn(PostIn):
    """From a day on, until the first day without it; a deputy names who is stood in for."""

    from_day = Day(required=True)
    to_day = Day()
    deputy_for = fields.String(validate=_CODE)


class EndIn(PostIn):
    """Until the first day without it."""

    to_day = Day(required=True)


class DutyIn(PostIn):
    """Hours such as 22:00-06:00; weekdays from Monday 0, all if left out."""

    hours = fields.String(required=True, validate=validate.Length(1, 20))
    weekdays = fields.List(fields.Integer(validate=validate.Range(0, 6)))
    from_day = Day(required=True)
    to_day = Day()


class FromIn(Ordered):
    """From a day on."""

    from_day = Day(required=True)


class AbsenceIn(Ordered):
    """The first day away and the first day back."""

    from_day = Day(required=True)
    to_day = Day(required=True)


class BackIn(Ordered):
    """The first day back."""

    to_day = Day(required=True)


class UnitIn(Ordered):
    """A department, or with ``parent`` a unit inside one."""

    code = fields.String(required=True, validate=_CODE)
    name = fields.String(required=True, validate=_NAME)
    name_en = fields.String(validate=_NAME)
    kind = fields.String(required=True, validate=_CODE)
    area = fields.String(required=True, validate=_CODE)
    parent = fields.String(validate=_CODE)
    from_day = Day(required=True)


class CategoriesIn(Ordered):
    """What a unit answers for from a day on; it replaces what it answered for."""

    categories = fields.List(fields.String(validate=_CODE), required=True)
    from_day = Day(required=True)


class AreaIn(Ordered):
    """A division or grid; ``predecessor`` is the code it bore before it was moved."""

    code = fields.String(required=True, validate=_CODE)
    name = fields.String(required=True, validate=_NAME)
    name_en = fields.String(validate=_NAME)
    kind = fields.String(required=True, validate=_CODE)
    predecessor = fields.String(validate=_CODE)
    from_day = Day(required=True)


class RenameIn(Ordered):
    """Another name or kind; what is left out stays."""

    name = fields.String(required=True, validate=_NAME)
    name_en = fields.String(validate=_NAME)
    kind = fields.String(validate=_CODE)
    from_day = Day(required=True)


class OutlineIn(Ordered):
    """An outline from a day on: a GeoJSON Polygon or MultiPolygon, or a feature with one."""

    outline = fields.Dict(
        keys=fields.String(),
        required=True,
        metadata={
            "description": "WGS 84, longitude first; at most 2,000 points.",
            "example": {
                "type": "Polygon",
                "coordinates": [[[117.19, 39.1], [117.2, 39.1], [117.2, 39.11], [117.19, 39.1]]],
            },
        },
    )
    from_day = Day(required=True)


class SuccessorIn(Ordered):
    """The area that goes on."""

    code = fields.String(required=True, validate=_CODE)
    from_day = Day(required=True)


class RulesIn(Ordered):
    """Rules as TOML; ``warnings_seen`` says that you saw every warning of a workflow."""

    toml = fields.String(required=True, validate=validate.Length(1, 900_000))
    valid_from = Day()
    warnings_seen = fields.Boolean(load_default=False)


class KeyIn(Ordered):
    """A key of a machine that acts as the person."""

    label = fields.String(required=True, validate=validate.Length(1, 60))
    role = fields.String(required=True, validate=_CODE)
    area = fields.String(required=True, validate=_CODE)
    scopes = fields.List(fields.String(validate=validate.OneOf(list(SCOPES))), required=True)
    days = fields.Integer(load_default=90, validate=validate.Range(1, 366))


class OrderOut(Schema):
    """``changes`` counts the facts a dry run would record; ``open_cases`` those it concerns."""

    dry_run = fields.Boolean(required=True)
    record = fields.UUID(required=True)
    version = fields.Integer(required=True)
    changes = fields.Integer(required=True, allow_none=True)
    open_cases = fields.Integer(required=True, allow_none=True)


class OverlapOut(Schema):
    """A neighbour that the outline covers in part."""

    code = fields.String(required=True)
    square_metres = fields.Integer(required=True)


class Fit(Schema):
    """How an outline fits; ``outside_percent`` is null where the parent has no outline."""

    points = fields.Integer(required=True)
    square_metres = fields.Integer(required=True)
    outside_percent = fields.Integer(required=True, allow_none=True)
    overlaps = fields.List(fields.Nested(OverlapOut), required=True)


class FitOut(OrderOut):
    """What a boundary came to or would; an overlap is told and refuses nothing."""

    fit = fields.Nested(Fit, required=True)


class OutlineProperties(Schema):
    """Whose outline it is, and the first day it holds; ``centre`` lies within it."""

    code = fields.String(required=True)
    name = fields.String(required=True)
    name_en = fields.String(required=True, allow_none=True)
    from_day = fields.Date(required=True, allow_none=True)
    centre = fields.List(fields.Float(), required=True, allow_none=True)


class OutlineOut(Schema):
    """A GeoJSON feature in WGS 84."""

    type = fields.String(required=True)
    properties = fields.Nested(OutlineProperties, required=True)
    geometry = fields.Dict(keys=fields.String(), required=True, allow_none=True)


class SecretOut(OrderOut):
    """``secret`` is told this once: the path of a link, or a key."""

    secret = fields.String(required=True, allow_none=True)


class AccountsQuery(Asked):
    """Accounts of those who serve today in an area and below it."""

    area = fields.String(validate=_CODE)
    role = fields.String(validate=_CODE)
    after = fields.String(validate=_CODE)
    limit = fields.Integer(load_default=50, validate=validate.Range(1, 500))


class AccountOut(Schema):
    """How an account stands: none, opened, invited, ready or disabled."""

    handle = fields.String(required=True)
    state = fields.String(required=True)
    factors = fields.List(fields.String(), required=True)
    keys = fields.Integer(required=True)
    link_until = fields.DateTime(allow_none=True, required=True)


class AccountsOut(Schema):
    """A page of accounts, by handle."""

    items = fields.List(fields.Nested(AccountOut), required=True)
    next = fields.String(allow_none=True, required=True)


class ChangesQuery(PageQuery):
    """Whose changes.

    ``code`` is a handle (person, account), the code of a unit, area or sender, ``limits/NAME`` of
    rules, or ``ROLE@AREA``, ``ROLE@UNIT`` of a rota.
    """

    kind = fields.String(required=True, validate=validate.OneOf(CHANGED))
    code = fields.String(required=True, validate=validate.Length(1, 200))


class ChangeOut(Schema):
    """One change: ``what`` is the topic of the fact, ``why`` what was said with the order."""

    version = fields.Integer(required=True)
    at = fields.DateTime(required=True)
    by = fields.String(required=True)
    role = fields.String(required=True)
    area = fields.String(required=True)
    what = fields.String(required=True)
    why = fields.String(allow_none=True, required=True)


class ChangesOut(Schema):
    """The changes of one record, oldest first."""

    items = fields.List(fields.Nested(ChangeOut), required=True)
    next = fields.String(allow_none=True, required=True)
