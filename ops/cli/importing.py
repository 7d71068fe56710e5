"""Import: take in records of other systems, carried through their life at their own times."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from domain.kernel.moments import in_utc
from domain.kernel.refusals import Refused
from ops.cli.telling import Told, table, telling

if TYPE_CHECKING:
    from ops.bootstrap import Gridward
    from workflows.records.mapping import Mapping

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_OUT = click.Path(dir_okay=False, writable=True, path_type=Path)


@click.group("import")
def import_() -> None:
    """Records of other systems, by ordinary commands; a second run changes nothing."""


@import_.command()
@click.argument("file", type=_FILE)
@click.option("--mapping", "name", required=True, help="A TOML file, or one of `import mappings`.")
@click.option("--until", help="Where the clock stops, in local time; the file's last if left out.")
@click.option("--rejects", type=_OUT, help="Write what was left out to this CSV.")
@telling("writing", to="take in records")
def records(
    city: Gridward, file: Path, *, name: str, until: str | None, rejects: Path | None
) -> Told:
    """Import a CSV or .csv.gz of service requests.

    Each is opened, falls due and is closed at its own time. A run that was stopped goes on where
    it stood. On PostgreSQL, stop servers and `gridward work` meanwhile: their clock would take
    deadlines of years ago for missed before the closings are in.
    """
    from workflows.records.importing import ImportRecords, import_records
    from workflows.records.mappings import read_mapping

    mapping = read_mapping(name)
    order = ImportRecords(path=file, mapping=mapping, until=_instant(until, mapping))
    with _progress(sys.stderr) as progress:
        report = import_records(order, city.ledger, city.desk.office, progress=progress)
    if rejects is not None:
        with rejects.open("w", encoding="utf-8", newline="") as out:
            report.write_rejects(out)
    return Told(data=report.as_json(), lines=report.sentences())


@import_.command()
@telling("nothing", to="try out rules")
def mappings(_settings: object) -> Told:
    """List the mappings that come with Gridward."""
    from workflows.records.mappings import known_mappings, read_mapping

    known = [(name, read_mapping(name)) for name in known_mappings()]
    rows = [
        (name, one.city.name_en, one.times.precision, ", ".join(one.columns["case"]))
        for name, one in known
    ]
    data = [{"mapping": name, "register": one.register} for name, one in known]
    return Told(data=data, lines=table(("mapping", "city", "times to the", "case id in"), rows))


def _instant(text: str | None, mapping: Mapping) -> datetime | None:
    if text is None:
        return None
    try:
        wall = datetime.fromisoformat(text)
    except ValueError:
        reason = f"'{text}' is no time; write it as 2011-12-31 or 2011-12-31T18:00."
        raise Refused("invalid-time", reason, given=text) from None
    return in_utc(wall if wall.tzinfo else wall.replace(tzinfo=mapping.times.zone))


@contextmanager
def _progress(out: Any) -> Iterator[Callable[[int, int], None]]:
    """Draw a bar on a terminal as soon as the number of actions is known; elsewhere draw none."""
    bars: list[Any] = []

    def tell(done: int, of: int) -> None:
        if not out.isatty():
            return
        if not bars:
            bars.append(click.progressbar(length=of, label="Importing", file=out))
            bars[0].__enter__()
        bars[0].update(done - bars[0].pos)

    try:
        yield tell
    finally:
        for bar in bars:
            bar.__exit__(None, None, None)
