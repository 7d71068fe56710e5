"""Errors as GeoReport v2 has them: a list of code and description, in the format asked for."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus

from flask import Response

from web.open311.rendering import Told, rendered

_AS_THEY_ARE = frozenset(
    {
        HTTPStatus.NOT_FOUND,
        HTTPStatus.METHOD_NOT_ALLOWED,
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        HTTPStatus.TOO_MANY_REQUESTS,
    }
)
_BY_KEY = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})


def open311_errors(status: HTTPStatus, reasons: Sequence[str]) -> Response:
    """Answer errors, each with what to do about it.

    The specification knows 403 for the key, 404 for what is unknown, and 400 for all else.
    """
    number = known_status(status)
    told: list[Told] = [{"code": number.value, "description": reason} for reason in reasons]
    return rendered("errors", told, status=number)


def known_status(status: HTTPStatus) -> HTTPStatus:
    """Give the status that clients of GeoReport v2 expect.

    >>> known_status(HTTPStatus.UNPROCESSABLE_ENTITY).value, known_status(HTTPStatus.CONFLICT).value
    (400, 400)
    """
    if status in _BY_KEY:
        return HTTPStatus.FORBIDDEN
    if status in _AS_THEY_ARE or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return status
    return HTTPStatus.BAD_REQUEST
