"""Errors on the wire: problem+json (RFC 9457) for programs, a plain page for people."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from eventsourcing.persistence import OperationalError
from flask import Flask, Response, json, render_template, request
from marshmallow import Schema, fields
from werkzeug.exceptions import HTTPException

from domain.kernel.refusals import Refused
from web.open311.errors import open311_errors
from web.statuses import BUSY, WHO, status_of
from web.watching import note

if TYPE_CHECKING:
    from collections.abc import Mapping

PROBLEM = "application/problem+json"
API = "/api/"
OPEN311 = "/open311/"
_log = logging.getLogger(__name__)

# What people should do about an error that no rule of ours refused.
_REASONS = {
    400: "The request cannot be read. Correct it and send it again.",
    404: "There is nothing at this address. Check it, or begin at /.",
    405: "This address does not take this method; the Allow header names those it takes.",
    413: "The request is too large; at most 1 MB is read, of a photo 12 MB.",
    414: "The address is too long.",
    415: "Send JSON, with Content-Type: application/json.",
    500: "Something went wrong on our side. Nothing of this request is known to be recorded: "
    "send it again with the same Idempotency-Key.",
}


class Problem(Schema):
    """What went wrong: ``code`` for programs, ``reason`` for people, ``facts`` for both."""

    type = fields.String(required=True, metadata={"example": "about:blank"})
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True)
    instance = fields.String()
    code = fields.String(required=True)
    reason = fields.String(required=True)
    facts = fields.Dict(keys=fields.String())


def register_errors(app: Flask) -> None:
    """Answer refusals, HTTP errors and whatever nobody expected."""
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(OperationalError, _database_error)
    app.register_error_handler(RecursionError, _too_deep)
    app.register_error_handler(Exception, _unexpected)


def problem(
    status: HTTPStatus, code: str, reason: str, facts: Mapping[str, Any] | None = None
) -> Response:
    """Give the answer; as a page where a browser asked for one."""
    if request.path.startswith(OPEN311):
        return open311_errors(status, [reason])
    body = problem_body(status, code, reason, facts, instance=request.path)
    answer = _page(body) if _wants_page() else Response(_written(body), content_type=PROBLEM)
    answer.status_code = status
    answer.headers["Cache-Control"] = "no-store"
    if status == WHO:
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


def problem_body(
    status: HTTPStatus,
    code: str,
    reason: str,
    facts: Mapping[str, Any] | None = None,
    *,
    instance: str,
) -> dict[str, Any]:
    """Give the members of RFC 9457, and ours beside them."""
    return {
        "type": "about:blank",
        "title": status.phrase,
        "status": status.value,
        "detail": reason,
        "instance": instance,
        "code": code,
        "reason": reason,
        "facts": dict(facts or {}),
    }


def _written(body: Mapping[str, Any]) -> bytes:
    """Write JSON; half a surrogate pair that a refusal tells of becomes a question mark."""
    return json.dumps(body).encode("utf-8", "replace")


def _refused(refusal: Refused) -> Response:
    note(refusal.code)
    status = status_of(refusal)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR and status != BUSY:
        _log.error("refused by a broken record", extra={"code": refusal.code})
    answer = problem(status, refusal.code, refusal.reason, refusal.facts)
    if status == BUSY:
        answer.headers["Retry-After"] = "1"
    if "seconds" in refusal.facts and status == HTTPStatus.TOO_MANY_REQUESTS:
        answer.headers["Retry-After"] = str(refusal.facts["seconds"])
    return answer


def _http_error(error: HTTPException) -> Response:
    data: Mapping[str, Any] = getattr(error, "data", None) or {}
    if messages := data.get("messages"):
        return _refused(_invalid(messages))
    status = HTTPStatus(error.code or HTTPStatus.INTERNAL_SERVER_ERROR)
    reason = _REASONS.get(status.value) or str(error.description)
    answer = problem(status, status.phrase.lower().replace(" ", "-"), reason)
    for name, value in error.get_headers(request.environ):
        if name in {"Allow", "Retry-After", "Location"}:
            answer.headers[name] = value
    return answer


def _invalid(messages: Any) -> Refused:
    """Sort out what a schema found: unreadable JSON is another matter than a wrong field."""
    if messages == {"json": ["Invalid JSON body."]}:
        return Refused("malformed-json", "The body is not JSON. Correct it and send it again.")
    reason = "Some fields are missing, wrong or unknown; correct those named and send it again."
    return Refused("fields-invalid", reason, fields=messages)


def _too_deep(_error: RecursionError) -> Response:
    """JSON of a hundred thousand brackets; nothing of ours is as deep."""
    return _refused(Refused("malformed-json", "The body is nested too deeply. Send it flat."))


def _database_error(error: OperationalError) -> Response:
    _log.warning("the database did not answer", exc_info=error)
    reason = "The database does not answer now. Send it again with the same Idempotency-Key."
    answer = problem(BUSY, "database-away", reason)
    answer.headers["Retry-After"] = "5"
    return answer


def _unexpected(error: Exception) -> Response:
    _log.exception("a request failed", exc_info=error)
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    return problem(status, "internal-server-error", _REASONS[status.value])


def _wants_page() -> bool:
    if request.path.startswith(API) or request.path.endswith((".json", ".csv")):
        return False
    return bool(request.accept_mimetypes.accept_html)


def _page(body: Mapping[str, Any]) -> Response:
    return Response(render_template("problem.html", problem=body), mimetype="text/html")
