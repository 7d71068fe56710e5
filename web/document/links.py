"""Links of the document: what to ask next with what an answer told."""

from __future__ import annotations

from typing import Any

_BODY = "$response.body#/"
# operation: {link: (operation that follows, {its parameter: member of this answer})}
_LINKS: dict[str, dict[str, tuple[str, dict[str, str]]]] = {
    "incidents_report": {
        "case": ("incidents_show", {"incident": "id"}),
        "timeline": ("incidents_history", {"incident": "id"}),
        "whistles": ("whistles_of_case", {"incident": "id"}),
    },
    "incidents_take_step": {"case": ("incidents_show", {"incident": "id"})},
    "whistles_blow": {"whistle": ("whistles_show", {"whistle": "id"})},
    "incidents_board": {"next": ("incidents_board", {"after": "next"})},
    "people_people": {"next": ("people_people", {"after": "next"})},
    "people_units": {"next": ("people_units", {"after": "next"})},
    "whistles_whistles": {"next": ("whistles_whistles", {"after": "next"})},
    "requests_requests": {"next": ("requests_requests", {"after": "next"})},
}


def with_links(document: dict[str, Any]) -> None:
    """Lay the links into the successful answers."""
    for found in document["paths"].values():
        for operation in found.values():
            links = _LINKS.get(operation.get("operationId", ""), {}) if _is(operation) else {}
            if links:
                status = min(operation["responses"])
                operation["responses"][status]["links"] = {
                    name: {
                        "operationId": follows,
                        "parameters": {to: _BODY + member for to, member in given.items()},
                    }
                    for name, (follows, given) in links.items()
                }


def _is(operation: object) -> bool:
    return isinstance(operation, dict)
