"""The page of the API: the document as people read it, drawn here, with nothing from elsewhere."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from flask import Blueprint, current_app, render_template

from web.document.completing import METHODS, Document
from web.openapi import API_FRAME

blueprint = Blueprint("reference", __name__)


class Line(NamedTuple):
    """A parameter or a field: its name, what it holds, whether it must be there, what it means."""

    name: str
    holds: str
    needed: bool
    means: str


class Said(NamedTuple):
    """An answer: its status, what it means, its fields and an example of success."""

    status: str
    means: str
    fields: list[Line]
    example: str


class Entry(NamedTuple):
    """An operation as the page shows it."""

    name: str
    method: str
    path: str
    does: str
    deprecated: bool
    parameters: list[Line]
    body: Said | None
    success: list[Said]
    errors: list[str]


@blueprint.route("/reference")
def show() -> Any:
    """Show every address with what it takes and answers; anybody may read it."""
    document = current_app.extensions[API_FRAME].document()
    return render_template(
        "reference.html",
        info=document["info"],
        chapters=chapters(document),
        errors=_errors(document),
        hook=_entry(document, "notice", "post", document["webhooks"]["notice"]),
    )


def chapters(document: Document) -> list[tuple[str, str, list[Entry]]]:
    """Give the operations by their tag, in the order of the document."""
    told = {tag["name"]: tag.get("description", "") for tag in document.get("tags", [])}
    found: dict[str, list[Entry]] = {}
    for path, part in document["paths"].items():
        for method in METHODS:
            if method in part:
                tag = part[method]["tags"][0]
                found.setdefault(tag, []).append(_entry(document, path, method, part))
    return [(tag, told.get(tag, ""), entries) for tag, entries in found.items()]


def _entry(document: Document, path: str, method: str, part: dict[str, Any]) -> Entry:
    operation = part[method]
    given = [*part.get("parameters", []), *operation.get("parameters", [])]
    answers = operation["responses"].items()
    return Entry(
        name=operation["operationId"],
        method=method.upper(),
        path=path,
        does=operation.get("summary", ""),
        deprecated=operation.get("deprecated", False),
        parameters=[_parameter(one) for one in given],
        body=_said(document, "", operation["requestBody"]) if "requestBody" in operation else None,
        success=[_said(document, status, one) for status, one in answers if status < "4"],
        errors=[status for status, _ in answers if status >= "4"],
    )


def _errors(document: Document) -> list[Said]:
    found = document["components"]["responses"]
    return [
        _said(document, name.removeprefix("Error"), one)
        for name, one in found.items()
        if name.startswith("Error")
    ]


def _said(document: Document, status: str, told: dict[str, Any]) -> Said:
    if "$ref" in told:
        told = document["components"]["responses"][told["$ref"].rpartition("/")[2]]
    contents: dict[str, dict[str, Any]] = told.get("content", {})
    kind = next(iter(contents), "")
    content = contents.get(kind, {})
    example = content.get("example")
    written = "" if example is None else json.dumps(example, ensure_ascii=False, indent=2)
    means = " · ".join(one for one in (told.get("description", ""), kind) if one)
    return Said(status, means, _fields(document, content.get("schema", {})), written)


def _parameter(told: dict[str, Any]) -> Line:
    means = told.get("description", "")
    name = f"{told['name']} ({told['in']})"
    return Line(name, _holds(told["schema"]), told.get("required", False), means)


def _fields(document: Document, schema: dict[str, Any]) -> list[Line]:
    if "$ref" not in schema:
        return []
    found = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    needed = found.get("required", ())
    return [
        Line(name, _holds(one), name in needed, one.get("description", ""))
        for name, one in found.get("properties", {}).items()
    ]


def _holds(schema: dict[str, Any]) -> str:
    """Say in a few words what a value is.

    >>> _holds({"type": ["string", "null"], "format": "date"})
    'string or null, date'
    """
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    if "anyOf" in schema:
        return " or ".join(_holds(one) for one in schema["anyOf"])
    if "enum" in schema:
        return "one of " + ", ".join(map(str, schema["enum"]))
    kind = schema.get("type", "anything")
    if kind == "array":
        return f"list of {_holds(schema['items'])}"
    plain = " or ".join(kind) if isinstance(kind, list) else str(kind)
    bounds = [
        f"{word} {schema[key]}" for key, word in _BOUNDS.items() if schema.get(key) is not None
    ]
    return ", ".join([plain, *([schema["format"]] if "format" in schema else []), *bounds])


_BOUNDS = {
    "minimum": "from",
    "maximum": "to",
    "minLength": "at least",
    "maxLength": "at most",
    "default": "else",
}
