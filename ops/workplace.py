"""Readers and clock in a process of their own, beside web processes on PostgreSQL."""

from __future__ import annotations

import signal
from collections.abc import Callable
from threading import Event

from domain.kernel.refusals import Refused
from ops.bootstrap import assemble
from ops.logs import set_up_logs
from ops.migrating import must_be_current
from ops.settings import Settings
from ops.working import Works


def work_until_told(settings: Settings, ready: Callable[[], None]) -> None:
    """Work until SIGTERM or Ctrl-C; refuses ``works-inside-the-server`` on SQLite."""
    if settings.embedded:
        reason = (
            "On SQLite one process writes, so `gridward serve` runs readers and clock itself. Use"
            " PostgreSQL (GRIDWARD_DATABASE) to run them apart."
        )
        raise Refused("works-inside-the-server", reason)
    set_up_logs(settings)
    must_be_current(settings)
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    gridward = assemble(settings)
    works = Works(gridward)
    works.start()
    try:
        ready()
        stop.wait()
    finally:
        works.stop()
        gridward.close()
