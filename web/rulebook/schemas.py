"""What the API gives about workflows and categories."""

from __future__ import annotations

from marshmallow import Schema, fields

from web.incident.schemas import FieldOut, Named


class CategoryOut(Schema):
    """A class, or a sub-class that stands in one."""

    code = fields.String(required=True)
    name = fields.Nested(Named, required=True)
    nature = fields.String(required=True)
    unit_kind = fields.String(required=True)
    above = fields.String(allow_none=True, required=True)


class CategoriesOut(Schema):
    """The categories in force, classes before what they hold."""

    reference = fields.String(allow_none=True, required=True)
    items = fields.List(fields.Nested(CategoryOut), required=True)


class WorkflowOut(Schema):
    """A workflow in the version that new cases begin with."""

    name = fields.String(required=True)
    version = fields.Integer(required=True)
    reference = fields.String(required=True)
    title = fields.Nested(Named, required=True)
    digest = fields.String(required=True)


class WorkflowsOut(Schema):
    """The workflows of the city."""

    items = fields.List(fields.Nested(WorkflowOut), required=True)


class RoleOut(Schema):
    """Who may act."""

    name = fields.String(required=True)
    label = fields.Nested(Named, required=True)
    system = fields.Boolean(required=True)
    reads_only = fields.Boolean(required=True)


class StageOut(Schema):
    """Where a case can stand."""

    name = fields.String(required=True)
    label = fields.Nested(Named, required=True)
    owner = fields.String(allow_none=True)
    final = fields.String(allow_none=True)
    stops_clock = fields.Boolean(required=True)
    minutes = fields.Integer(allow_none=True, required=True)
    clock = fields.String(allow_none=True, required=True)


class StepOut(Schema):
    """One kind of move; ``to`` is ``=`` where the case stays."""

    name = fields.String(required=True)
    label = fields.Nested(Named, required=True)
    sources = fields.List(fields.String(), required=True)
    to = fields.String(required=True, attribute="target")
    by = fields.List(fields.String(), required=True)
    needs = fields.List(fields.String(), required=True)
    asks = fields.List(fields.String(), required=True)


class DefinitionOut(WorkflowOut):
    """A whole definition."""

    starts_in = fields.String(required=True)
    roles = fields.List(fields.Nested(RoleOut), required=True)
    stages = fields.List(fields.Nested(StageOut), required=True)
    steps = fields.List(fields.Nested(StepOut), required=True)
    fields_asked = fields.List(fields.Nested(FieldOut), required=True, data_key="fields")
