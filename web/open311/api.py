"""The addresses of Open311, each with the ending that names the format of the answer."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from web.open311 import discovery, requests, services, updates
from web.open311.rendering import FORMATS
from web.problems import OPEN311

blueprint = Blueprint("open311", __name__, url_prefix=OPEN311.rstrip("/"))
_ENDING = f"<any({', '.join(FORMATS)}):form>"


@blueprint.url_value_preprocessor
def leave_the_ending(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    """The ending is read from the address itself, also where an error is told."""
    if values:
        values.pop("form", None)


@blueprint.route(f"/discovery.{_ENDING}")
def discover() -> Any:
    """Describe what this server speaks."""
    return discovery.discovery()


@blueprint.route("/v2/services")
@blueprint.route(f"/v2/services.{_ENDING}")
def list_services() -> Any:
    """List the services."""
    return services.services()


@blueprint.route("/v2/services/<code>")
@blueprint.route(f"/v2/services/<code>.{_ENDING}")
def define_service(code: str) -> Any:
    """Describe what a service asks."""
    return services.definition(code)


@blueprint.route("/v2/requests", methods=["GET"])
@blueprint.route(f"/v2/requests.{_ENDING}", methods=["GET"])
def list_requests() -> Any:
    """List requests."""
    return requests.listed()


@blueprint.route("/v2/requests", methods=["POST"])
@blueprint.route(f"/v2/requests.{_ENDING}", methods=["POST"])
def create_request() -> Any:
    """Take a request."""
    return requests.create()


@blueprint.route("/v2/requests/<incident>")
@blueprint.route(f"/v2/requests/<incident>.{_ENDING}")
def show_request(incident: str) -> Any:
    """Show a request."""
    return requests.shown(incident)


@blueprint.route("/v2/tokens/<token>")
@blueprint.route(f"/v2/tokens/<token>.{_ENDING}")
def show_token(token: str) -> Any:
    """Give the request of a token."""
    return requests.token(token)


@blueprint.route("/v2/servicerequestupdates", methods=["GET"])
@blueprint.route(f"/v2/servicerequestupdates.{_ENDING}", methods=["GET"])
def list_updates() -> Any:
    """List updates."""
    return updates.listed()


@blueprint.route("/v2/servicerequestupdates", methods=["POST"])
@blueprint.route(f"/v2/servicerequestupdates.{_ENDING}", methods=["POST"])
def create_update() -> Any:
    """Take an update."""
    return updates.create()
