"""Serving over HTTP: gunicorn with threads, one process on SQLite, several on PostgreSQL."""

from __future__ import annotations

import errno
import ipaddress
import os
import shutil
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Any

from domain.kernel.refusals import Refused
from ops.settings import LOOPBACK, Settings
from web.limiting.counts import Counts

if TYPE_CHECKING:
    from flask import Flask

    from ops.bootstrap import Gridward
    from ops.working import Simulated

CANNOT_START = 4  # gunicorn's status when a worker could not load its application
_GRACE_SECONDS = 1
TOGETHER = "PROMETHEUS_MULTIPROC_DIR"  # where several web processes are counted as one
_BACKLOG = 2048
_KEEP_ALIVE = 15


def open_socket(host: str, port: int) -> socket.socket:
    """Listen; refuses ``port-taken`` and ``cannot-listen``."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind(("127.0.0.1" if host == "localhost" else host, port))
        listening.listen(_BACKLOG)
    except OSError as error:
        listening.close()
        raise _cannot_listen(host, port, error) from None
    return listening


def must_have_a_name(settings: Settings) -> None:
    """Refuse ``hosts-missing``: whoever is reached from elsewhere says under which names."""
    if settings.hosts or _is_loopback(settings.host):
        return
    reason = (
        f"Gridward is to listen on {settings.host}, but no name is given under which it answers."
        " Set GRIDWARD_HOSTS=grid.example.city, put a server with TLS in front of it, and set"
        " GRIDWARD_PROXIES=1."
    )
    raise Refused("hosts-missing", reason, host=settings.host)


def must_be_loopback(host: str) -> None:
    """Refuse ``not-on-loopback``: in a sample city everybody may act as anybody."""
    if _is_loopback(host):
        return
    reason = (
        f"The sample city does not listen on {host}: everybody who reaches it may act as anybody."
        " Leave GRIDWARD_HOST at 127.0.0.1, or serve a city of your own with `gridward serve`."
    )
    raise Refused("not-on-loopback", reason, host=host)


def address_of(listening: socket.socket) -> str:
    """Write the address as a browser takes it."""
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def serve(
    settings: Settings,
    listening: socket.socket,
    *,
    ready: Callable[[], None] = lambda: None,
    simulating: Callable[[Gridward], Simulated] | None = None,
    works: bool | None = None,
    sample: bool = False,
) -> None:
    """Serve until it is told to stop; ``works``: readers and clock run inside (on SQLite always).

    The database is opened by the worker after the fork and never by the process that began.
    """
    must_have_a_name(settings)
    inside = settings.embedded if works is None else works
    workers = workers_of(settings, inside=inside)

    asked = Counts()  # before the fork, so that all workers count in one table

    def load() -> Flask:
        from ops.application import application

        app = application(settings, works=inside, simulating=simulating, sample=sample, asked=asked)
        ready()
        return app

    with _counted_together() if workers > 1 else nullcontext():
        _run(_options(settings, listening, workers), load)


def _run(options: dict[str, Any], load: Callable[[], Flask]) -> None:
    """Let gunicorn run; its workers end by SystemExit too, and pass through here."""
    from ops.server import Server

    first = os.getpid()
    try:
        Server(options, load).run()
    except SystemExit as ended:
        if os.getpid() != first:
            raise
        # A worker that could not start has said why already.
        sys.exit(2 if ended.code == CANNOT_START else ended.code)


@contextmanager
def _counted_together() -> Iterator[None]:
    """Lay a folder in which the web processes count; the client of Prometheus looks once for it."""
    first, folder = os.getpid(), tempfile.mkdtemp(prefix="gridward-metrics-")
    os.environ[TOGETHER] = folder
    try:
        yield
    finally:
        if os.getpid() == first:
            shutil.rmtree(folder, ignore_errors=True)


def workers_of(settings: Settings, *, inside: bool) -> int:
    """Give the number of web processes; refuses ``one-process-on-sqlite``."""
    if settings.embedded and settings.workers > 1:
        reason = "On SQLite one process serves. Leave GRIDWARD_WORKERS out, or use PostgreSQL."
        raise Refused("one-process-on-sqlite", reason, workers=settings.workers)
    if inside:
        return 1
    return settings.workers or max(2, os.cpu_count() or 2)


def _options(settings: Settings, listening: socket.socket, workers: int) -> dict[str, Any]:
    return {
        "bind": f"fd://{listening.detach()}",  # gunicorn's own from here on
        "worker_class": "ops.patience.PatientWorker",
        "workers": workers,
        "threads": settings.threads,
        "graceful_timeout": _GRACE_SECONDS,
        "timeout": 60,
        "keepalive": _KEEP_ALIVE,
        "loglevel": "warning",
        "proc_name": "gridward",
        "control_socket_disable": True,
    }


def _is_loopback(host: str) -> bool:
    if host in LOOPBACK:
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _cannot_listen(host: str, port: int, error: OSError) -> Refused:
    if error.errno == errno.EADDRINUSE:
        reason = (
            f"Port {port} is taken, perhaps by another Gridward. Stop that, or choose another"
            " port: GRIDWARD_PORT=8001."
        )
        return Refused("port-taken", reason, port=port)
    return Refused("cannot-listen", f"Cannot listen on {host}, port {port}: {error.strerror}.")
