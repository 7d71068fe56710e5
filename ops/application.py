"""The application of one web process: pages and API over a city, with its works beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from ops.bootstrap import Gridward, assemble
from ops.clamd import Clamd
from ops.health import Health
from ops.logs import set_up_logs
from ops.metrics import Counts
from ops.migrating import head, must_be_current
from ops.providers import providers_of
from ops.settings import Settings, networks_of
from ops.working import Works
from web.account.breached import BreachedPasswords
from web.app import create_app
from web.limiting.counts import Counts as Asked
from web.limiting.counts import Limits

if TYPE_CHECKING:
    from ops.working import Simulated

RUNNING = "running"


@dataclass(slots=True, kw_only=True)
class Running:
    """What a web process has open; closing twice does no harm."""

    gridward: Gridward
    works: Works | None
    _closing: Lock = field(default_factory=Lock)

    def stop(self) -> None:
        """Stop what works beside the pages."""
        with self._closing:
            if self.works:
                self.works.stop()
                self.works = None

    def close(self) -> None:
        """Stop, and let go of the database."""
        self.stop()
        self.gridward.close()


def application(
    settings: Settings,
    *,
    works: bool,
    simulating: Callable[[Gridward], Simulated] | None = None,
    sample: bool = False,
    asked: Asked | None = None,
) -> Flask:
    """Open the city and begin; refuses what ``must_be_current`` and ``assemble`` refuse.

    In a ``sample`` city visitors choose who to be. ``asked`` counts the requests of all processes.
    """
    set_up_logs(settings)
    must_be_current(settings)
    counts = Counts()
    gridward = assemble(settings, count=counts.command)
    simulator = simulating(gridward) if simulating else None
    beside = Works(gridward, simulator=simulator, count=counts.delivery) if works else None
    health = Health(gridward, head=head(), works=beside)
    app = create_app(
        gridward,
        health=health,
        metrics=lambda: counts.exposed(gridward),
        sample=sample,
        providers=providers_of(settings.oidc),
        breached=BreachedPasswords(Path(named)) if (named := settings.breached_passwords) else None,
        scanner=Clamd(settings.clamd) if settings.clamd else None,
        watchers=networks_of(settings.watchers),
        limits=Limits(sender=settings.limit_sender, address=settings.limit_address),
        counts=asked,
    )
    if settings.proxies:
        count = settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=0)  # type: ignore[method-assign]
    counts.watch(app)
    app.extensions[RUNNING] = Running(gridward=gridward, works=beside)
    if beside:
        beside.start()
    return app
