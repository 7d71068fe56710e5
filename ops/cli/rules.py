"""Rules: what is published, and publishing from files."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from domain.kernel.refusals import Refused
from ops.cli.acting import DAY, act_now, today
from ops.cli.telling import Told, table, telling

if TYPE_CHECKING:
    from ops.bootstrap import Gridward
    from ops.publishing import Published


@click.group()
def rules() -> None:
    """Calendars, categories, limits and workflows, each in numbered versions."""


@rules.command("list")
@telling(to="look at rules")
def list_(city: Gridward) -> Told:
    """List what is published, with the version in force today."""
    from ops.publishing import published

    day = today(city)
    rows = [
        {
            "kind": one.kind,
            "name": one.name,
            "latest": one.latest,
            "in_force": one.in_force(day),
            "digest": one.digest(one.latest),
        }
        for one in published(city)
    ]
    lines = table(
        ("kind", "name", "latest", "in force", "digest"),
        [(r["kind"], r["name"], r["latest"], r["in_force"], str(r["digest"])[:16]) for r in rows],
    )
    hint = "Nothing is published yet: `gridward rules publish` takes the book that comes along."
    return Told(data=rows, lines=lines or [hint])


@rules.command()
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--valid-from", type=DAY, help="The first local day they hold; at once if left out.")
@telling("writing", to="publish rules", whole=True)
def publish(city: Gridward, files: tuple[Path, ...], valid_from: date | None) -> Told:
    """Publish files, or with none the whole book that comes with Gridward.

    A file lies in a folder calendars, categories or limits, which tells its kind; any other is a
    workflow definition. The same content again is no new version.
    """
    from ops.publishing import publish as publish_one
    from ops.publishing import publish_book, read_file

    if not files and valid_from:
        raise Refused("files-missing", "Name the files that are to hold from that day.")
    act = act_now(city)
    if not files:
        return _told(publish_book(city, act))
    written = [read_file(path) for path in files]
    return _told([publish_one(city, one, act, valid_from=valid_from) for one in written])


def _told(done: list[Published]) -> Told:
    lines = table(
        ("kind", "name", "version", "published"),
        [(p.kind, p.name, p.version, "now" if p.is_new else "before") for p in done],
    )
    return Told(data=done, lines=lines)
