"""A real Chromium for the journeys, and a server on this machine for it to visit."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

CHROMIUMS = ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
)


class Quiet(WSGIRequestHandler):
    """Says nothing of each request."""

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002  # its name
        """Stay quiet."""


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """Serve an application on a free port; gives its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=10)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start a Chromium; without one the test is skipped and the reason printed."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found(), args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


def found() -> str:
    """Give the path of an installed Chromium, or what $CHROMIUM names."""
    for path in (os.environ.get("CHROMIUM"), *CHROMIUMS):
        if path and Path(path).exists():
            return path
    reason = "no Chromium: apt-get install chromium, or name one in $CHROMIUM"
    print(reason)
    pytest.skip(reason)
