"""Reports by a sheet on the command line: the same as over the API, for whoever is named."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ops.cli.telling import Told, table, telling

if TYPE_CHECKING:
    from ops.bootstrap import Gridward

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_HEADS = ("row", "number", "result", "case", "column", "what is wrong")


@click.command()
@click.argument("file", type=_FILE)
@click.option("--as", "person", required=True, help="Who acts (p-…).")
@click.option("--role", required=True, help="In which role.")
@click.option("--list", "named", default="sheet", show_default=True, help="Name of the list.")
@click.option("--dry-run", is_flag=True, help="Only tell what would become of each row.")
@telling("writing")
def sheet(city: Gridward, file: Path, *, person: str, role: str, named: str, dry_run: bool) -> Told:
    """Report many matters by a CSV or .xlsx; a row sent again is not recorded twice."""
    from web.acting import actor_of
    from web.app import create_app
    from web.sheet.taking import REFUSED, take_sheet

    with create_app(city).test_request_context():
        told = take_sheet(file.read_bytes(), actor_of(person, role), named=named, dry=dry_run)
    rows = [(one.row, one.number, one.state, one.case, one.column, one.reason) for one in told.rows]
    counted = ", ".join(f"{count} {state}" for state, count in told.counts.items() if count)
    lines = [*table(_HEADS, rows), f"{counted or 'No rows'}."]
    data = {"dry_run": told.dry_run, "counts": told.counts, "rows": told.rows}
    return Told(data=data, lines=lines, status=1 if told.counts[REFUSED] else 0)
