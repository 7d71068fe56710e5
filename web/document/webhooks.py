"""The webhook that the city sends, as OpenAPI 3.1 describes it."""

from __future__ import annotations

from typing import Any

_TEXT = {"type": "string"}
WEBHOOK_SCHEMAS: dict[str, Any] = {
    "NoticeSent": {
        "type": "object",
        "description": "A notice: handles and ids, no names and no words of people.",
        "required": ["id", "type", "timestamp", "data"],
        "properties": {
            "id": {**_TEXT, "example": "ntc_3_0b54b1d0c5b64f0c8d5a2f8c1e7a9b42"},
            "type": {**_TEXT, "example": "incident.dispatch"},
            "timestamp": {**_TEXT, "format": "date-time"},
            "data": {"$ref": "#/components/schemas/NoticeSentData"},
        },
    },
    "NoticeSentData": {
        "type": "object",
        "description": "Whom it is to, and which record it is about; other facts stand beside.",
        "required": ["to", "people", "record", "version"],
        "properties": {
            "to": {**_TEXT, "example": "handler@heping-sanitation"},
            "people": {"type": "array", "items": {**_TEXT, "example": "p-sun-qiang"}},
            "record": {**_TEXT, "format": "uuid"},
            "version": {"type": "integer"},
        },
        "additionalProperties": True,
    },
}
_HEADERS = {
    "webhook-id": "The same at every try: keep those you have seen, and each has its effect once.",
    "webhook-timestamp": "Seconds since 1970; refuse what is older than five minutes.",
    "webhook-signature": "`v1,` and the base64 of HMAC-SHA-256 over `id.timestamp.body`; one for "
    "each secret, parted by a blank.",
}
_ANSWERS = {
    "2XX": "Taken. Any other answer, a redirect too, is a failed try: twelve tries within three "
    "days, then the notice is given up and shown to operators.",
}


def webhooks() -> dict[str, Any]:
    """Give the one webhook there is: a notice, signed as Standard Webhooks has it."""
    schema = {"$ref": "#/components/schemas/NoticeSent"}
    return {
        "notice": {
            "post": {
                "operationId": "notice_sent",
                "summary": "A notice is sent to the address of a channel.",
                "tags": ["webhooks"],
                "security": [],
                "parameters": [
                    {
                        "in": "header",
                        "name": name,
                        "required": True,
                        "schema": dict(_TEXT),
                        "description": means,
                    }
                    for name, means in _HEADERS.items()
                ],
                "requestBody": {
                    "required": True,
                    "content": {"application/json": {"schema": schema}},
                },
                "responses": {status: {"description": told} for status, told in _ANSWERS.items()},
            }
        }
    }
