"""Files that are sent in pass a virus scanner first, where the city has one."""

from __future__ import annotations

import logging
from typing import Protocol

from flask import Flask, current_app

from domain.kernel.refusals import Refused

_KEY = "gridward-scanner"
_log = logging.getLogger(__name__)


class Scanner(Protocol):
    """Looks for what harms; an ``OSError`` says that it could not look."""

    def finding(self, content: bytes) -> str | None:
        """Give the name of what was found; None where nothing was."""


def lay_scanner(app: Flask, scanner: Scanner | None) -> None:
    """Lay the scanner where files are taken in."""
    app.extensions[_KEY] = scanner


def must_be_clean(content: bytes) -> None:
    """Refuse ``file-infected``, and ``scanner-away``: what was not looked at is not taken."""
    scanner: Scanner | None = current_app.extensions.get(_KEY)
    if scanner is None or not content:
        return
    try:
        found = scanner.finding(content)
    except OSError as error:
        _log.warning("the virus scanner did not answer", exc_info=error)
        reason = "Files cannot be checked for viruses now. Send it again later; words can be sent."
        raise Refused("scanner-away", reason) from error
    if found:
        _log.warning("a file was refused by the virus scanner", extra={"found": found})
        reason = "The virus scanner refuses this file. Send another one, and tell your IT office."
        raise Refused("file-infected", reason)
