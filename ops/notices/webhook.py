"""Webhooks: a signed POST of JSON, by the Standard Webhooks scheme (standardwebhooks.com).

The signature is HMAC-SHA-256 over ``id.timestamp.body``. The id stays the same at every try, so a
receiver that keeps the ids it has seen has each effect once.
"""

from __future__ import annotations

import hmac
import socket
import ssl
from base64 import b64decode, b64encode
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from threading import Event, Timer
from urllib.parse import SplitResult, urlsplit

import msgspec

from ledger.posting import Letter
from ops.notices.addresses import resolve
from ops.notices.channel import Undelivered, told

PORTS = {"https": 443, "http": 80}
SECRET = "whsec_"  # noqa: S105  # the prefix of all secrets of the scheme
_AGENT = "Gridward"


@dataclass(frozen=True, slots=False, kw_only=True)
class WebhookChannel:
    """One address. With two secrets each body is signed by both, so that one can be replaced.

    ``seconds`` limits the whole exchange, however slowly the receiver drips.
    """

    url: str
    secrets: Sequence[str] = field(repr=False)
    now: Callable[[], datetime]
    allow_private: bool = False
    seconds: float = 10.0

    def send(self, letter: Letter) -> None:
        """Post it; only an answer of 2xx counts, and no redirect is followed."""
        body = msgspec.json.encode(told(letter), order="sorted")
        status = self._post(body, self._headers(letter.id, body))
        if not 200 <= status < 300:  # noqa: PLR2004  # the range of success in HTTP
            raise Undelivered("redirected" if 300 <= status < 400 else f"http-{status}")  # noqa: PLR2004

    def _headers(self, notice: str, body: bytes) -> dict[str, str]:
        timestamp = str(int(self.now().timestamp()))
        return {
            "Content-Type": "application/json",
            "User-Agent": _AGENT,
            "webhook-id": notice,
            "webhook-timestamp": timestamp,
            "webhook-signature": signatures(self.secrets, notice, timestamp, body),
        }

    def _post(self, body: bytes, headers: dict[str, str]) -> int:
        connection = self._connected()
        late = Event()
        timer = Timer(self.seconds, _cut, (connection.sock, late))
        timer.daemon = True
        timer.start()
        try:
            if isinstance(connection.sock, ssl.SSLSocket):
                connection.sock.do_handshake()
            connection.request("POST", self._path, body, headers)
            status = connection.getresponse().status
        except (OSError, HTTPException, ValueError) as error:
            raise Undelivered("timed-out" if late.is_set() else _code(error)) from None
        finally:
            timer.cancel()
            connection.close()
        if late.is_set():  # an answer cut off in its headers may look whole
            raise Undelivered("timed-out")
        return status

    def _connected(self) -> HTTPConnection:
        """Connect to an address that was looked at; proxies of the environment are not asked."""
        parts, host = self._parts, self._parts.hostname or ""
        port = parts.port or PORTS[parts.scheme]
        kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        connection = kind(host, port, timeout=self.seconds)
        addresses = resolve(host, port, allow_private=self.allow_private)
        try:
            raw = _first_that_answers(addresses, port, self.seconds)
            connection.sock = _encrypted(raw, host) if parts.scheme == "https" else raw
        except OSError as error:
            raise Undelivered(_code(error)) from None
        return connection

    @cached_property
    def _parts(self) -> SplitResult:
        return urlsplit(self.url)

    @property
    def _path(self) -> str:
        query = f"?{self._parts.query}" if self._parts.query else ""
        return (self._parts.path or "/") + query


def signatures(secrets: Sequence[str], notice: str, timestamp: str, body: bytes) -> str:
    """Sign with every secret, the newest first."""
    content = f"{notice}.{timestamp}.".encode() + body
    return " ".join(f"v1,{_signed(secret, content)}" for secret in secrets)


def key_of(secret: str) -> bytes:
    """Read a secret ``whsec_<base64>``; raises ``ValueError`` for any other."""
    if not secret.startswith(SECRET):
        raise ValueError(SECRET)
    return b64decode(secret.removeprefix(SECRET), validate=True)


def _signed(secret: str, content: bytes) -> str:
    return b64encode(hmac.new(key_of(secret), content, sha256).digest()).decode()


def _first_that_answers(addresses: Sequence[str], port: int, seconds: float) -> socket.socket:
    last: OSError = OSError("no address")
    for address in addresses:
        try:
            return socket.create_connection((address, port), timeout=seconds / len(addresses))
        except OSError as error:
            last = error
    raise last


def _encrypted(raw: socket.socket, host: str) -> ssl.SSLSocket:
    """Wrap it; the handshake follows under the time limit of the whole exchange."""
    context = ssl.create_default_context()
    return context.wrap_socket(raw, server_hostname=host, do_handshake_on_connect=False)


def _cut(sock: socket.socket, late: Event) -> None:
    late.set()
    with suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)


def _code(error: Exception) -> str:
    match error:
        case TimeoutError():
            return "timed-out"
        case ssl.SSLError():
            return "certificate-refused"
        case ConnectionRefusedError():
            return "connection-refused"
        case OSError() | HTTPException():
            return "connection-broken"
    return "no-http"
