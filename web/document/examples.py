"""Examples for the document: drawn from the schemas, with words of one small matter in Heping."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Schemas = Mapping[str, Mapping[str, Any]]

_CASE = "7b1f7f0e-6f51-4c5b-9a39-0a4c5f0d2e11"
_NOON = "2026-11-16T04:00:00+00:00"
_HASH = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

# By the name of the field, and by schema and field where one name means two things.
_WORDS: dict[str, Any] = {
    "about": "incident.dispatch",
    "address": "和平区小白楼街道开封道社区",
    "after": "cC1saS1uYXwz",
    "answers": {"reason": "Not a matter of ours."},
    "area": "120101001001001",
    "asked_by": "p-chen-jing",
    "asked_in": "dispatcher",
    "by": "heping-roads",
    "category": "01-02",
    "cause": "night-fire",
    "channel": "desk",
    "clock": "working",
    "code": "120101001001001",
    "Problem.code": "wrong-stage",
    "RefusalOut.code": "wrong-stage",
    "decided_by": "p-li-na",
    "digest": _HASH,
    "en": "Reported",
    "facts": {"stage": "reported"},
    "field": "words",
    "group": "120101001000",
    "handle": "p-li-na",
    "handler": "p-sun-qiang",
    "hours": "22:00-06:00",
    "kind": "work",
    "AreaIn.kind": "grid",
    "label": "Sensor of the pumping station",
    "level": "grid",
    "light": "on-time",
    "lat": 39.1005,
    "lon": 117.1905,
    "marks": "handled",
    "name": "开封道社区",
    "name_en": "Kaifeng Road",
    "number": "7b1f7f0e-6f51",
    "order": "sign-for",
    "original": _HASH,
    "parent": "heping-sanitation",
    "parties": "heping-sanitation",
    "path": "120101000000",
    "percent": "87.5",
    "person": "p-wang-fang",
    "photo": _HASH,
    "reason": "The lamp is in the next street.",
    "reference": "street-incident@1",
    "ReportData.reference": "pole-17",
    "reporter": "p-wang-fang",
    "role": "acceptor",
    "rules": "work-whistle@1",
    "sources": "reported",
    "stage": "reported",
    "state": "open",
    "step": "pass_on",
    "to": "handler@heping-sanitation",
    "topic": "incident.stage-changed",
    "unit": "heping-sanitation",
    "url": f"/api/v1/incidents/{_CASE}/photos/{_HASH}",
    "who": "scheduler",
    "why": {"rule": "street-incident@1"},
    "words": "An old sofa at the gate.",
    "workflow": "street-incident@1",
    "zh": "已上报",
}
_FORMATS = {"uuid": _CASE, "date-time": _NOON, "date": "2026-11-16"}
_PLAIN: dict[str, Any] = {"integer": 3, "number": 3.0, "boolean": True, "null": None}
_KINDS: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "number": (int, float),
    "integer": int,
    "boolean": bool,
    "object": dict,
}


def example_of(schema: Mapping[str, Any], schemas: Schemas, *, field: str = "") -> Any:
    """Give an example that the schema takes.

    >>> example_of({"type": "object", "properties": {"area": {"type": "string"}}}, {})
    {'area': '120101001001001'}
    """
    if "$ref" in schema:
        name = str(schema["$ref"]).rpartition("/")[2]
        return _object(schemas[name], schemas, name) or example_of(schemas[name], schemas)
    if "example" in schema:
        return schema["example"]
    if "anyOf" in schema:
        return example_of(schema["anyOf"][0], schemas, field=field)
    if "enum" in schema:
        return schema.get("default", schema["enum"][0])
    kind = _kind(schema)
    if kind == "object" and "properties" in schema:
        return _object(schema, schemas, "")
    if kind == "array":
        return [example_of(schema["items"], schemas, field=field)]
    return _plain(schema, kind, field) if kind != "object" else _by_name(schema, schemas, field)


def _object(schema: Mapping[str, Any], schemas: Schemas, name: str) -> dict[str, Any]:
    return {
        field: _WORDS.get(f"{name}.{field}") or example_of(inner, schemas, field=field)
        for field, inner in schema.get("properties", {}).items()
    }


def _by_name(schema: Mapping[str, Any], schemas: Schemas, field: str) -> dict[str, Any]:
    found = _WORDS.get(field)
    if isinstance(found, dict):
        return found
    inner = schema.get("additionalProperties")
    return {"grid": example_of(inner, schemas, field=field)} if inner else {}


def _plain(schema: Mapping[str, Any], kind: str, field: str) -> Any:
    if schema.get("format") in _FORMATS:
        return _FORMATS[schema["format"]]
    found = _WORDS.get(field)
    if isinstance(found, _KINDS.get(kind, ())):
        return found
    if "default" in schema:
        return schema["default"]
    return _PLAIN.get(kind, field or "words")


def _kind(schema: Mapping[str, Any]) -> str:
    kind = schema.get("type", "object")
    return next(one for one in kind if one != "null") if isinstance(kind, list) else str(kind)
