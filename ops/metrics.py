"""Metrics for Prometheus: what this process counted, and what the database says when asked.

Labels hold names that the code knows (commands, refusal codes, routes, readers), never a value
that somebody sent: so they are bounded, and nobody is in them.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from flask import Flask, Response, g, request
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector

from ops.serving import TOGETHER
from ops.standing import StandingNow, standing_now

if TYPE_CHECKING:
    from ops.bootstrap import Gridward

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Counts:
    """What one process counts."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._commands = Counter(
            "gridward_commands",
            "Commands by outcome: recorded, repeated, nothing, or the code of the refusal.",
            ("command", "outcome"),
            registry=self.registry,
        )
        self._deliveries = Counter(
            "gridward_deliveries",
            "Tries to deliver a notice by channel and outcome: delivered, failed, given-up.",
            ("channel", "outcome"),
            registry=self.registry,
        )
        self._requests = Histogram(
            "gridward_request_seconds",
            "How long answers took, by route.",
            ("method", "route", "status"),
            buckets=_SECONDS,
            registry=self.registry,
        )

    def command(self, name: str, outcome: str) -> None:
        """Count one command."""
        self._commands.labels(name, outcome).inc()

    def delivery(self, channel: str, outcome: str) -> None:
        """Count one try to deliver a notice."""
        self._deliveries.labels(channel, outcome).inc()

    def watch(self, app: Flask) -> None:
        """Time every request; the route is the rule, not the address that was asked."""
        app.before_request(_begin)
        app.after_request(self._request)

    def exposed(self, gridward: Gridward) -> bytes:
        """Give everything in the format that Prometheus reads."""
        counted = self.registry
        if TOGETHER in os.environ:
            counted = CollectorRegistry()
            MultiProcessCollector(counted)  # type: ignore[no-untyped-call]
        asked = CollectorRegistry()
        asked.register(_Asked(standing_now(gridward)))
        return generate_latest(counted) + generate_latest(asked)

    def _request(self, response: Response) -> Response:
        began = g.pop("began", None)
        if began is not None:
            rule = request.url_rule.rule if request.url_rule else "unknown"
            method = request.method if request.method in _METHODS else "other"
            status = f"{response.status_code // 100}xx"
            self._requests.labels(method, rule, status).observe(perf_counter() - began)
        return response


def forget_process(pid: int) -> None:
    """Drop the gauges of a web process that ended; its counts stay."""
    folder = os.environ.get(TOGETHER)
    for left in Path(folder).glob(f"gauge_live*_{pid}.db") if folder else ():
        left.unlink(missing_ok=True)


class _Asked:
    """What the database knows: the same whichever process is asked."""

    def __init__(self, standing: StandingNow) -> None:
        self._standing = standing

    def collect(self) -> Iterator[Metric]:
        now = self._standing
        yield CounterMetricFamily("gridward_events", "Events in the ledger.", value=now.events)
        yield _gauge("gridward_timers", "Deadlines that wait.", now.timers)
        yield _gauge("gridward_timers_due", "Deadlines that are due.", now.timers_due)
        yield _gauge("gridward_timers_late_seconds", "How late the latest is.", now.timers_late)
        yield _gauge("gridward_snags", "Deadlines that fail.", now.snags)
        yield _gauge("gridward_outbox", "Notices to be delivered.", now.notices)
        yield _gauge("gridward_outbox_oldest_seconds", "Age of the oldest.", now.notices_oldest)
        yield _gauge("gridward_notices_given_up", "Notices given up.", now.notices_given_up)
        stuck = GaugeMetricFamily("gridward_process_snags", "Facts that wait.", labels=["process"])
        for process, snags in now.process_snags.items():
            stuck.add_metric([process], snags)
        yield stuck
        events = GaugeMetricFamily("gridward_reader_lag_events", "Not told yet.", labels=["reader"])
        behind = GaugeMetricFamily("gridward_reader_lag_seconds", "Behind.", labels=["reader"])
        runs = GaugeMetricFamily("gridward_reader_running", "0 when stopped.", labels=["reader"])
        for reader in now.readers:
            events.add_metric([reader.reader], reader.events)
            behind.add_metric([reader.reader], reader.seconds)
            runs.add_metric([reader.reader], 0 if reader.stopped else 1)
        yield from (events, behind, runs)


def _gauge(name: str, told: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, told, value=value)


def _begin() -> None:
    g.began = perf_counter()
