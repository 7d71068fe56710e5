"""The virus scanner ClamAV, asked as its daemon documents it (clamd(8), INSTREAM).

A file is sent in pieces, each behind its length as four bytes, the highest first; a length of
nought ends it. The answer is ``stream: OK``, ``stream: NAME FOUND`` or ``… ERROR``.
"""

from __future__ import annotations

import re
import socket
from struct import Struct
from urllib.parse import urlsplit

from domain.kernel.refusals import Refused

_PORT = 3310
_SECONDS = 20.0
_PIECE = 64 * 1024
_LENGTH = Struct(">I")
_LONGEST_ANSWER = 4096
_FOUND = re.compile(r"stream: ([!-~ ]{1,200}) FOUND")


class Clamd:
    """A scanner at an address; each file is a connection of its own."""

    def __init__(self, address: str) -> None:
        """Read ``unix:///path`` or ``tcp://host:3310``; refuses ``invalid-setting``."""
        self._place = _place_of(address)

    def finding(self, content: bytes) -> str | None:
        """Give what was found; ``OSError`` where the scanner is away, slow or in trouble."""
        with self._connected() as connection:
            connection.sendall(b"zINSTREAM\0")
            for start in range(0, len(content), _PIECE):
                piece = content[start : start + _PIECE]
                connection.sendall(_LENGTH.pack(len(piece)) + piece)
            connection.sendall(_LENGTH.pack(0))
            answer = _answer(connection)
        if answer == "stream: OK":
            return None
        found = _FOUND.fullmatch(answer)
        if found is None:
            raise OSError(f"clamd answered {answer[:100]!r}")
        return found[1]

    def _connected(self) -> socket.socket:
        if isinstance(self._place, tuple):
            return socket.create_connection(self._place, timeout=_SECONDS)
        made = socket.socket(socket.AF_UNIX)
        try:
            made.settimeout(_SECONDS)
            made.connect(self._place)
        except OSError:
            made.close()
            raise
        return made


def _answer(connection: socket.socket) -> str:
    """Read up to the byte that ends the answer; one that breaks off is none."""
    read = b""
    while not read.endswith(b"\0") and len(read) < _LONGEST_ANSWER:
        piece = connection.recv(_LONGEST_ANSWER)
        if not piece:
            break
        read += piece
    if not read.endswith(b"\0"):
        raise OSError("clamd broke off")
    return read.rstrip(b"\0").decode("ascii", "replace")


def _place_of(address: str) -> tuple[str, int] | str:
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:
        parts, host, port = urlsplit(""), None, None
    if parts.scheme == "unix" and not parts.netloc and parts.path:
        return parts.path
    if parts.scheme == "tcp" and host and not parts.path.strip("/"):
        return host, port or _PORT
    reason = "GRIDWARD_CLAMD is unix:///run/clamav/clamd.ctl or tcp://host:3310."
    raise Refused("invalid-setting", reason)
