"""Sends requests by chance to a small city, in one process, and looks at every answer."""

from __future__ import annotations

import json
import logging
import signal
import traceback
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from random import Random
from time import monotonic
from typing import Any
from urllib.parse import unquote_to_bytes

from flask import Flask
from werkzeug.test import run_wsgi_app

from tests.answers import OURS, document_of, operation_of, undocumented
from tests.house import House
from tests.web.fuzzing.shots import Shooter, Shot
from tests.web.fuzzing.town import Town, furnished
from web.document.completing import operations

LONGEST_SECONDS = 5
_SHORTEST_SENTENCE = 10
_RINGS_EVERY = 1_000


class Hang(BaseException):
    """An answer took too long; no handler of errors catches it."""


@dataclass(slots=True, kw_only=True)
class Found:
    """What was sent, what came of it, and all that was wrong."""

    seed: int
    sent: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    reached: set[tuple[str, int]] = field(default_factory=set)
    slowest: float = 0.0
    wrong: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def never(self, app: Flask) -> set[str]:
        """Give the operations of the document that were not granted once."""
        document = document_of(app)
        granted = {name for name, status in self.reached if status < 300}
        return {one["operationId"] for *_, one in operations(document)} - granted


def fuzz(house: House, *, seed: int, requests: int, most_wrong: int = 20) -> Found:
    """Send so many requests; stop early where much is wrong already.

    First come those that are granted as they stand, then others by chance.
    """
    found, town = Found(seed=seed), furnished(house)
    random, shooter = Random(seed), _shooter(house, town)
    opening = shooter.opening(random, town.pool)
    with _quiet() as trouble, _alarm():
        for number in range(requests):
            shot = next(opening, None) or shooter.draw(random, town.pool)
            trouble.last = ""
            before = len(found.wrong)
            _send(house, town, shot, found)
            if trouble.last and len(found.wrong) > before:
                found.wrong[-1] += f"\n{trouble.last}"
            if number % _RINGS_EVERY == _RINGS_EVERY - 1:
                house.clock.forward(minutes=random.choice((1, 20, 90)))
                house.ring()
            if len(found.wrong) >= most_wrong:
                break
    return found


def _shooter(house: House, town: Town) -> Shooter:
    pages = sorted(
        {
            rule.rule
            for rule in house.app.url_map.iter_rules()
            if not rule.rule.startswith(OURS) and "GET" in (rule.methods or ())
        }
    )
    return Shooter(document_of(house.app), pages, town.senders, house.clock)


def _send(house: House, town: Town, shot: Shot, found: Found) -> None:
    began = monotonic()
    signal.setitimer(signal.ITIMER_REAL, LONGEST_SECONDS)
    try:
        chunks, status, headers = run_wsgi_app(house.app.wsgi_app, environ_of(shot), buffered=True)
        body = b"".join(chunks)
    except Hang:
        found.wrong.append(f"no answer within {LONGEST_SECONDS} s: {shot}")
        return
    except Exception as error:  # noqa: BLE001  # whatever it is, no server would have answered
        found.wrong.append(f"{type(error).__name__}: {error}: {shot}")
        return
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    number = int(status.partition(" ")[0])
    found.sent += 1
    found.slowest = max(found.slowest, monotonic() - began)
    found.statuses[number] += 1
    path = _path(shot)
    operation = operation_of(house.app, shot.method, path) or {}
    found.reached.add((operation.get("operationId", "none"), number))
    said = wrong_with(house, shot, number, headers, body)
    if said:
        found.wrong.append(f"{said}: {number} {body[:200]!r} to {shot}")
    if number in {200, 201} and path.startswith(OURS):
        town.remember(body, shot.keeps)
    elif shot.opens:
        found.refused.append(f"{number} {body[:300]!r} to {shot}")


def environ_of(shot: Shot) -> dict[str, Any]:
    """Give the request as a server hands it to an application."""
    environ: dict[str, Any] = {
        "REQUEST_METHOD": shot.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(shot.path).decode("latin-1"),
        "QUERY_STRING": shot.query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "localhost",
        "CONTENT_LENGTH": str(len(shot.body)) if shot.length is None else shot.length,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(shot.body),
        "wsgi.errors": BytesIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in shot.headers.items():
        key = name.upper().replace("-", "_")
        environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value
    return environ


def wrong_with(house: House, shot: Shot, status: int, headers: Any, body: bytes) -> str | None:
    """Tell what is wrong with an answer; None where all is well."""
    path = _path(shot)
    if status >= 500:
        return "an error of ours"
    if any("\r" in value or "\n" in value for _, value in headers):
        return "a broken header"
    if b"Traceback (most recent" in body:
        return "it shows the inside"
    kind = (headers.get("Content-Type") or "").partition(";")[0]
    said = undocumented(house.app, shot.method, path, status, kind)
    if said:
        return said
    if headers.get("X-Content-Type-Options") != "nosniff":
        return "the headers of security are missing"
    if status >= 400 and shot.method != "HEAD" and not _says_why(path, kind, body):
        return "a refusal without a sentence"
    return None


def _says_why(path: str, kind: str, body: bytes) -> bool:
    if kind == "application/problem+json":
        told = json.loads(body)
        return len(told["reason"]) > _SHORTEST_SENTENCE and bool(told["code"])
    if path.startswith("/open311/") and kind == "application/json":
        return all(len(one["description"]) > _SHORTEST_SENTENCE for one in json.loads(body))
    return len(body) > _SHORTEST_SENTENCE


def _path(shot: Shot) -> str:
    return unquote_to_bytes(shot.path).decode("utf-8", "replace")


@contextmanager
def _alarm() -> Iterator[None]:
    def too_long(*_: object) -> None:
        raise Hang

    before = signal.signal(signal.SIGALRM, too_long)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


class _Trouble(logging.Handler):
    """Keeps what went wrong inside, for the report."""

    last = ""

    def emit(self, record: logging.LogRecord) -> None:
        """Keep where it broke and how."""
        if record.exc_info:
            self.last = "".join(traceback.format_exception(*record.exc_info)[-2:])


@contextmanager
def _quiet() -> Iterator[_Trouble]:
    """Refusals by the hundred thousand are not worth a line each; what breaks is."""
    told, trouble = logging.getLogger("web.problems"), _Trouble()
    before, hears = logging.root.manager.disable, told.propagate
    logging.disable(logging.WARNING)
    told.addHandler(trouble)
    told.propagate = False
    try:
        yield trouble
    finally:
        told.removeHandler(trouble)
        told.propagate = hears
        logging.disable(before)
