"""One answer in two forms: lists and plain values as JSON, or as the XML of GeoReport v2."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TypeAlias
from xml.etree.ElementTree import Element, SubElement, tostring

from flask import Response, json, request

Told: TypeAlias = "str | int | float | bool | Sequence[Told] | Mapping[str, Told] | None"

FORMATS = {"json": "application/json", "xml": "text/xml"}
# XML 1.0 has no way to write these, not even escaped.
_UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ONE_OF = {
    "services": "service",
    "service_requests": "request",
    "service_request_updates": "request_update",
    "errors": "error",
    "attributes": "attribute",
    "values": "value",
    "endpoints": "endpoint",
    "formats": "format",
}
"""How one of a list is called in XML."""


def rendered(root: str, told: Told, *, status: int = 200, form: str | None = None) -> Response:
    """Answer in the format asked for; ``root`` names the element that XML begins with."""
    wanted = form or format_asked()
    body = json.dumps(told) if wanted == "json" else xml_of(root, told)
    answer = Response(body, status=status, content_type=f"{FORMATS[wanted]}; charset=utf-8")
    answer.headers["Cache-Control"] = "no-cache" if status < 400 else "no-store"  # noqa: PLR2004
    return answer


def format_asked() -> str:
    """Give the format that the address names; JSON where it names none of ours."""
    ending = request.path.rpartition(".")[2]
    return ending if ending in FORMATS else "json"


def xml_of(root: str, told: Told) -> bytes:
    """Write XML in UTF-8.

    >>> xml_of("errors", [{"code": "404", "description": "No < such"}]).decode().splitlines()[1]
    '<errors><error><code>404</code><description>No &lt; such</description></error></errors>'
    """
    element = Element(root)
    _fill(element, told)
    written: bytes = tostring(element, encoding="utf-8", xml_declaration=True)
    return written


def _fill(element: Element, told: Told) -> None:
    match told:
        case None:
            return
        case bool():
            element.text = "true" if told else "false"
        case str() | int() | float():
            element.text = _UNWRITABLE.sub("\ufffd", str(told))
        case Mapping():
            for name, value in told.items():
                _fill(SubElement(element, name), value)
        case _:
            for one in told:
                _fill(SubElement(element, _ONE_OF[element.tag]), one)
