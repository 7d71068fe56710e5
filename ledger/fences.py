"""Fences: a file beside the master key that remembers which keys were destroyed.

Ledger and key store may both be restored from one old backup; then this file alone still knows.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

import msgspec


class Fence(msgspec.Struct, frozen=True):
    """One destroyed key: whose, its SHA-256, and where the ledger says so."""

    person: str
    version: int
    fingerprint: str
    part: int
    pos: int


class Fences:
    """An append-only file of mode 0600, one JSON line for each; ``path`` None keeps nothing."""

    def __init__(self, path: Path | None) -> None:
        """Keep them in this file."""
        self.path = path

    def add(self, fences: Iterable[Fence]) -> None:
        """Write lines that are on disk when this returns."""
        lines = b"".join(msgspec.json.encode(one) + b"\n" for one in fences)
        if self.path is None or not lines:
            return
        handle = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            # A line that a power cut left half is closed, so that it spoils no other.
            os.write(handle, b"\n" + lines if self._ends_half() else lines)
            os.fsync(handle)
        finally:
            os.close(handle)

    def __iter__(self) -> Iterator[Fence]:
        """Give all, oldest first; a line that a power cut left half is none."""
        if self.path is None or not self.path.exists():
            return
        with self.path.open("rb") as lines:
            for line in lines:
                with suppress(msgspec.DecodeError):
                    yield msgspec.json.decode(line, type=Fence)

    def _ends_half(self) -> bool:
        assert self.path is not None  # noqa: S101  # asked only where a file is kept
        with self.path.open("rb") as lines:
            return lines.seek(0, os.SEEK_END) > 0 and _last_byte(lines) != b"\n"


def _last_byte(lines: BinaryIO) -> bytes:
    lines.seek(-1, os.SEEK_END)
    return lines.read(1)
