"""Watching who tries to get round what holds: refusals stand in the process log, without words.

A line tells the code, the route, the account and role where they were proved, and the network
address. The first of a minute is told, then the tenth, the hundredth and so on, so that nobody
fills the log by knocking. What honest people are refused for too is told from the tenth on.
"""

from __future__ import annotations

import logging
import time
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Flask, Response, current_app, g, request

from domain.account.account import account_id
from web.limiting.counts import Counts
from web.statuses import NOT_YOU, STATUSES, TOO_MANY, WHO

if TYPE_CHECKING:
    from web.account.keys import Presented
    from web.acting import Actor

OUT_OF_REACH = "out-of-reach"
"""Noted where the answer says that something is not there, and it is."""
_HONEST = frozenset({"sign-in-missing", "person-unknown", "photo-blurred"})
_TOLD = frozenset({"sign-in-failed", "code-not-good", "passkey-not-good"})
"""Each has its own line (``web.account.proving``)."""
AT_ONCE = (
    STATUSES[WHO]
    | STATUSES[NOT_YOU]
    | STATUSES[TOO_MANY]
    | {OUT_OF_REACH, "unknown-host", "not-encrypted"}
) - (_HONEST | _TOLD)
"""What nobody meets who goes the way the pages lead; told at the first time."""
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_PLACES = 1 << 12
_KEY = "gridward-watch"
_log = logging.getLogger(__name__)


def register_watch(app: Flask) -> None:
    """Tell of what is refused, after the answer is made."""
    app.extensions[_KEY] = Counts(_PLACES)
    app.after_request(_look_at)


def note(code: str) -> None:
    """Note why this request is refused; the first reason stays."""
    g.setdefault("refused_by", code)


def tell(code: str) -> None:
    """Tell of a refusal, unless its like was told in this minute."""
    counts: Counts = current_app.extensions[_KEY]
    kind = code if code in AT_ONCE else "other"
    times = counts.one_more(f"{kind} {request.remote_addr}", now=int(time.time()))
    if _is_round(times) and (kind == code or times > 1):
        _log.warning("refused", extra={"code": code, "times": times, **_who_and_where()})


def _look_at(answer: Response) -> Response:
    if answer.status_code >= HTTPStatus.BAD_REQUEST:
        tell(g.get("refused_by") or str(answer.status_code))
    return answer


def _is_round(times: int) -> bool:
    """Tell whether a number is 1, 10, 100 and so on.

    >>> [times for times in range(1, 2000) if _is_round(times)]
    [1, 10, 100, 1000]
    """
    return str(times).rstrip("0") == "1"


def _who_and_where() -> dict[str, str]:
    """Names that the code knows, numbers, and the address; nothing that somebody wrote."""
    viewer: Actor | None = g.get("viewer") or g.get("actor")
    presented: Presented | None = g.get("presented")
    known = viewer.handle if viewer else presented.handle if presented else None
    told = {
        "route": request.url_rule.rule if request.url_rule else "none",
        "method": request.method if request.method in _METHODS else "other",
        "peer": request.remote_addr or "",
    }
    if known:
        told["account"] = str(account_id(known))
    if viewer:
        told["role"] = viewer.role
    return told
