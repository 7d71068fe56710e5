"""The API's frame: flask-smorest with problem+json, strict queries and JSON bodies only."""

from __future__ import annotations

import http
from collections.abc import Callable, Mapping
from typing import Any

import flask_smorest
from flask import Flask, Response, current_app, jsonify, request
from flask_smorest.utils import prepare_response
from marshmallow import RAISE, Schema, pre_load
from marshmallow.exceptions import ValidationError
from webargs.flaskparser import FlaskParser

from domain.kernel.refusals import Refused
from web.document.completing import completed
from web.problems import API, PROBLEM, Problem

PREFIX = "/api/v1"
API_FRAME = "gridward-api"
"""Where the application keeps its frame, and so its document."""
_WHO = {
    "key": {
        "type": "http",
        "scheme": "bearer",
        "description": "A key of a machine: `gw.<person>.<key>.<secret>`.",
    },
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "__Host-gridward-session",
        "description": "The session of a person who signed in by the pages; by plain http, on this "
        "machine alone, its name has no prefix.",
    },
}


class Asked(Schema):
    """The base of all that is sent to us: unknown fields are refused, so are unstorable texts."""

    class Meta:
        unknown = RAISE

    @pre_load
    def must_be_storable(self, data: Any, **_kwargs: object) -> Any:
        """Refuse what a database cannot keep: NUL, and half of a surrogate pair."""
        _must_be_storable(data)
        return data


class Parser(FlaskParser):
    """Refuses unknown parameters wherever they stand."""

    DEFAULT_UNKNOWN_BY_LOCATION: dict[str, str | None] = {  # noqa: RUF012  # as the library has it
        **FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION,
        "query": RAISE,
        "json": RAISE,
    }

    def _raw_load_json(self, req: Any) -> Any:
        try:
            return super()._raw_load_json(req)
        except ValueError as error:  # Python reads no number of more than 4,300 digits
            reason = "The body holds a number that is too long. Correct it and send it again."
            raise Refused("malformed-json", reason) from error


class Blueprint(flask_smorest.Blueprint):
    """Operations that remember whether they take a query."""

    ARGUMENTS_PARSER = Parser()

    def arguments(self, schema: Any, *, location: str = "json", **kwargs: Any) -> Any:
        """Parse a body or a query by its schema, made once and not for each request."""
        decorate = super().arguments(
            schema() if isinstance(schema, type) else schema, location=location, **kwargs
        )

        def decorator(view: Callable[..., Any]) -> Callable[..., Any]:
            decorated: Callable[..., Any] = decorate(view)
            if location == "query":
                decorated.__dict__["takes_query"] = True
            return decorated

        return decorator


def takes_photo(view: Callable[..., Any]) -> Callable[..., Any]:
    """Let an operation take a picture instead of JSON."""
    view.__dict__["takes_photo"] = True
    return view


def takes_file(*kinds: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Let an operation take files of these content types instead of JSON."""

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        view.__dict__["takes_kinds"] = kinds
        return view

    return decorate


class Api(flask_smorest.Api):
    """Errors are answered by ``web.problems``; here they are only documented."""

    ERROR_SCHEMA = Problem

    def document(self) -> dict[str, Any]:
        """Give the whole document; no route may be added afterwards."""
        if self._document is None:
            self._document = completed(self.spec.to_dict(), self._app)
        return self._document

    _document: dict[str, Any] | None = None

    def _openapi_json(self) -> Response:
        return jsonify(self.document())

    def _register_error_handlers(self) -> None:
        """Leave errors to the application."""

    def _register_responses(self) -> None:
        for status in http.HTTPStatus:
            said: dict[str, Any] = {"description": status.phrase}
            if status >= http.HTTPStatus.BAD_REQUEST:
                said["schema"] = Problem
            prepare_response(said, self.spec, PROBLEM)
            self.spec.components.response(status.name, said, lazy=True)
        said = {"description": "Refused, or failed", "schema": Problem}
        prepare_response(said, self.spec, PROBLEM)
        self.spec.components.response(self.DEFAULT_ERROR_RESPONSE_NAME, said, lazy=True)


def open_api(app: Flask, version: str) -> Api:
    """Frame the API; blueprints are registered by the caller."""
    app.config.update(
        API_TITLE="Gridward",
        API_VERSION=version,
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX=PREFIX,
        OPENAPI_JSON_PATH="openapi.json",
        API_SPEC_OPTIONS={
            "info": {"description": "Incidents of a city, moved by its workflows."},
            "security": [{name: []} for name in _WHO],
            "components": {"securitySchemes": _WHO},
        },
    )
    app.before_request(_must_be_json)
    app.before_request(_must_take_query)
    api = app.extensions[API_FRAME] = Api(app)
    return api


def _must_be_json() -> None:
    if not request.path.startswith(API) or request.method not in {"POST", "PUT", "PATCH"}:
        return
    view = current_app.view_functions.get(request.endpoint or "")
    if getattr(view, "takes_photo", False):
        return
    kinds = getattr(view, "takes_kinds", ("application/json",))
    if request.routing_exception is None and request.mimetype not in kinds:
        reason = f"Send it with Content-Type: {' or '.join(kinds)}."
        raise Refused("not-json", reason, given=request.mimetype[:60])


def _must_take_query() -> None:
    """A parameter that nothing reads is a mistyped filter: better refused than ignored."""
    if not request.path.startswith(API) or not request.args or request.endpoint is None:
        return
    view = current_app.view_functions[request.endpoint]
    if not getattr(view, "takes_query", False):
        unknown = {name: ["Unknown field."] for name in request.args}
        reason = "This address takes no query; leave out what follows the question mark."
        raise Refused("fields-invalid", reason, fields={"query": unknown})


def _must_be_storable(value: Any) -> None:
    match value:
        case str():
            if "\0" in value or not _is_unicode(value):
                raise ValidationError("Leave out NUL and broken characters.")
        case list():
            for inner in value:
                _must_be_storable(inner)
        case Mapping():
            for key, inner in value.items():
                _must_be_storable(key)
                _must_be_storable(inner)


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
