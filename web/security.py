"""What holds for every request and every answer: hosts, sizes, origins, headers."""

from __future__ import annotations

import hmac
import secrets
from urllib.parse import urlsplit

from flask import Flask, Response, g, request
from werkzeug.exceptions import RequestEntityTooLarge

from domain.kernel.refusals import Refused
from web.account.sample import is_sample
from web.acting import page_actor
from web.again import FormExpired
from web.city import the_city
from web.cookies import given_cookie, keep_cookie
from web.evidence.limits import LONGEST_SIGNED, LONGEST_WITH_PHOTO
from web.evidence.picture import too_large
from web.problems import API, OPEN311

LONGEST_BODY = 1024 * 1024
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
TOKEN = "gridward-token"  # noqa: S105  # the name of the cookie and the field
WITH_PHOTO = frozenset(
    {
        *("photos.add", "photo.add", "report.send", "case.take_step", "whistle.order"),
        "bulk.photos",
    }
)
"""The addresses that take a photo."""
SIGNED = "senders.take"
"""The address that takes one of who signs."""
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_TOKEN_BYTES = 24

# No page holds a line of script or style: all comes from our own files, so no nonce is needed.
_PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_DATA_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_STAY = "max-age=31536000; includeSubDomains"
"""A year of nothing but https for this name and those below it (RFC 6797)."""
_HEADERS = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(self), camera=(), microphone=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
HEADERS_OF_DATA = {**_HEADERS, "Content-Security-Policy": _DATA_POLICY}
"""What an answer carries that is no page."""


def register_security(app: Flask) -> None:
    """Check every request before a view sees it, and finish every answer."""
    app.config["MAX_CONTENT_LENGTH"] = LONGEST_BODY
    app.config["MAX_FORM_MEMORY_SIZE"] = LONGEST_BODY
    app.before_request(_must_be_for_us)
    app.before_request(_must_be_readable)
    app.before_request(_must_be_short)
    app.before_request(_must_be_our_form)
    app.after_request(_finish)
    app.jinja_env.globals["form_token"] = form_token


def form_token() -> str:
    """Give the token that the next form sent from this browser has to carry."""
    token = given_cookie(TOKEN) or g.get("form_token")
    if not token:
        token = g.form_token = secrets.token_urlsafe(_TOKEN_BYTES)
    return str(token)


def _must_be_for_us() -> None:
    """Answer under our own names only: a foreign one is DNS rebinding."""
    host = _host_in(f"//{request.headers.get('Host', '')}")
    if host in LOOPBACK:
        return
    if is_sample() or host not in the_city().settings.hosts:
        reason = "This server does not answer under this name; GRIDWARD_HOSTS lists its names."
        raise Refused("unknown-host", reason)
    if not request.is_secure:
        reason = "Open this page with https: passwords do not travel unencrypted."
        raise Refused("not-encrypted", reason)


def _host_in(address: str) -> str | None:
    try:
        return urlsplit(address).hostname
    except ValueError:  # such as a bracket that is never closed
        return None


def _netloc_in(origin: str) -> str | None:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return None


def _must_be_readable() -> None:
    """Refuse a query that is no text: what follows would trip over it."""
    try:
        request.query_string.decode()
    except UnicodeDecodeError:
        request.query_string = b""  # the page that says so reads it too
        reason = "What follows the question mark is not text in UTF-8. Encode it and send it again."
        raise Refused("query-not-text", reason) from None


def _must_be_short() -> None:
    """Read no more than the address takes: a photo is longer, and taken of who is signed in."""
    given = request.content_length or 0
    if request.endpoint == SIGNED and "webhook-signature" in request.headers:
        if given > LONGEST_SIGNED:
            raise too_large()
        request.max_content_length = LONGEST_SIGNED
        return
    if request.endpoint not in WITH_PHOTO or not (_with_key() or page_actor()):
        if given > LONGEST_BODY:
            raise RequestEntityTooLarge
        return
    if given > LONGEST_WITH_PHOTO:
        raise too_large()
    request.max_content_length = LONGEST_WITH_PHOTO


def _with_key() -> bool:
    return "Authorization" in request.headers  # a foreign page cannot send one


def _must_be_our_form() -> None:
    """A form comes from our own page: by its origin, and by the token only our page knows."""
    if request.method in _SAFE or (request.path.startswith(API) and _with_key()):
        return
    if request.path.startswith(OPEN311):  # a key stands in its form, and no cookie counts there
        return
    _must_be_from_here()
    if request.path.startswith(API) or request.endpoint is None:
        return
    expected, given = given_cookie(TOKEN), request.form.get("token", "")
    if not expected or not hmac.compare_digest(expected.encode(), given.encode()):
        raise FormExpired


def _must_be_from_here() -> None:
    """Refuse ``foreign-origin``: a page of another site may not order with our cookie."""
    origin = request.headers.get("Origin")
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    if site not in {"same-origin", "none"} or (origin and _netloc_in(origin) != request.host):
        reason = "This form was sent from another site. Open the page here and send it again."
        raise Refused("foreign-origin", reason)


def _how_long(answer: Response) -> str:
    """Nobody keeps a page; what has an ETag and files of ours are asked for again."""
    asked_again = answer.headers.get("ETag") or request.endpoint == "static"
    return "private, no-cache" if asked_again else "no-store"


def _finish(answer: Response) -> Response:
    is_page = answer.mimetype in {"text/html", "image/svg+xml"}
    answer.headers["Content-Security-Policy"] = _PAGE_POLICY if is_page else _DATA_POLICY
    there = {name.lower() for name, _ in answer.headers}
    for name, value in _HEADERS.items():
        if name.lower() not in there:
            answer.headers.add(name, value)
    if "cache-control" not in there:
        answer.headers.add("Cache-Control", _how_long(answer))
    if request.is_secure:
        answer.headers["Strict-Transport-Security"] = _STAY
    if token := g.get("form_token"):
        keep_cookie(answer, TOKEN, token)
    return answer
