"""Lines to another machine by syslog (RFC 5424): over TLS (RFC 5425), TCP (RFC 6587) or UDP.

The standard library's handler writes the older form and waits for the receiver within the
request; here a thread sends, and what does not fit the queue while nobody listens is counted.
"""

from __future__ import annotations

import logging
import os
import socket
import ssl
from contextlib import suppress
from datetime import UTC, datetime
from queue import Full, Queue
from threading import Event, Thread
from typing import NamedTuple
from urllib.parse import urlsplit

from domain.kernel.refusals import Refused

_PORTS = {"udp": 514, "tcp": 601, "tls": 6514}
_FACILITY = 16 << 3  # local0
_SEVERITIES = ((logging.ERROR, 3), (logging.WARNING, 4), (logging.INFO, 6))
_DEBUG = 7
_MOST_WAITING = 10_000
_SECONDS = 5.0
_LONGEST_WAIT = 30.0
_LAST_SECONDS = 2.0


class Target(NamedTuple):
    """Where lines go."""

    kind: str
    host: str
    port: int


class Syslog(logging.Handler):
    """Sends lines in their order; a receiver that is away holds nobody up."""

    def __init__(self, address: str, *, wait: float = 1.0) -> None:
        """Begin a thread; refuses ``invalid-setting``. ``wait`` is the first pause, in seconds."""
        super().__init__()
        self._target = target_of(address)
        self._wait = wait
        self._lines: Queue[bytes | None] = Queue(_MOST_WAITING)
        self._lost = 0
        self._closing = Event()
        self._socket: socket.socket | None = None
        self._host = socket.gethostname() or "-"
        self._thread = Thread(target=self._send_all, name="syslog", daemon=True)
        self._thread.start()

    def emit(self, record: logging.LogRecord) -> None:
        """Lay a line in the queue, or count it as lost."""
        try:
            self._lines.put_nowait(self._framed(record))
        except Full:
            self._lost += 1
        except Exception:  # noqa: BLE001  # the rule of the standard library: a log never fails a request
            self.handleError(record)

    def close(self) -> None:
        """Give the last lines two seconds."""
        with suppress(Full):
            self._lines.put_nowait(None)
        self._thread.join(_LAST_SECONDS)
        self._closing.set()
        super().close()

    def _framed(self, record: logging.LogRecord) -> bytes:
        severity = next((n for least, n in _SEVERITIES if record.levelno >= least), _DEBUG)
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        head = f"<{_FACILITY + severity}>1 {at} {self._host} gridward {os.getpid()} - - "
        line = (head + self.format(record)).encode()
        # A line ends by its length, not by a sign that could stand in it.
        return line if self._target.kind == "udp" else b"%d %s" % (len(line), line)

    def _send_all(self) -> None:
        while (line := self._lines.get()) is not None:
            self._send(line)
            if self._lost and self._lines.empty():
                lost, self._lost = self._lost, 0
                told = {"msg": "log lines were lost", "args": (), "lines": lost}
                record = logging.makeLogRecord(told | {"name": __name__, "levelno": logging.ERROR})
                record.levelname = "ERROR"
                self._send(self._framed(record))
        self._drop()

    def _send(self, line: bytes) -> None:
        """Try until it is taken or the process ends; a pause doubles up to half a minute."""
        pause = self._wait
        while not self._closing.is_set():
            try:
                self._socket = self._socket or connected(self._target)
                self._socket.sendall(line)
            except OSError:
                self._drop()
                self._closing.wait(pause)
                pause = min(2 * pause, _LONGEST_WAIT)
            else:
                return

    def _drop(self) -> None:
        if self._socket:
            self._socket.close()
        self._socket = None


def target_of(address: str) -> Target:
    """Read ``tls://host``, ``tcp://host:601`` or ``udp://host``; refuses ``invalid-setting``.

    >>> target_of("tls://logs.example.city")
    Target(kind='tls', host='logs.example.city', port=6514)
    """
    try:
        parts = urlsplit(address)
        kind, host, port = parts.scheme, parts.hostname, parts.port
    except ValueError:
        kind, host, port = "", None, None
    if kind not in _PORTS or not host or parts.path.strip("/") or parts.query or "@" in address:
        reason = "GRIDWARD_SYSLOG is tls://host, tcp://host or udp://host, with :port where needed."
        raise Refused("invalid-setting", reason)
    return Target(kind, host, port or _PORTS[kind])


def connected(target: Target) -> socket.socket:
    """Connect; over TLS the certificate is checked for the host's name (``SSL_CERT_FILE``)."""
    if target.kind == "udp":
        family, kind, *_, place = socket.getaddrinfo(
            target.host, target.port, type=socket.SOCK_DGRAM
        )[0]
        made = socket.socket(family, kind)
        made.connect(place)
        return made
    plain = socket.create_connection((target.host, target.port), timeout=_SECONDS)
    if target.kind == "tcp":
        return plain
    try:
        return ssl.create_default_context().wrap_socket(plain, server_hostname=target.host)
    except OSError:
        plain.close()
        raise
