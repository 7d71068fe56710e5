"""Real receivers on this machine: an HTTP one that verifies signatures, and an SMTP one."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import socketserver
from collections import Counter
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from typing import Any

KEY = bytes(range(32))
SECRET = "whsec_" + base64.b64encode(KEY).decode()


class Web:
    """A receiver of webhooks; ``mood`` says how it behaves, ``effects`` keeps each id once."""

    def __init__(self) -> None:
        self.mood = "well"
        self.effects: dict[str, Any] = {}
        self.arrivals: Counter[str] = Counter()
        self.bodies: dict[str, set[bytes]] = {}
        self.forged = 0
        self.elsewhere = 0
        self.headers: list[dict[str, str]] = []
        self.let_go = Event()
        self._lock = Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    def take(self, headers: dict[str, str], body: bytes) -> None:
        with self._lock:
            self.headers.append(headers)
            if not signed(headers, body):
                self.forged += 1
                return
            notice = headers["webhook-id"]
            self.arrivals[notice] += 1
            self.bodies.setdefault(notice, set()).add(body)
            if self.mood == "well":
                self.effects[notice] = json.loads(body)


def signed(headers: dict[str, str], body: bytes) -> bool:
    """As standardwebhooks.com tells receivers to verify."""
    content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    wanted = base64.b64encode(hmac.new(KEY, content, hashlib.sha256).digest()).decode()
    given = [one.split(",", 1) for one in headers["webhook-signature"].split(" ")]
    return any(version == "v1" and hmac.compare_digest(sig, wanted) for version, sig in given)


def _handler(web: Web) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            web.elsewhere += 1
            self._answer(200)

        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            body = self.rfile.read(length)
            if len(body) < length:  # the sender was killed in the midst of it
                raise ConnectionResetError
            if self.path != "/hook":
                web.elsewhere += 1
                self._answer(200)
                return
            web.take({name.lower(): value for name, value in self.headers.items()}, body)
            self._behave(web.mood)

        def _behave(self, mood: str) -> None:
            match mood:
                case "dies":
                    self.close_connection = True
                    self.connection.close()
                case "hangs":
                    web.let_go.wait(20)
                case "drips":
                    self._drip()
                case "redirects":
                    self._answer(307, Location=f"http://127.0.0.1:{web.port}/elsewhere")
                case "fails":
                    self._answer(500)
                case _:
                    self._answer(204)

        def _drip(self) -> None:
            self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
            while not web.let_go.wait(0.05):
                self.wfile.write(b".")
                self.wfile.flush()

        def _answer(self, status: int, **headers: str) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

        def handle(self) -> None:
            try:
                super().handle()
            except (OSError, ValueError):
                self.close_connection = True

    return Handler


@contextmanager
def a_web():
    """Run a receiver of webhooks."""
    web = Web()
    thread = Thread(target=web._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield web
    finally:
        web.let_go.set()
        web._server.shutdown()
        web._server.server_close()


class Mailbox:
    """A receiver of e-mail; ``refuses`` is the code it answers recipients with."""

    def __init__(self) -> None:
        self.messages: list[str] = []
        self.refuses = 0
        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), _talk(self))
        self._server.daemon_threads = True

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])


def _talk(mailbox: Mailbox) -> type[socketserver.StreamRequestHandler]:
    class Talk(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self._say("220 test")
            for line in self.rfile:
                word = line.split(b" ")[0].strip().upper()
                if word == b"DATA":
                    self._say("354 go on")
                    mailbox.messages.append(self._message())
                    self._say("250 taken")
                elif word == b"RCPT" and mailbox.refuses:
                    self._say(f"{mailbox.refuses} no")
                elif word == b"QUIT":
                    self._say("221 bye")
                    return
                else:
                    self._say("250 ok")

        def _message(self) -> str:
            lines = iter(lambda: self.rfile.readline().decode(), ".\r\n")
            return "".join(lines)

        def _say(self, line: str) -> None:
            self.wfile.write(f"{line}\r\n".encode())

    return Talk


@contextmanager
def a_mailbox():
    """Run a receiver of e-mail."""
    mailbox = Mailbox()
    Thread(target=mailbox._server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield mailbox
    finally:
        mailbox._server.shutdown()
        mailbox._server.server_close()
