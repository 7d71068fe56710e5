"""Running: the demo, the server, and readers and clock apart from it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from ops.cli.asking import for_operator
from ops.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_STOP = "Ctrl-C stops it; nothing is lost."


def address_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Ask where to listen."""
    port = click.option("--port", type=click.IntRange(0, 65535), help="GRIDWARD_PORT (8000).")
    host = click.option("--host", help="GRIDWARD_HOST (127.0.0.1); only this machine.")
    return host(port(command))


@click.command()
@address_options
@click.option("--still", is_flag=True, help="Without the simulator: nothing happens by itself.")
@for_operator("run the machine")
@click.pass_obj
def demo(settings: Settings, host: str | None, port: int | None, *, still: bool) -> None:
    """Serve a sample city with a few weeks of history; the first start makes it."""
    from ops.demo import run_demo

    run_demo(_placed(settings, host, port), still=still)


@click.command()
@address_options
@for_operator("run the machine")
@click.pass_obj
def serve(settings: Settings, host: str | None, port: int | None) -> None:
    """Serve pages and API of this city.

    On SQLite readers and clock run inside; on PostgreSQL start `gridward work` beside it.
    """
    from ops.migrating import must_be_current
    from ops.opening import must_be_free
    from ops.serving import address_of, must_have_a_name, open_socket
    from ops.serving import serve as serve_on

    settings = _placed(settings, host, port)
    must_have_a_name(settings)
    listening = open_socket(settings.host, settings.port)
    must_be_free(settings)
    must_be_current(settings)
    address = address_of(listening)

    def ready() -> None:
        click.echo(f"Gridward serves on {address}  {_STOP}", err=True)

    serve_on(settings, listening, ready=ready)


@click.command()
@for_operator("run the machine")
@click.pass_obj
def work(settings: Settings) -> None:
    """Run readers and clock; several processes may do so at once."""
    from ops.workplace import work_until_told

    work_until_told(settings, lambda: click.echo(f"Gridward works. {_STOP}", err=True))


def _placed(settings: Settings, host: str | None, port: int | None) -> Settings:
    return replace(
        settings,
        host=host or settings.host,
        port=settings.port if port is None else port,
    )
