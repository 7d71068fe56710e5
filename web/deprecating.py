"""Saying beforehand that an operation will end: in the answer's headers and in the document.

``Deprecation`` (RFC 9745) tells since when, ``Sunset`` (RFC 8594) from when on it may be gone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from email.utils import format_datetime
from typing import Any, TypeVar

from flask import Flask, Response, current_app, request

View = TypeVar("View", bound=Callable[..., Any])
SHORTEST_NOTICE = timedelta(days=180)
POLICY = "/reference#deprecation"
_MARK = "ends"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """Since which day an operation is deprecated, and on which it may be gone."""

    since: date
    sunset: date

    def __post_init__(self) -> None:
        """Hold ourselves to the notice that the policy promises."""
        if self.sunset - self.since < SHORTEST_NOTICE:
            message = f"give at least {SHORTEST_NOTICE.days} days of notice"
            raise ValueError(message)

    @property
    def headers(self) -> dict[str, str]:
        """The headers of every answer of the operation."""
        return {
            "Deprecation": f"@{int(_midnight(self.since).timestamp())}",
            "Sunset": format_datetime(_midnight(self.sunset), usegmt=True),
            "Link": f'<{POLICY}>; rel="deprecation"; type="text/html"',
        }


def ends(*, since: date, sunset: date) -> Callable[[View], View]:
    """Mark a view whose operation will end; stands above all other decorators but the route."""
    ending = Ending(since=since, sunset=sunset)

    def mark(view: View) -> View:
        view.__dict__[_MARK] = ending
        return view

    return mark


def ending_of(app: Flask, endpoint: str | None) -> Ending | None:
    """Give the ending of an operation; None for one that stays."""
    found: Ending | None = getattr(app.view_functions.get(endpoint or ""), _MARK, None)
    return found


def register_endings(app: Flask) -> None:
    """Say it in every answer of an operation that will end."""
    app.after_request(_with_headers)


def _with_headers(answer: Response) -> Response:
    ending = ending_of(current_app, request.endpoint)
    if ending is not None:
        answer.headers.update(ending.headers)
    return answer


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
