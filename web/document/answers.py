"""Which statuses an operation can answer besides success, and how each error reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from web.problems import PROBLEM, problem_body

Operation = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Error:
    """What a status means here, and one refusal that has it."""

    means: str
    code: str
    reason: str
    headers: tuple[str, ...] = ()


_RETRY = ("Retry-After",)
HEADERS: dict[str, dict[str, Any]] = {
    "Retry-After": {
        "schema": {"type": "string", "pattern": "^[0-9]+$"},
        "description": "Seconds to wait before it is sent again.",
    },
    "WWW-Authenticate": {"schema": {"type": "string"}},
}

ERRORS: dict[int, Error] = {
    400: Error(
        means="The request cannot be read as it came, or lacks a header.",
        code="idempotency-key-missing",
        reason="Send Idempotency-Key with an id you choose once per wish, such as a UUID: "
        "a repeat of it is then carried out only once.",
    ),
    401: Error(
        means="Nobody is known to have sent this.",
        code="sign-in-missing",
        reason="Sign in first, or send a key: Authorization: Bearer gw.…",
        headers=("WWW-Authenticate",),
    ),
    403: Error(
        means="Whoever sent this may not do or see it.",
        code="outside-your-area",
        reason="To look at a case you must serve there; this lies outside. Ask who does.",
    ),
    404: Error(
        means="Something named in the request is not there.",
        code="no-such-incident",
        reason="There is no such incident. Check the number, or look for it on the board.",
    ),
    409: Error(
        means="It cannot be done as matters stand.",
        code="wrong-stage",
        reason="The case has left this stage. Load it again to see the steps open now.",
    ),
    412: Error(
        means="Somebody acted since the version that `If-Match` names.",
        code="stale-version",
        reason="Somebody acted since. Load the case again and decide anew.",
    ),
    413: Error(
        means="The request is longer than this address takes.",
        code="request-entity-too-large",
        reason="The request is too large; at most 1 MB is read, of a photo 12 MB.",
    ),
    415: Error(
        means="The body is of a kind that is not taken here.",
        code="not-json",
        reason="Send JSON, with Content-Type: application/json.",
    ),
    422: Error(
        means="A field is missing, wrong or unknown, or a rule refuses what was sent.",
        code="fields-invalid",
        reason="Some fields are missing, wrong or unknown; correct those named and send it again.",
    ),
    429: Error(
        means="Too much was asked in too short a time, or too many wrong keys were tried.",
        code="too-many-requests",
        reason="Too many requests came from here. Wait 12 seconds and send it again.",
        headers=_RETRY,
    ),
    500: Error(
        means="Something went wrong on our side.",
        code="internal-server-error",
        reason="Something went wrong on our side. Nothing of this request is known to be "
        "recorded: send it again with the same Idempotency-Key.",
    ),
    503: Error(
        means="The database is away, or the server is too busy.",
        code="database-away",
        reason="The database does not answer now. Send it again with the same Idempotency-Key.",
        headers=_RETRY,
    ),
}
"""Every error of the API by its status."""

_OF_ALL = (400, 401, 403, 413, 422, 429, 500, 503)
_OF_ORDERS = (404, 409)


def errors_of(path: str, method: str, operation: Operation) -> Iterator[int]:
    """Give the errors of an operation, from what it takes.

    >>> list(errors_of("/api/v1/whoami", "get", {"security": []}))
    [400, 413, 422, 429, 500, 503]
    """
    nobody_asked = operation.get("security") == []
    yield from (one for one in _OF_ALL if not (nobody_asked and one in {401, 403}))
    names = {one.get("name") for one in operation.get("parameters", ())}
    if method != "get":
        yield from _OF_ORDERS
        yield 415
    elif "{" in path or "incident" in names:
        yield 404
    if "If-Match" in names:
        yield 412


def reference(status: int) -> dict[str, str]:
    """Refer to an error of the components."""
    return {"$ref": f"#/components/responses/Error{status}"}


def components() -> dict[str, Any]:
    """Give every error with its headers and an example, as the errors are written."""
    return {f"Error{status}": _component(status, error) for status, error in ERRORS.items()}


def _component(status: int, error: Error) -> dict[str, Any]:
    body = problem_body(HTTPStatus(status), error.code, error.reason, instance="/api/v1/incidents")
    said: dict[str, Any] = {
        "description": error.means,
        "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}, "example": body}},
    }
    if error.headers:
        said["headers"] = {name: HEADERS[name] for name in error.headers}
    return said
