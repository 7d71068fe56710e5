"""Photos and other evidence, kept by SHA-256 beside the log, which holds the hash alone."""

from __future__ import annotations

import os
import re
import tempfile
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from domain.kernel.refusals import Refused

_HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)


class Photos(Protocol):
    """Where evidence lies: whatever was put is found under the hex SHA-256 of its bytes."""

    def put(self, content: bytes) -> str:
        """Keep it for good and give its hash; twice the same is kept once."""
        ...

    def get(self, photo: str) -> bytes:
        """Give what is kept under a hash; refuses ``photo-not-kept`` and ``photo-damaged``."""
        ...

    def has(self, photo: str) -> bool:
        """Tell whether something is kept under a hash."""
        ...


class NoPhotos:
    """Keeps nothing: for rehearsals, in which no photo is taken."""

    def put(self, content: bytes) -> str:
        """Give the hash alone."""
        return sha256(content).hexdigest()

    def get(self, photo: str) -> bytes:
        """Refuse ``photo-not-kept``."""
        raise not_kept(photo)

    def has(self, photo: str) -> bool:
        """Have nothing."""
        return photo == ""


class FolderPhotos:
    """A folder with two levels of folders below, so that none holds more than a few thousand.

    A file is written under a temporary name, brought to the disk and renamed: after a power cut
    it is there as a whole or not at all.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, content: bytes) -> str:
        """Write it, unless it is there."""
        photo = sha256(content).hexdigest()
        path = self._path(photo)
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            _write(path, content)
        return photo

    def get(self, photo: str) -> bytes:
        """Read it and compare it with its name."""
        if not self.has(photo):
            raise not_kept(photo)
        content = self._path(photo).read_bytes()
        if sha256(content).hexdigest() != photo:
            reason = (
                "This photo was changed where it is kept. Do not rely on it; tell the operator."
            )
            raise Refused("photo-damaged", reason, photo=photo)
        return content

    def has(self, photo: str) -> bool:
        """Ask for the file; what is no hash names none."""
        return _HASH.fullmatch(photo) is not None and self._path(photo).is_file()

    def _path(self, photo: str) -> Path:
        return self.folder / photo[:2] / photo[2:4] / photo


def not_kept(photo: str) -> Refused:
    """Give the refusal of a hash under which nothing is kept."""
    reason = "No photo is kept under this hash. Send the photo itself first."
    return Refused("photo-not-kept", reason, photo=photo[:64])


def _write(path: Path, content: bytes) -> None:
    descriptor, written = tempfile.mkstemp(dir=path.parent, prefix=".coming-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(written).replace(path)
    except BaseException:
        Path(written).unlink(missing_ok=True)
        raise
    _settle(path.parent)
    _settle(path.parent.parent)


def _settle(folder: Path) -> None:
    """Bring a folder's names to the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
