"""The document made whole: what the views say of themselves, and what holds for all of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from web.deprecating import ending_of
from web.document import answers
from web.document.examples import example_of
from web.document.links import with_links
from web.document.open311 import OPEN311_SCHEMAS, open311_paths
from web.document.webhooks import WEBHOOK_SCHEMAS, webhooks
from web.sparse import sparse_schemas

if TYPE_CHECKING:
    from flask import Flask

Document = dict[str, Any]
METHODS = ("get", "post", "put", "patch", "delete")
_SUCCESS = range(200, 400)
_VARIABLE = re.compile(r"<(?:[^:<>]+:)?([^<>]+)>")


def completed(document: Document, app: Flask) -> Document:
    """Give the document with every status, error, example, id, link and webhook."""
    document["paths"][f"{_prefix(document)}openapi.json"] = {"get": _OF_ITSELF}
    _with_names(document, app)
    for path, method, operation in operations(document):
        _with_errors(path, method, operation)
    for name, always in sparse_schemas().items():
        document["components"]["schemas"][name]["required"] = [always]
    document["components"]["schemas"].update(OPEN311_SCHEMAS | WEBHOOK_SCHEMAS)
    document["components"]["responses"] = {
        **answers.components(),
        "NOT_MODIFIED": {"description": "Nothing changed since the ETag that you named."},
    }
    document["paths"].update(open311_paths())
    document["webhooks"] = webhooks()
    with_links(document)
    _with_examples(document)
    _with_plain_patterns(document)
    return document


def operations(document: Document) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Give every operation with its path and method."""
    for path, found in document["paths"].items():
        for method in METHODS:
            if method in found:
                yield path, method, found[method]


def template_of(rule: str) -> str:
    """Write an address of ours as the document has it.

    >>> template_of("/api/v1/incidents/<uuid:incident>/steps/<step>")
    '/api/v1/incidents/{incident}/steps/{step}'
    """
    return _VARIABLE.sub(r"{\1}", rule)


def _prefix(document: Document) -> str:
    return str(next(iter(document["paths"]))).split("incidents")[0]


def _with_names(document: Document, app: Flask) -> None:
    """Name each operation by its endpoint: programs that are made from the document need one."""
    for rule in app.url_map.iter_rules():
        found = document["paths"].get(template_of(rule.rule), {})
        for method in rule.methods or ():
            if method.lower() in found:
                found[method.lower()].setdefault("operationId", rule.endpoint.replace(".", "_"))
                if ending_of(app, rule.endpoint):
                    found[method.lower()]["deprecated"] = True


def _with_errors(path: str, method: str, operation: dict[str, Any]) -> None:
    said = operation["responses"]
    known = {int(status) for status in said if status != "default"}
    errors = {one for one in known if one not in _SUCCESS}
    errors.update(answers.errors_of(path, method, operation))
    kept = {status: said[str(status)] for status in sorted(known) if status in _SUCCESS}
    said.clear()
    said.update({str(status): one for status, one in kept.items()})
    said.update({str(status): answers.reference(status) for status in sorted(errors)})


def _with_examples(document: Document) -> None:
    schemas = document["components"]["schemas"]
    for _, _, operation in operations(document):
        bodies = [operation.get("requestBody", {}), *operation["responses"].values()]
        for body in bodies:
            for kind, content in body.get("content", {}).items():
                if "json" in kind or "urlencoded" in kind:
                    content.setdefault("example", example_of(content["schema"], schemas))
    for hook in document["webhooks"].values():
        content = hook["post"]["requestBody"]["content"]["application/json"]
        content.setdefault("example", example_of(content["schema"], schemas))


def _with_plain_patterns(part: Any) -> None:
    """End patterns as JSON Schema does: its readers do not know Python's end of a text."""
    if isinstance(part, dict):
        if isinstance(part.get("pattern"), str):
            part["pattern"] = part["pattern"].replace(r"\Z", "$")
        part = part.values()
    if not isinstance(part, str | int | float | None):
        for one in part:
            _with_plain_patterns(one)


_OF_ITSELF: dict[str, Any] = {
    "summary": "Read this document.",
    "tags": ["document"],
    "security": [],
    "responses": {
        "200": {
            "description": "OK",
            "content": {
                "application/json": {"schema": {"type": "object"}, "example": {"openapi": "3.1.0"}}
            },
        }
    },
}
