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
@click.option("--list", "named", default="sheet", show_default=True, help="Name of the list.")
@click.option("--dry-run", is_flag=True, help="Only tell what would become of each row.")
@telling("writing", to="report an incident")
def sheet(_city: Gridward, file: Path, *, named: str, dry_run: bool) -> Told:
    """Report many matters by a CSV or .xlsx; a row sent again is not recorded twice."""
    from web.access import viewer
    from web.sheet.taking import REFUSED, take_sheet

    told = take_sheet(file.read_bytes(), viewer(), named=named, dry=dry_run)
    rows = [(one.row, one.number, one.state, one.case, one.column, one.reason) for one in told.rows]
    counted = ", ".join(f"{count} {state}" for state, count in told.counts.items() if count)
    lines = [*table(_HEADS, rows), f"{counted or 'No rows'}."]
    data = {"dry_run": told.dry_run, "counts": told.counts, "rows": told.rows}
    return Told(data=data, lines=lines, status=1 if told.counts[REFUSED] else 0)
