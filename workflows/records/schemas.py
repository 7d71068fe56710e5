"""The shape of a mapping as it is written in TOML."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from marshmallow import Schema, ValidationError, fields, validate

from domain.kernel.refusals import Refused
from workflows.records.mapping import FIELDS

_some = validate.Length(min=1)
_slug = validate.Regexp(r"^[a-z0-9]+(-[a-z0-9]+)*$", error="Use small letters, digits and hyphens.")
SOURCES = ("public", "hotline", "video", "media", "superior", "device", "records")


def _words() -> fields.List[str]:
    return fields.List(fields.String(validate=_some), validate=_some)


class AreaSchema(Schema):
    """The city, or one of its areas."""

    code = fields.String(required=True)
    name = fields.String(required=True, validate=_some)
    name_en = fields.String(validate=_some)
    kind = fields.String(required=True, validate=_slug)
    values = _words()


class TimesSchema(Schema):
    """How times are written."""

    zone = fields.String(required=True)
    formats = _words()
    precision = fields.String(load_default="second", validate=validate.OneOf(["second", "day"]))


class StatesSchema(Schema):
    """Which words of the status mean which end."""

    open = _words()
    closed = _words()
    declined = _words()
    merged = _words()


class OutcomesSchema(Schema):
    """Which words of the outcome decline or merge; the rest closes."""

    unstated = fields.String(load_default="unstated", validate=_slug)
    pattern = fields.String(validate=_some)
    declined = _words()
    merged = _words()
    marked = _words()


class UnitSchema(Schema):
    """A department."""

    value = fields.String(required=True, validate=_some)
    name = fields.String(required=True, validate=_some)


class UnitsSchema(Schema):
    """All departments."""

    prefix = fields.String(required=True, validate=_slug)
    kind = fields.String(required=True, validate=_slug)


class MappingSchema(Schema):
    """A whole mapping."""

    register = fields.String(required=True, validate=_slug)
    definition = fields.String(required=True, validate=_slug)
    since = fields.Raw(required=True)
    city = fields.Nested(AreaSchema, required=True)
    times = fields.Nested(TimesSchema, required=True)
    columns = fields.Dict(
        keys=fields.String(validate=validate.OneOf(sorted(FIELDS))), values=_words(), required=True
    )
    states = fields.Nested(StatesSchema, load_default=dict)
    outcomes = fields.Nested(OutcomesSchema, required=True)
    sources = fields.Dict(
        keys=fields.String(),
        values=fields.String(validate=validate.OneOf(SOURCES)),
        load_default=dict,
    )
    units = fields.Nested(UnitsSchema, required=True)
    unit = fields.List(fields.Nested(UnitSchema), load_default=list)
    area = fields.List(fields.Nested(AreaSchema), load_default=list)


def checked(content: Mapping[str, object], *, file: str) -> dict[str, object]:
    """Give the content with its defaults; refuses ``mapping-malformed`` with every finding."""
    try:
        loaded: dict[str, object] = MappingSchema().load(content)
    except ValidationError as error:
        findings = list(_flat(error.messages, ""))
        reason = f"{file} is no usable mapping. Correct {'; '.join(findings)}"
        raise Refused("mapping-malformed", reason, file=file, findings=findings) from None
    return loaded


def _flat(messages: object, path: str) -> Iterator[str]:
    if isinstance(messages, Mapping):
        for key, inner in messages.items():
            yield from _flat(inner, f"{path}.{key}".lstrip("."))
    elif isinstance(messages, list):
        yield from (f"{path}: {said}" for said in messages)
    else:
        yield f"{path}: {messages}"
