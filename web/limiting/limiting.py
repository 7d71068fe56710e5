"""Refusing whoever asks too much: by the key or session sent, and by the address it came from."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from flask import Flask, request

from domain.kernel.refusals import Refused
from web.account.entering import COOKIE
from web.cookies import given_cookie
from web.limiting.counts import MINUTE, Counts, Limits

if TYPE_CHECKING:
    from collections.abc import Callable

NEVER_LIMITED = frozenset({"static", "tell_health", "tell_metrics"})
"""What a page loads with itself, and what operators' own tools ask."""


def register_limits(
    app: Flask,
    limits: Limits,
    *,
    counts: Counts | None = None,
    clock: Callable[[], float] = time.time,
) -> None:
    """Count every request before a view sees it; ``counts`` may be shared with other processes."""
    shared = counts or Counts()

    def must_be_few() -> None:
        if request.endpoint in NEVER_LIMITED:
            return
        now = int(clock())
        for who, most in _askers(limits):
            if most and shared.one_more(who, now=now) > most:
                raise _too_many(MINUTE - now % MINUTE)

    if any(limits):
        app.before_request(must_be_few)


def _askers(limits: Limits) -> list[tuple[str, int]]:
    """The address always counts: whoever draws a new key for each request gets no further."""
    asked = [(f"address {request.remote_addr}", limits.address)]
    sent = request.headers.get("Authorization") or given_cookie(COOKIE)
    return [*asked, (f"sender {sent}", limits.sender)] if sent else asked


def _too_many(seconds: int) -> Refused:
    reason = f"Too many requests came from here. Wait {seconds} seconds and send it again."
    return Refused("too-many-requests", reason, seconds=seconds)
