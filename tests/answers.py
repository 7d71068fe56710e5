"""Holds every answer that a test gets from the API to what the document says of it."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from web.document.completing import template_of
from web.openapi import API_FRAME

OURS = ("/api/", "/open311/")
# What no operation can say: there is none, or it does not take the method.
_BESIDE = {HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.PERMANENT_REDIRECT}
_known: dict[str, Any] = {}


def document_of(app: Flask) -> dict[str, Any]:
    """The document, which is the same for every city."""
    if not _known:
        _known.update(app.extensions[API_FRAME].document())
    return _known


def operation_of(app: Flask, method: str, path: str) -> dict[str, Any] | None:
    """What the document says of a request; None where no operation takes it."""
    try:
        rule, _ = app.url_map.bind("localhost").match(path, method, return_rule=True)
    except HTTPException:
        return None
    found = document_of(app)["paths"].get(template_of(rule.rule), {})
    operation: dict[str, Any] | None = found.get("get" if method == "HEAD" else method.lower())
    return operation


def undocumented(app: Flask, method: str, path: str, status: int, kind: str) -> str | None:
    """Tell what of an answer the document does not say; None where it says all."""
    if not path.startswith(OURS) or method == "OPTIONS":
        return None
    operation = operation_of(app, method, path)
    if operation is None:
        # A request is refused for its host, origin or length before anybody looks where it leads.
        before = status in {400, 403, 413, 422, 429}
        known = before or status in _BESIDE
        return None if known else f"{status} of no operation"
    told = operation["responses"].get(str(status))
    if told is None:
        return f"{status} is not documented"
    kinds = set(_followed(app, told).get("content", {}))
    if kinds and kind not in kinds and method != "HEAD":
        return f"{kind} is not documented"
    return None


def _followed(app: Flask, told: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in told:
        return told
    name = told["$ref"].rpartition("/")[2]
    found: dict[str, Any] = document_of(app)["components"]["responses"][name]
    return found


class HeldToTheDocument(FlaskClient):
    """A client for which an undocumented answer is a failed test."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Send it, and look at the answer."""
        answer = super().open(*args, **kwargs)
        request = answer.request
        wrong = undocumented(
            self.application,
            request.method,
            request.path,
            answer.status_code,
            answer.mimetype or "",
        )
        assert wrong is None, (request.method, request.path, wrong)
        return answer
