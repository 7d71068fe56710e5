"""Upkeep: migrate, status, check, rebuild, export."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from domain.kernel.refusals import Refused
from domain.kernel.shifts import instant_of
from ops.cli.acting import today
from ops.cli.telling import Told, local, pairs, table, telling
from ops.cli.versions import pilot_lines
from ops.settings import Settings

if TYPE_CHECKING:
    from ledger.feed import Row
    from ops.bootstrap import Gridward
    from ops.standing import StandingNow

_AT_ONCE = 5_000
_MOST_DIFFERENCES = 50


@click.command()
@telling("nothing", to="run the machine")
def migrate(settings: Settings) -> Told:
    """Make or update the database, and the tables of new read models."""
    from ops.migrating import bring_up, head

    ran = bring_up(settings)
    said = f"Migrated: {', '.join(ran)}." if ran else f"Nothing to do: the database is at {head()}."
    return Told(data={"ran": ran, "at": head()}, lines=[said])


@click.command()
@telling(to="run the machine")
def status(city: Gridward) -> Told:
    """Tell how ledger, readers, deadlines and database stand, and what to look at."""
    from ops.nights import unguarded_nights
    from ops.publishing import published, unpublished_years
    from ops.snags import Snags
    from ops.standing import standing_now

    standing = standing_now(city)
    database = {"url": _without_password(city), **city.store.status()}
    snags, years = Snags(city.store).newest(), unpublished_years(city, city.now())
    rules, day = published(city), today(city)
    nights = unguarded_nights(city, city.now()) if rules else ()
    warnings = list(_warnings(standing, years, nights))
    data = {
        **standing.plain(),
        "database": database,
        "snags_newest": snags,
        "unpublished_years": years,
        "unguarded_nights": nights,
        "pilots": {one.name: on for one in rules if (on := one.pilots.running(day))},
        "warnings": warnings,
    }
    lines = _status_lines(city, standing, database, snags, warnings)
    return Told(data=data, lines=[*lines, *pilot_lines(rules, day)])


@click.command()
@telling(to="run the machine")
def check(city: Gridward) -> Told:
    """Check the ledger against itself: bodies against columns, positions, versions, heads."""
    from ledger.checking import differences

    events = sum(city.feed.heads().values())
    found = list(islice(differences(city.store), _MOST_DIFFERENCES))
    if not found:
        return Told(
            data={"events": events, "differences": []}, lines=[f"{events:,} events, whole."]
        )
    lines = [f"The ledger does not agree with itself ({events:,} events):"]
    lines += table(("part", "position", "what"), found)
    if len(found) == _MOST_DIFFERENCES:
        lines.append("These are the first; there may be more.")
    return Told(data={"events": events, "differences": found}, lines=lines, status=1)


@click.command()
@click.argument("names", metavar="[MODEL]...", nargs=-1)
@telling("writing", to="run the machine")
def rebuild(city: Gridward, names: tuple[str, ...]) -> Told:
    """Rebuild read models (all, or those named) from the ledger, and compare with what stood."""
    from ops.rebuilding import chosen, rebuild_models

    length = sum(city.feed.heads().values()) * len(chosen(city, names))
    with _bar(length) as bar:
        rebuilt = rebuild_models(city, names, progress=bar.update)
    lines = table(
        ("read model", "events", "seconds", "as before", "digest"),
        [(r.model, r.events, f"{r.seconds:.1f}", r.same, r.digest[:16]) for r in rebuilt],
    )
    different = [r.model for r in rebuilt if not r.same]
    if different:
        lines.append(f"Not as before: {', '.join(different)}. The rebuilt one is in place now.")
    return Told(data=rebuilt, lines=lines, status=1 if different else 0)


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), required=False)
@click.option("--after", default=0, show_default=True, help="Begin behind this position of a part.")
@telling(to="export the ledger")
def export(city: Gridward, file: Path | None, after: int) -> Told:
    """Write all events as JSON lines, part by part in the order of positions, to FILE or stdout.

    Bodies stand as they are in the ledger; names and free text are not in them.
    """
    if file is None:
        for line in _event_lines(city, after):
            sys.stdout.write(line)
        sys.stdout.flush()
        raise click.exceptions.Exit(0)
    if file.exists():
        reason = f"{file} is there already. Name another file, so that none is lost."
        raise Refused("file-exists", reason, file=str(file))
    count = 0
    with file.open("w", encoding="utf-8") as written, _bar(_length(city, after)) as bar:
        for line in _event_lines(city, after):
            written.write(line)
            count += 1
            bar.update(1)
    said = f"{count:,} events written to {file}."
    return Told(data={"events": count, "file": str(file)}, lines=[said])


def _event_lines(city: Gridward, after: int) -> Iterator[str]:
    for part in sorted(city.feed.heads()):
        last = after
        while rows := city.feed.read(part, after=last, limit=_AT_ONCE):
            yield from map(_event_line, rows)
            last = rows[-1].pos


def _event_line(row: Row) -> str:
    """The body is taken over letter by letter: its commitment must hold."""
    told: dict[str, Any] = {
        "part": row.part,
        "position": row.pos,
        "stream": row.stream,
        "version": row.version,
        "topic": row.topic,
        "recorded_at": instant_of(row.recorded_at),
        "body": msgspec.Raw(row.body.encode()),
    }
    return msgspec.json.encode(told).decode() + "\n"


def _length(city: Gridward, after: int) -> int:
    return sum(max(0, head - after) for head in city.feed.heads().values())


def _bar(length: int) -> Any:
    return click.progressbar(
        length=length,
        label="Events",
        file=sys.stderr,
        update_min_steps=500,
        hidden=not sys.stderr.isatty(),
    )


def _without_password(city: Gridward) -> str:
    return city.store.url.render_as_string(hide_password=True)


def _warnings(
    standing: StandingNow, years: dict[str, tuple[int, ...]], nights: tuple[str, ...]
) -> Iterator[str]:
    for one in standing.readers:
        if one.stopped:
            yield f"Reader {one.reader} stopped at {one.stopped}. Mend it, then `gridward rebuild`."
    if standing.snags:
        yield f"{standing.snags:,} deadlines could not be carried out. See `gridward snags list`."
    for process, facts in standing.process_snags.items():
        yield f"The process {process} is stuck at {facts:,} facts. See `gridward snags list`."
    if standing.notices_given_up:
        yield "Notices were given up. Look at `gridward notices list --state given-up`."
    for calendar, missing in years.items():
        listed = ", ".join(map(str, missing))
        yield (
            f"Calendar {calendar} has no holidays for {listed}: plain weeks are assumed. Publish"
            " the notice of the year."
        )
    if nights:
        yield (
            f"At night no rota has anybody on duty as {', '.join(nights)}: all who hold the role"
            " are told. See `gridward people duty`."
        )


def _post_line(standing: StandingNow) -> str:
    """Say how many are to be delivered, since when, and how many never were."""
    minutes = int(standing.notices_oldest // 60)
    since = f", the oldest for {minutes:,} min" if standing.notices else ""
    return f"{standing.notices:,} to deliver{since}, {standing.notices_given_up:,} given up"


def _status_lines(
    city: Gridward,
    standing: StandingNow,
    database: dict[str, str],
    snags: list[Any],
    warnings: list[str],
) -> list[str]:
    settings = city.settings
    counts = {
        "events": standing.events,
        "parts": standing.parts,
        "last event": local(standing.last_recorded_at, settings),
        "deadlines": f"{standing.timers:,} wait, {standing.timers_due:,} due",
        "snags": standing.snags + sum(standing.process_snags.values()),
        "notices": _post_line(standing),
    }
    lines = [*pairs(counts), ""]
    lines += table(
        ("reader", "behind", "seconds", "rebuilt", "state"),
        [
            (r.reader, r.events, f"{r.seconds:.1f}", r.generation, r.stopped or "runs")
            for r in standing.readers
        ],
    )
    lines += ["", *pairs(database)]
    if snags:
        rows = [(s.timer, s.code, s.times, local(s.last_at, settings)) for s in snags]
        lines += ["", *table(("snag", "code", "times", "last"), rows)]
    warned = [f"{click.style('Warning:', fg='yellow')} {warning}" for warning in warnings]
    return [*lines, "", *warned] if warned else lines
