"""Gunicorn, set up by us: it reads no file and no command line, and logs as all of us do."""

from __future__ import annotations

import logging
import signal
import sys
from collections.abc import Callable, Mapping
from threading import Thread
from typing import TYPE_CHECKING, Any

from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger

from domain.kernel.refusals import Refused
from ops.locking import named_holder
from ops.serving import CANNOT_START

if TYPE_CHECKING:
    from flask import Flask


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """One server of one application; each worker loads it for itself, after the fork."""

    def __init__(self, options: Mapping[str, Any], load: Callable[[], Flask]) -> None:
        self._options = options
        self._load = load
        super().__init__(prog="gridward")

    def load_config(self) -> None:
        """Take our options."""
        for name, value in self._options.items():
            self.cfg.set(name, value)
        self.cfg.set("logger_class", ServerLogger)
        self.cfg.set("post_worker_init", _obey)
        self.cfg.set("worker_exit", _leave)
        self.cfg.set("child_exit", _forget)

    def load(self) -> Flask:
        """Load the application; a refusal is a sentence, also in a worker."""
        try:
            return self._load()
        except Refused as refusal:
            print(named_holder(refusal), file=sys.stderr)  # noqa: T201  # the answer of a command
            sys.exit(CANNOT_START)


class ServerLogger(Logger):  # type: ignore[misc]  # gunicorn has no types
    """Hands every line to the process's own log."""

    def setup(self, cfg: Any) -> None:
        """Keep no handler of its own."""
        self.cfg = cfg
        self.error_log.handlers[:] = []
        self.error_log.propagate = True
        self.error_log.setLevel(logging.WARNING)
        self.access_log.handlers[:] = [logging.NullHandler()]


def _obey(worker: Any) -> None:
    """Ctrl-C reaches all processes of the terminal; the first one tells the others what to do."""

    def leave(number: int, frame: Any) -> None:
        worker.handle_exit(number, frame)
        Thread(target=_stop_works, args=(worker,), daemon=True).start()

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGQUIT, leave)


def _stop_works(worker: Any) -> None:
    """Stop the threads beside the pages while the last answers are given."""
    if running := _running(worker):
        running.stop()


def _leave(_server: Any, worker: Any) -> None:
    if running := _running(worker):
        running.close()


def _running(worker: Any) -> Any:
    return getattr(getattr(worker, "wsgi", None), "extensions", {}).get("running")


def _forget(_server: Any, worker: Any) -> None:
    from ops.metrics import forget_process

    forget_process(worker.pid)
