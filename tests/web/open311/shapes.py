"""The shapes of GeoReport v2 as JSON Schema, written from the specification alone."""

from typing import Any

SAID = {"type": "string", "minLength": 1}
TEXT = {"type": ["string", "null"]}
MOMENT = {"type": "string", "format": "date-time"}
MAYBE = {"anyOf": [MOMENT, {"type": "null"}]}
STATUSES = [
    *("OPEN", "INVESTIGATING", "IN_PROGRESS", "ACTION_SCHEDULED", "FIXED", "DUPLICATE"),
    *("NOT_COUNCILS_RESPONSIBILITY", "NO_FURTHER_ACTION", "INTERNAL_REFERRAL", "FOR_TRIAGE"),
    *("CLOSED", "CANCELLED", "REOPEN"),
]


def listed(properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
    """A list of such objects, and nothing else in them."""
    one = {
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }
    return {"type": "array", "items": one}


SERVICE = {
    "service_code": SAID,
    "service_name": SAID,
    "description": TEXT,
    "metadata": {"type": "boolean"},
    "type": {"enum": ["realtime", "batch", "blackbox"]},
    "keywords": TEXT,
    "group": TEXT,
}
REQUEST = {
    "service_request_id": SAID,
    "status": {"enum": ["open", "closed"]},
    "status_notes": TEXT,
    "service_name": SAID,
    "service_code": SAID,
    "description": TEXT,
    "agency_responsible": TEXT,
    "service_notice": TEXT,
    "requested_datetime": MOMENT,
    "updated_datetime": MAYBE,
    "expected_datetime": MAYBE,
    "address": TEXT,
    "address_id": TEXT,
    "zipcode": TEXT,
    "lat": {"type": ["number", "null"], "minimum": -90, "maximum": 90},
    "long": {"type": ["number", "null"], "minimum": -180, "maximum": 180},
    "media_url": TEXT,
}
CREATED = {
    "service_request_id": SAID,
    "token": SAID,
    "service_notice": TEXT,
    "account_id": TEXT,
    "follow_up": {"type": "string", "format": "uri"},
}
UPDATE = {
    "update_id": SAID,
    "service_request_id": SAID,
    "status": {"enum": STATUSES},
    "updated_datetime": MOMENT,
    "description": TEXT,
    "media_url": TEXT,
}
ERROR = {"code": {"type": "integer", "minimum": 400, "maximum": 599}, "description": SAID}

SHAPES: dict[str, dict[str, Any]] = {
    "services": listed(SERVICE, list(SERVICE)),
    "service_requests": listed(REQUEST, list(REQUEST)),
    "created": listed(CREATED, []),
    "service_request_updates": listed(UPDATE, ["update_id"]),
    "errors": {**listed(ERROR, list(ERROR)), "minItems": 1},
}
