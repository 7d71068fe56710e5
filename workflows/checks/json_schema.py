"""The shape of a definition as JSON Schema, from the very fields that check it.

An editor that knows the schema completes keys and marks mistakes while a clerk writes. What only a
whole definition can tell, such as a stage that nobody reaches, `gridward workflow check` says.
"""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from workflows.checks.shape import DefinitionSchema, DoneWhen, must_be_limit

DIALECT = "https://json-schema.org/draft/2020-12/schema"
LIMIT = r"^([0-9]{1,7} (working|clock) (minute|hour|day)s?|case limit)$"
_PLAIN = {fields.String: "string", fields.Integer: "integer", fields.Boolean: "boolean"}
Node = dict[str, Any]  # Any: JSON as it is


def definition_schema() -> Node:
    """Give the schema of a definition file."""
    kept: dict[str, Node] = {}
    whole = _object(DefinitionSchema(), kept)
    title = "A Gridward workflow definition"
    return {"$schema": DIALECT, "title": title, **whole, "$defs": dict(sorted(kept.items()))}


def _object(schema: Schema, kept: dict[str, Node]) -> Node:
    named = {field.data_key or name: field for name, field in schema.fields.items()}
    told = (type(schema).__doc__ or "").strip().split("\n")[0]
    return {
        "description": told,
        "type": "object",
        "additionalProperties": False,
        "properties": {name: _field(field, kept) for name, field in named.items()},
        "required": sorted(name for name, field in named.items() if field.required),
    }


def _field(field: fields.Field[Any], kept: dict[str, Node]) -> Node:
    return {**_kind(field, kept), **_bounds(field)}


def _kind(field: fields.Field[Any], kept: dict[str, Node]) -> Node:
    match field:
        case fields.Nested():
            name = type(field.schema).__name__.removesuffix("Schema")
            if name not in kept:
                kept[name] = _object(field.schema, kept)
            return {"$ref": f"#/$defs/{name}"}
        case fields.List():
            return {"type": "array", "items": _field(field.inner, kept)}
        case fields.Dict():
            return _table(field, kept)
        case DoneWhen():
            return {"anyOf": [{"enum": ["all", "any"]}, {"type": "integer", "minimum": 1}]}
    own: Node | None = getattr(field, "JSON", None)
    return own or {"type": _PLAIN[type(field)]}


def _table(field: fields.Dict, kept: dict[str, Node]) -> Node:
    found: Node = {"type": "object"}
    if field.key_field is not None:
        found["propertyNames"] = _bounds(field.key_field)
    if field.value_field is not None:
        found["additionalProperties"] = _field(field.value_field, kept)
    return found


def _bounds(field: fields.Field[Any]) -> Node:
    found: Node = {}
    for check in field.validators:
        found |= _bound(check, isinstance(field, fields.List))
    return found


def _bound(check: Any, listed: bool) -> Node:  # noqa: ANN401, FBT001  # marshmallow's validators
    match check:
        case validate.OneOf():
            return {"enum": list(check.choices)}
        case validate.Regexp():
            return {"pattern": check.regex.pattern}
        case validate.Range():
            return _given({"minimum": check.min, "maximum": check.max})
        case validate.Length():
            least, most = ("minItems", "maxItems") if listed else ("minLength", "maxLength")
            return _given({least: check.equal or check.min, most: check.equal or check.max})
    return {"pattern": LIMIT} if check is must_be_limit else {}


def _given(bounds: Node) -> Node:
    return {name: bound for name, bound in bounds.items() if bound is not None}
