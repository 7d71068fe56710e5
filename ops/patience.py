"""Gunicorn's worker, patient with slow senders: they wait in a list and hold no thread.

A request gets a thread when its head is there, and of its body all or the first part. A long body
is read by the thread under a limit of its own. Whoever takes longer is hung up on.
"""

from __future__ import annotations

import re
import select
import struct
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from http import HTTPStatus
from selectors import EVENT_READ
from socket import SHUT_WR, SO_SNDTIMEO, SOL_SOCKET
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker

from web.security import HEADERS_OF_DATA

GATHERED = 64 * 1024
"""Bytes of a request that are waited for without a thread: its head, and most bodies."""
BODY_SECONDS, BODY_SECONDS_IN_A_CROWD, BODY_PACE = 10.0, 2.0, 32 * 1024
"""How long a longer body may take: so long, less while others wait for a thread, and beyond that
a second for so many bytes."""
_STALLED_SECONDS = 20  # nothing of an answer was taken in that time
_LOOKS_EVERY_MS = 200
_PIECE = 64 * 1024
_END = b"\r\n\r\n"
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*([0-9]{1,9})[ \t]*\r\n", re.IGNORECASE)
_AT_ONCE = re.compile(rb"\r\n(?:expect|transfer-encoding):", re.IGNORECASE)
_STATUS = re.compile(rb"HTTP/1\.1 ([0-9]{3})")


class PatientWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """Takes connections in, and gives them to a thread when there is something to do."""

    def accept(self, listener: Any) -> None:
        """Take a connection in, and wait for its request."""
        try:
            client, address = listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return
        client.setsockopt(SOL_SOCKET, SO_SNDTIMEO, struct.pack("ll", _STALLED_SECONDS, 0))
        self.nr_conns += 1
        self._wait_for(_Line(self.cfg, client, address, listener.getsockname()))

    def on_client_socket_readable(self, conn: Any, client: Any) -> None:
        """Wait for the next request of a connection that was kept open."""
        self.poller.unregister(client)
        self.keepalived_conns.remove(conn)
        self._wait_for(conn)
        self.on_pending_socket_readable(conn, client)

    def on_pending_socket_readable(self, conn: Any, client: Any) -> None:
        """Hear more of a request; with enough of it a thread goes on."""
        try:
            piece = client.recv(_PIECE)
        except BlockingIOError:
            return
        except OSError:
            piece = b""
        if conn.lingers and piece:
            return
        conn.heard += piece
        if not piece:
            self._leave_list(conn)
            self.nr_conns -= 1
            conn.close()
        elif _is_enough(conn.heard):
            self._leave_list(conn)
            self.enqueue_req(conn)

    def finish_request(self, conn: Any, fs: Any) -> None:
        """Wait for a request that was begun behind the last one as for any other."""
        goes_on = not fs.cancelled() and not fs.exception() and fs.result()
        if not goes_on:
            self._linger(conn)
            return
        ahead = conn.parser.unreader.take_buffered()
        if not ahead:
            super().finish_request(conn, fs)
            return
        self._wait_for(conn)
        conn.heard = ahead
        if _is_enough(ahead):
            self._leave_list(conn)
            self.enqueue_req(conn)

    def _linger(self, conn: Any) -> None:
        """Let the other side read the answer and hang up; gunicorn would wait and do nothing."""
        try:
            conn.sock.shutdown(SHUT_WR)
        except OSError:
            self.nr_conns -= 1
            conn.close()
            return
        conn.lingers = True
        self._wait_for(conn)

    def _leave_list(self, conn: Any) -> None:
        self.poller.unregister(conn.sock)
        self.pending_conns.remove(conn)

    def _wait_for(self, conn: Any) -> None:
        conn.heard = b""
        conn.sock.setblocking(False)
        conn.set_timeout()
        self.pending_conns.append(conn)
        self.poller.register(conn.sock, EVENT_READ, partial(self.on_pending_socket_readable, conn))

    def handle(self, conn: Any) -> Any:
        """Read what was heard first; in a thread."""
        conn.hand_over(self._is_crowded)
        return super().handle(conn)

    def _is_crowded(self) -> bool:
        return bool(self.tpool._work_queue.qsize())  # noqa: SLF001  # the pool has no word for it

    def handle_error(self, req: Any, client: Any, addr: Any, exc: Any) -> None:
        """Let gunicorn refuse what is no request, in our words and with our headers."""
        said = _Said()
        super().handle_error(req, said, addr, exc)
        status = _STATUS.match(said.heard)
        if status:
            with suppress(OSError):  # it hung up before it was answered
                client.sendall(_refusal(HTTPStatus(int(status[1]))))


class _Line(TConn):  # type: ignore[misc]  # gunicorn has no types
    """A connection, and what was heard of its next request."""

    heard = b""
    lingers = False

    def hand_over(self, is_crowded: Callable[[], bool]) -> None:
        """Give what was heard to the parser, and let it hear the rest within limits."""
        self.init()
        self.parser.unreader.sock = _Hurried(self.sock, is_crowded)
        self.parser.unreader.unread(self.heard)
        self.heard = b""


class _Hurried:
    """A socket for reading only: whoever sends too slowly seems to have hung up."""

    def __init__(self, sock: Any, is_crowded: Callable[[], bool]) -> None:
        self._sock = sock
        self._is_crowded = is_crowded
        self._waits = select.poll()
        self._waits.register(sock, select.POLLIN)
        self._waited = 0.0
        self._heard = 0

    def recv(self, size: int) -> bytes:
        """Hear more, within the time that is left; only waiting counts, not our own work."""
        while not self._is_late():
            began = time.monotonic()
            ready = self._waits.poll(_LOOKS_EVERY_MS)
            self._waited += time.monotonic() - began
            if ready:
                return self._next(size)
        return b""

    def _next(self, size: int) -> bytes:
        piece: bytes = self._sock.recv(size)
        self._heard += len(piece)
        return piece

    def _is_late(self) -> bool:
        patience = BODY_SECONDS_IN_A_CROWD if self._is_crowded() else BODY_SECONDS
        return self._waited > patience + self._heard / BODY_PACE


class _Said:
    """A socket that keeps what is said."""

    def __init__(self) -> None:
        self.heard = b""

    def sendall(self, data: bytes) -> None:
        """Keep it."""
        self.heard += data

    def gettimeout(self) -> float:
        """Say that nothing here ever waits."""
        return 0.0


def _is_enough(heard: bytes) -> bool:
    """Tell whether a thread can go on: all is there, or so much that waiting costs memory."""
    head, end, body = heard.partition(_END)
    if len(heard) >= GATHERED:
        return True
    if not end:
        return False
    length = _LENGTH.search(head + b"\r\n")
    if length is None or _AT_ONCE.search(head):
        return True
    return len(body) >= min(int(length[1]), GATHERED - len(head))


def _refusal(status: HTTPStatus) -> bytes:
    body = f"{status.phrase}. This is no request that can be read; correct it and send it again.\n"
    headers = {
        **HEADERS_OF_DATA,
        "Connection": "close",
        "Cache-Control": "no-store",
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Length": str(len(body)),
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {status.value} {status.phrase}\r\n{lines}\r\n{body}".encode()
