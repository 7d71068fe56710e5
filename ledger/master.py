"""The master key file: what wraps the keys of people, kept apart from ledger and key store.

A JSON file of mode 0600 with one line of generations; the newest wraps, older ones still unwrap.
"""

from __future__ import annotations

import os
from base64 import b64decode, b64encode
from collections.abc import Callable, Collection
from pathlib import Path

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from domain.kernel.refusals import Refused

KEY_BYTES = 32
NONCE_BYTES = 12
_OTHERS = 0o077

Randomness = Callable[[int], bytes]


class _Generation(msgspec.Struct):
    number: int
    key: str


class _File(msgspec.Struct):
    generations: list[_Generation]


class MasterKeys:
    """The generations of the master key; ``path`` None keeps them in this process alone."""

    def __init__(self, path: Path | None, *, random: Randomness = os.urandom) -> None:
        """Read the file, if there is one; refuses ``master-key-open`` and ``master-key-damaged``.

        Whether one may be made is for the key store to say: it knows if anything is wrapped yet.
        """
        self.path = path
        self.random = random
        self._keys: dict[int, bytes] = {}
        self._read()

    @property
    def newest(self) -> int:
        """The generation that wraps; 0 when there is none."""
        return max(self._keys, default=0)

    @property
    def generations(self) -> list[int]:
        """All generations, oldest first."""
        return sorted(self._keys)

    def add(self) -> int:
        """Make a new generation and give its number; it is on disk before anything is wrapped."""
        self._read()
        number = self.newest + 1
        self._keys[number] = self.random(KEY_BYTES)
        self._write()
        return number

    def forget(self, numbers: Collection[int]) -> None:
        """Destroy generations; what they wrap can never be unwrapped again, in no backup."""
        for number in numbers:
            self._keys.pop(number, None)
        self._write()

    def wrap(self, generation: int, key: bytes, about: bytes) -> bytes:
        """Encrypt a person's key; ``about`` is bound to it."""
        nonce = self.random(NONCE_BYTES)
        return nonce + AESGCM(self._key(generation)).encrypt(nonce, key, about)

    def unwrap(self, generation: int, wrapped: bytes, about: bytes) -> bytes:
        """Decrypt a person's key; refuses ``master-key-missing`` and ``master-key-wrong``."""
        master = AESGCM(self._key(generation))
        try:
            return master.decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], about)
        except InvalidTag:
            reason = (
                "The master key does not open the key store. Put the master key file that belongs"
                " to it where GRIDWARD_MASTER_KEY_FILE says."
            )
            raise Refused("master-key-wrong", reason, generation=generation) from None

    def _key(self, generation: int) -> bytes:
        if generation not in self._keys:
            self._read()  # another process may have made it since
        key = self._keys.get(generation)
        if key is None:
            raise missing(self.path, generation)
        return key

    def _read(self) -> None:
        if self.path is None or not self.path.exists():
            return
        if self.path.stat().st_mode & _OTHERS:
            reason = f"Others may read the master key. Run: chmod 600 {self.path}"
            raise Refused("master-key-open", reason, file=str(self.path))
        try:
            read = msgspec.json.decode(self.path.read_bytes(), type=_File)
            self._keys = {one.number: b64decode(one.key) for one in read.generations}
        except (msgspec.DecodeError, ValueError) as error:
            reason = f"{self.path} is no master key file. Restore it from where you keep its copy."
            raise Refused("master-key-damaged", reason, file=str(self.path)) from error

    def _write(self) -> None:
        if self.path is None:
            return
        held = [_Generation(number, b64encode(key).decode()) for number, key in self._keys.items()]
        replace_file(self.path, msgspec.json.encode(_File(held)) + b"\n")


def missing(path: Path | None, generation: int) -> Refused:
    """Say what to do without a master key."""
    reason = (
        f"The key store needs generation {generation} of the master key, and {path} does not hold"
        " it. Restore that file, or set GRIDWARD_MASTER_KEY_FILE to where it is."
    )
    return Refused("master-key-missing", reason, generation=generation)


def replace_file(path: Path, content: bytes) -> None:
    """Write a file for its owner alone: whole or not at all, and on disk when this returns."""
    beside = path.with_name(f"{path.name}.new")
    beside.unlink(missing_ok=True)
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(handle, content)
        os.fsync(handle)
    finally:
        os.close(handle)
    beside.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
