"""Open311 GeoReport v2 in the document: its addresses, fields, answers and errors."""

from __future__ import annotations

from typing import Any

from web.problems import OPEN311

_BASE = OPEN311.rstrip("/")
_TEXT = {"type": "string"}
_MAYBE = {"type": ["string", "null"]}
_WHEN = {"type": "string", "format": "date-time"}


def _object(required: tuple[str, ...], **properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": list(required), "properties": properties}


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _many(name: str) -> dict[str, Any]:
    return {"type": "array", "items": _ref(name)}


OPEN311_SCHEMAS: dict[str, Any] = {
    "Open311Error": _object(
        ("code", "description"),
        code={"type": "integer", "example": 400},
        description={**_TEXT, "example": "service_code required"},
    ),
    "Open311Discovery": _object(
        ("changeset", "endpoints"),
        changeset=_WHEN,
        contact=_TEXT,
        key_service=_TEXT,
        endpoints={"type": "array", "items": _ref("Open311Endpoint")},
    ),
    "Open311Endpoint": _object(
        ("specification", "url", "type", "formats"),
        specification=_TEXT,
        url=_TEXT,
        changeset=_WHEN,
        type=_TEXT,
        formats={"type": "array", "items": dict(_TEXT)},
    ),
    "Open311Service": _object(
        ("service_code", "service_name", "metadata", "type"),
        service_code={**_TEXT, "example": "01-02"},
        service_name=_TEXT,
        description=_TEXT,
        metadata={"type": "boolean"},
        type={"type": "string", "enum": ["realtime"]},
        keywords=_TEXT,
        group=_TEXT,
    ),
    "Open311Definition": _object(
        ("service_code", "attributes"),
        service_code={**_TEXT, "example": "01-02"},
        attributes={"type": "array", "items": {"type": "object"}},
    ),
    "Open311Request": _object(
        ("service_request_id",),
        service_request_id={**_TEXT, "format": "uuid"},
        status={"type": "string", "enum": ["open", "closed"]},
        status_notes=_MAYBE,
        service_name=_TEXT,
        service_code={**_TEXT, "example": "01-02"},
        description=_MAYBE,
        agency_responsible=_MAYBE,
        service_notice=_MAYBE,
        requested_datetime=_WHEN,
        updated_datetime=_WHEN,
        expected_datetime={"type": ["string", "null"], "format": "date-time"},
        address=_TEXT,
        address_id=_TEXT,
        zipcode=_MAYBE,
        lat={"type": ["number", "null"]},
        long={"type": ["number", "null"], "example": 117.1905},
        media_url=_MAYBE,
    ),
    "Open311Taken": _object(
        (),
        service_request_id={**_TEXT, "format": "uuid"},
        token=_TEXT,
        service_notice=_TEXT,
        follow_up=_TEXT,
        account_id=_MAYBE,
    ),
    "Open311Token": _object(
        ("service_request_id", "token"),
        service_request_id={**_TEXT, "format": "uuid"},
        token=_TEXT,
    ),
    "Open311Update": _object(
        ("update_id",),
        update_id=_TEXT,
        service_request_id={**_TEXT, "format": "uuid"},
        status={**_TEXT, "example": "OPEN"},
        updated_datetime=_WHEN,
        description=_MAYBE,
        media_url=_MAYBE,
    ),
    "Open311RequestIn": _object(
        ("service_code",),
        api_key=_TEXT,
        jurisdiction_id=_TEXT,
        service_code={**_TEXT, "example": "01-02"},
        lat={**_TEXT, "example": "39.1005"},
        long={**_TEXT, "example": "117.1905"},
        address_id=_TEXT,
        address_string=_TEXT,
        description={**_TEXT, "example": "An old sofa at the gate."},
        first_name=_TEXT,
        last_name=_TEXT,
        phone=_TEXT,
        email=_TEXT,
        media_url={**_TEXT, "example": "https://photos.example.org/1.jpg"},
    ),
    "Open311UpdateIn": _object(
        ("service_request_id", "update_id", "status"),
        api_key=_TEXT,
        jurisdiction_id=_TEXT,
        service_request_id={**_TEXT, "format": "uuid"},
        update_id={**_TEXT, "example": "17"},
        status={**_TEXT, "example": "OPEN"},
        description={**_TEXT, "example": "It is still there."},
        media_url={**_TEXT, "example": "https://photos.example.org/2.jpg"},
    ),
}
_DAYS = ("start_date", "end_date")
# address, summary, query, schema of the answer
_READ: tuple[tuple[str, str, tuple[str, ...], dict[str, Any]], ...] = (
    ("/discovery", "Describe what this server speaks.", (), _ref("Open311Discovery")),
    ("/v2/services", "List the services.", (), _many("Open311Service")),
    ("/v2/services/{code}", "Describe what a service asks.", (), _ref("Open311Definition")),
    (
        "/v2/requests",
        "List what residents reported.",
        ("service_request_id", "service_code", "status", *_DAYS),
        _many("Open311Request"),
    ),
    ("/v2/requests/{incident}", "Show a request.", (), _many("Open311Request")),
    ("/v2/tokens/{token}", "Give the request of a token.", (), _many("Open311Token")),
    (
        "/v2/servicerequestupdates",
        "List updates.",
        ("service_request_id", *_DAYS),
        _many("Open311Update"),
    ),
)
_SENT: tuple[tuple[str, str, str, str], ...] = (
    ("/v2/requests", "Take a report.", "Open311RequestIn", "Open311Taken"),
    ("/v2/servicerequestupdates", "Take an update.", "Open311UpdateIn", "Open311Update"),
)
_STATUSES = {
    400: "The request cannot be taken as it is; the description says what to correct.",
    403: "The key is missing or not good, or does not open this.",
    404: "Nothing is known by this id, code or jurisdiction.",
    413: "The request is longer than a megabyte.",
    429: "Too much was asked in too short a time.",
    500: "Something went wrong on our side.",
    503: "The database is away, or the server is too busy.",
}


def open311_paths() -> dict[str, Any]:
    """Give the addresses with their ending; without one of the two they answer JSON."""
    paths: dict[str, Any] = {}
    for address, summary, query, schema in _READ:
        for path, parameters in _forms(address):
            given = [_in("query", name) for name in ("jurisdiction_id", *query)]
            found = _operation(
                path,
                "get",
                summary=summary,
                parameters=[*parameters, *given],
                status="200",
                schema=schema,
            )
            paths.setdefault(path, {})["get"] = found
    for address, summary, body, taken in _SENT:
        for path, parameters in _forms(address):
            keys = [*parameters, _in("query", "api_key"), _in("header", "Idempotency-Key")]
            found = _operation(
                path, "post", summary=summary, parameters=keys, status="201", schema=_many(taken)
            )
            content = {"schema": _ref(body)}
            kinds = ("application/x-www-form-urlencoded", "multipart/form-data")
            found["requestBody"] = {
                "required": True,
                "content": {kind: dict(content) for kind in kinds},
            }
            paths.setdefault(path, {})["post"] = found
    return paths


def _forms(address: str) -> list[tuple[str, list[dict[str, Any]]]]:
    names = [part.strip("{}") for part in address.split("/") if part.startswith("{")]
    parameters = [{**_in("path", name), "required": True} for name in names]
    ending = {**_in("path", "form"), "required": True}
    ending["schema"] = {"type": "string", "enum": ["json", "xml"]}
    with_ending = (f"{_BASE}{address}.{{form}}", [*parameters, ending])
    return (
        [with_ending] if address == "/discovery" else [(_BASE + address, parameters), with_ending]
    )


def _in(where: str, name: str) -> dict[str, Any]:
    return {"in": where, "name": name, "schema": dict(_TEXT)}


def _operation(
    path: str,
    method: str,
    *,
    summary: str,
    parameters: list[dict[str, Any]],
    status: str,
    schema: dict[str, Any],
) -> dict[str, Any]:
    words = path.removeprefix(_BASE).replace(".{form}", "_as").strip("/")
    name = "".join(letter if letter.isalnum() else "_" for letter in words)
    return {
        "operationId": f"open311_{method}_{name}",
        "summary": summary,
        "tags": ["open311"],
        "security": [],
        "parameters": parameters,
        "responses": {
            status: _answer("Done", schema, path),
            **{
                str(error): _answer(means, _many("Open311Error"), path)
                for error, means in _STATUSES.items()
            },
        },
    }


def _answer(means: str, schema: dict[str, Any], path: str) -> dict[str, Any]:
    content: dict[str, Any] = {"application/json": {"schema": schema}}
    if path.endswith("}"):  # a code of a service may end in .xml too
        content["text/xml"] = {"schema": {"type": "string"}}
    return {"description": means, "content": content}
