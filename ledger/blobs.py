"""Blobs: sealed bytes under a name, in a folder or elsewhere; the port that any store must meet."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Protocol

_COMING = ".coming-"


class Blobs(Protocol):
    """Where bytes lie under names of letters, digits, hyphens and slashes.

    Each may raise ``Refused`` with ``evidence-away`` while the store cannot be reached.
    """

    def put(self, name: str, content: bytes) -> None:
        """Keep it for good, as a whole or not at all; what is there under the name stays."""
        ...

    def get(self, name: str) -> bytes | None:
        """Give what is there; None when nothing is."""
        ...

    def has(self, name: str) -> bool:
        """Tell whether something is there."""
        ...

    def drop(self, name: str) -> None:
        """Delete it; nothing there is no error."""
        ...

    def below(self, folder: str) -> Iterator[str]:
        """Give the names of all that lies below a folder."""
        ...


class FolderBlobs:
    """Files in a folder, readable for their owner alone.

    A file is written under a temporary name, brought to the disk and renamed: after a power cut
    it is there as a whole or not at all.
    """

    def __init__(self, folder: Path) -> None:
        """Keep them below this folder, which is made with the first."""
        self.folder = folder

    def put(self, name: str, content: bytes) -> None:
        """Write it, unless it is there."""
        path = self.folder / name
        if not path.exists():
            made = _first_missing(path.parent)
            path.parent.mkdir(parents=True, exist_ok=True)
            _write(path, content)
            _settle(path.parent, up_to=made.parent)

    def get(self, name: str) -> bytes | None:
        """Read it."""
        try:
            return (self.folder / name).read_bytes()
        except FileNotFoundError:
            return None

    def has(self, name: str) -> bool:
        """Ask for the file."""
        return (self.folder / name).is_file()

    def drop(self, name: str) -> None:
        """Remove the file, and the folders that it leaves empty."""
        path = self.folder / name
        path.unlink(missing_ok=True)
        with suppress(OSError):  # not empty, or gone already
            for folder in path.relative_to(self.folder).parents[:-1]:
                (self.folder / folder).rmdir()

    def below(self, folder: str) -> Iterator[str]:
        """Walk the folder, half-written files of a power cut too."""
        for path in sorted((self.folder / folder).rglob("*")):
            if path.is_file():
                yield path.relative_to(self.folder).as_posix()


def _write(path: Path, content: bytes) -> None:
    descriptor, written = tempfile.mkstemp(dir=path.parent, prefix=_COMING)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(written).replace(path)
    except BaseException:
        Path(written).unlink(missing_ok=True)
        raise


def _first_missing(folder: Path) -> Path:
    """Give the highest folder that has to be made; the folder itself where none has."""
    missing = folder
    while not missing.parent.exists():
        missing = missing.parent
    return missing


def _settle(folder: Path, *, up_to: Path) -> None:
    """Bring the names of a folder, and of those that were made above it, to the disk."""
    for one in (folder, *folder.parents):
        descriptor = os.open(one, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        if one == up_to:
            return
