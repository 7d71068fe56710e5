"""What operators ask: whether all is well, and figures; both for the networks of their tools."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import TYPE_CHECKING

from flask import Flask, Response, jsonify, request

from domain.kernel.refusals import Refused

if TYPE_CHECKING:
    from web.city import Health, Metrics

Networks = Sequence[IPv4Network | IPv6Network]
THIS_MACHINE = (IPv4Network("127.0.0.0/8"), IPv6Network("::1/128"))
_METRICS_FORMAT = "text/plain; version=0.0.4; charset=utf-8"
_UNHEALTHY = 503


def register_monitoring(
    app: Flask, health: Health | None, metrics: Metrics | None, watchers: Networks
) -> None:
    """Serve both; without a function a process can only say that it answers."""

    def tell_health() -> tuple[Response, int]:
        found = dict(health()) if health else {"ok": True}
        # A balancer anywhere may ask whether to send people here; what is wrong is not its matter.
        told = found if _is_among(watchers) else {"ok": bool(found.get("ok"))}
        return jsonify(told), 200 if found.get("ok") else _UNHEALTHY

    def tell_metrics() -> Response:
        if not _is_among(watchers):
            reason = "Figures are for the networks of GRIDWARD_WATCHERS. Ask from one of them."
            raise Refused("not-for-your-network", reason)
        return Response(metrics() if metrics else b"", content_type=_METRICS_FORMAT)

    app.add_url_rule("/health", view_func=tell_health)
    app.add_url_rule("/metrics", view_func=tell_metrics)


def _is_among(watchers: Networks) -> bool:
    try:
        asking = ip_address(request.remote_addr or "")
    except ValueError:  # a socket without an address
        return False
    if isinstance(asking, IPv6Address) and asking.ipv4_mapped:
        asking = asking.ipv4_mapped
    return any(asking in network for network in watchers)
