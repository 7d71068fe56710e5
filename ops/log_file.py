"""A log file that only its owner reads, written at its end alone."""

from __future__ import annotations

import logging
import os
from io import TextIOWrapper
from logging.handlers import WatchedFileHandler
from pathlib import Path

from domain.kernel.refusals import Refused

_HOW = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
_OWNER_ALONE = 0o600
_OTHERS = 0o077


class LogFile(WatchedFileHandler):
    """Begins a file anew where it was moved away, so that the operator's own tool turns it."""

    def __init__(self, path: str) -> None:
        """Open it; refuses ``invalid-setting`` where others may read it or it cannot be written."""
        try:
            super().__init__(Path(path), encoding="utf-8")
        except OSError as error:
            reason = f"GRIDWARD_LOG_FILE: {path} cannot be written: {error.strerror}."
            raise Refused("invalid-setting", reason) from error

    def emit(self, record: logging.LogRecord) -> None:
        """Write a line; a file that cannot be opened anew is told on standard error."""
        try:
            super().emit(record)
        except (OSError, Refused):
            self.handleError(record)

    def _open(self) -> TextIOWrapper:
        # The process can add lines and nothing else: with `chattr +a` not even its owner can.
        file = os.open(self.baseFilename, _HOW, _OWNER_ALONE)
        if os.fstat(file).st_mode & _OTHERS:
            os.close(file)
            reason = f"GRIDWARD_LOG_FILE: others may read {self.baseFilename}; chmod 600 it."
            raise Refused("invalid-setting", reason)
        return open(file, "a", encoding="utf-8")  # noqa: PTH123  # the number, not the path
