"""Service discovery: where this server answers, by which specification, in which formats."""

from __future__ import annotations

from flask import Response, request

from web.account.sample import is_sample
from web.languages import say
from web.open311.rendering import FORMATS, Told, rendered

CHANGESET = "2026-11-22T00:00:00+08:00"
"""When what is described here changed last."""
GEOREPORT = "http://wiki.open311.org/GeoReport_v2"
UPDATES = "https://github.com/mysociety/open311-extensions/blob/master/Specification.md"


def discovery() -> Response:
    """Describe the endpoints; a sample city calls itself a test."""
    url, kind = f"{request.url_root}open311/v2", "test" if is_sample() else "production"
    formats: list[Told] = list(FORMATS.values())
    endpoints: list[Told] = [
        {
            "specification": specification,
            "url": url,
            "changeset": CHANGESET,
            "type": kind,
            "formats": formats,
        }
        for specification in (GEOREPORT, UPDATES)
    ]
    told: Told = {
        "changeset": CHANGESET,
        "contact": say("Ask the administrator of this city."),
        "key_service": say("The administrator of this city issues keys with the scope “report”."),
        "endpoints": endpoints,
    }
    return rendered("discovery", told)
