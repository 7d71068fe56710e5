"""Areas: import what others publish, look at the tree, find the grid of a point."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from domain.kernel.codes import AreaCode, Level
from domain.kernel.refusals import Refused
from ops.cli.acting import AREA, DAY, act_now, day_option, today
from ops.cli.telling import Told, pairs, table, telling
from projections.area import queries

if TYPE_CHECKING:
    from ops.bootstrap import Gridward
    from workflows.area.plan import ImportPlan

_MICRO = 1_000_000
_PAGE = 1_000
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def areas() -> None:
    """Divisions and grids of the city, each as it stood on a day."""


def plan_options(command: Any) -> Any:
    """Ask from which day the file holds, and whether to do it or only to tell."""
    command = click.option("--yes", is_flag=True, help="Apply without asking.")(command)
    command = click.option("--dry-run", is_flag=True, help="Only tell what would change.")(command)
    return click.option("--day", type=DAY, help="The day it holds from; today if left out.")(
        command
    )


@areas.command("import")
@click.argument("file", type=_FILE)
@click.option("--complete", is_flag=True, help="End the divisions that the file does not hold.")
@plan_options
@telling("writing", to="change areas", whole=True)
def import_(
    city: Gridward, file: Path, *, complete: bool, day: date | None, dry_run: bool, yes: bool
) -> Told:
    """Import a CSV of divisions, or of dated changes (a column `change`).

    Shows what would change and asks; files are compared with the tree of the day.
    """
    plan = plan_of(city, file.read_bytes(), day or today(city), complete=complete)
    return carried_out(city, plan, dry_run=dry_run, yes=yes)


@areas.group()
def grids() -> None:
    """Grids: import outlines, or make them from the communities."""


@grids.command("import")
@click.argument("file", type=_FILE)
@plan_options
@telling("writing", to="change areas", whole=True)
def import_grids(city: Gridward, file: Path, *, day: date | None, dry_run: bool, yes: bool) -> Told:
    """Import a GeoJSON FeatureCollection in WGS 84; new grids are added, others get an outline."""
    from workflows.area.geojson import plan_outlines, read_outlines

    day = day or today(city)
    plan = plan_outlines(read_outlines(file.read_bytes()), _tree(city, day), day)
    return carried_out(city, plan, dry_run=dry_run, yes=yes)


@areas.command()
@click.argument("code", type=AREA)
@click.argument("file", type=_FILE)
@plan_options
@telling("writing", to="change areas")
def bound(
    city: Gridward, code: AreaCode, file: Path, *, day: date | None, dry_run: bool, yes: bool
) -> Told:
    """Say where an area lies: GeoJSON in WGS 84 with one Polygon or MultiPolygon.

    Tells beforehand how it fits its parent and its neighbours; an overlap is told, not refused.
    """
    from ops.cli.reaching import must_see_at
    from projections.area.around import around
    from workflows.area.fitting import sentences
    from workflows.area.geojson import plan_outline, read_json
    from workflows.area.polygons import read_outline

    must_see_at("change areas", (code,))
    day = day or today(city)
    boundary = read_outline(read_json(file.read_bytes()), code)
    with city.store.reading() as conn:
        near = around(conn, code, day)
    notes = sentences(boundary, parent=near.above, beside=near.beside)
    plan = plan_outline(code, boundary, _tree(city, day), day, notes=notes)
    return carried_out(city, plan, dry_run=dry_run, yes=yes)


@grids.command()
@click.option("--count", type=int, required=True, help="How many grids in all.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed, same grids.")
@click.option("--outlines", type=_FILE, required=True, help="GeoJSON of the districts or below.")
@plan_options
@telling("writing", to="change areas", whole=True)
def make(
    city: Gridward,
    *,
    count: int,
    seed: int,
    outlines: Path,
    day: date | None,
    dry_run: bool,
    yes: bool,
) -> Told:
    """Make grids where none are on file: communities are placed in outlines and cut."""
    from workflows.area.geojson import polygons_of
    from workflows.area.grids import make_grids
    from workflows.area.layout import place_communities

    day = day or today(city)
    tree = _tree(city, day)
    communities = sorted(code for code in tree if code.level is Level.COMMUNITY)
    boxes = place_communities(communities, polygons_of(outlines.read_bytes()), seed=seed)
    plan = make_grids(boxes, count, tree=tree, day=day, seed=seed)
    return carried_out(city, plan, dry_run=dry_run, yes=yes)


@areas.command("list")
@click.argument("code", type=AREA, required=False)
@day_option
@telling(to="look at areas")
def list_(city: Gridward, code: AreaCode | None, day: date | None) -> Told:
    """List what lies in an area; the whole city's districts if none is named."""
    day = day or today(city)
    with city.store.reading() as conn:
        top = code or next(iter(queries.tree_on(conn, day, down_to=Level.CITY)), None)
        rows = queries.children(conn, top, day, limit=_PAGE) if top else []
    below = (Level.STREET, Level.COMMUNITY, Level.GRID)
    titles = ("code", "name", "kind", *(level.word for level in below))
    lines = table(
        titles,
        [
            (r.area.code, r.area.name, r.area.kind, *(r.below.get(one) for one in below))
            for r in rows
        ],
    )
    return Told(data=rows, lines=lines or [f"Nothing lies in {top or 'the city'} on {day}."])


@areas.command()
@click.argument("code", type=AREA)
@day_option
@telling(to="look at areas")
def show(city: Gridward, code: AreaCode, day: date | None) -> Told:
    """Show an area, what lies below it, and every name it bore."""
    day = day or today(city)
    with city.store.reading() as conn:
        past = queries.history(conn, code)
        counts = queries.counts_by_level(conn, code, day)
        path = queries.areas_on(conn, code.path, day)
    if not past:
        reason = f"There is no area {code}. `gridward areas list` tells what there is."
        raise Refused("unknown-area", reason, area=str(code))
    lies_in = " > ".join(path[above].name for above in code.path if above in path)
    told: dict[str, object] = {"code": code, "level": code.level.word, "lies in": lies_in}
    told |= {f"{level.word}s": count for level, count in counts.items() if level > code.level}
    rows = [(r.from_day, r.to_day, r.name, r.name_en, r.kind, r.ending, r.successor) for r in past]
    titles = ("from", "to", "name", "english", "kind", "ending", "goes on as")
    data = {"code": code, "level": code.level, "below": counts, "history": past}
    return Told(data=data, lines=[*pairs(told), "", *table(titles, rows)])


@areas.command()
@click.option("--lon", type=float, required=True, help="Longitude, WGS 84.")
@click.option("--lat", type=float, required=True, help="Latitude, WGS 84.")
@day_option
@telling(to="look at areas")
def find(city: Gridward, lon: float, lat: float, day: date | None) -> Told:
    """Find the grid of a point."""
    from projections.area.finder import GridFinder

    day = day or today(city)
    with city.store.reading() as conn:
        finder = GridFinder(queries.outlines(conn, day))
        code = finder.find(lon_e6=round(lon * _MICRO), lat_e6=round(lat * _MICRO))
        path = queries.areas_on(conn, code.path, day)
    names = [path[above].name for above in code.path if above in path]
    return Told(data={"code": code, "names": names}, lines=[f"{code}  {' > '.join(names)}"])


def plan_of(city: Gridward, data: bytes, day: date, *, complete: bool) -> ImportPlan:
    """Plan a sheet of divisions, or of dated changes where it has a column for them."""
    from workflows.area.changes import plan_changes
    from workflows.area.divisions import read_divisions
    from workflows.area.divisions_plan import plan_import
    from workflows.sheets import read_sheet

    tree = _tree(city, day)
    if "change" in read_sheet(data, needed=("code",)).columns:
        return plan_changes(data, tree, day)
    return plan_import(read_divisions(data), tree, day, complete=complete)


def carried_out(city: Gridward, plan: ImportPlan, *, dry_run: bool, yes: bool) -> Told:
    """Show a plan, ask unless told, and carry it out."""
    from ops.cli.reaching import explained
    from workflows.area.plan import apply_plan, report

    lines = report(plan)
    told = planned(plan)
    if dry_run or not plan.orders:
        return Told(data={**told, "applied": False}, lines=lines)
    if not agreed(lines, yes=yes):
        return Told(data={**told, "applied": False}, lines=["Nothing was changed."])
    applied = apply_plan(plan, city.ledger, act_now(city), explained=explained(city))
    refused = [{"code": str(order.code), "reason": str(why)} for order, why in applied.refused]
    said = [f"{applied.recorded:,} changes recorded, {len(refused)} refused."]
    said += [f"  {one['code']}: {one['reason']}" for one in refused]
    data = {**told, "applied": True, "recorded": applied.recorded, "refused": refused}
    return Told(data=data, lines=[*(lines if yes else ()), *said], status=1 if refused else 0)


def agreed(lines: list[str], *, yes: bool) -> bool:
    """Ask; the question goes to standard error, so that --json stays JSON."""
    if yes:
        return True
    for line in lines:
        click.echo(line, err=True)
    return click.confirm("Apply this?", err=True)


def planned(plan: ImportPlan) -> Mapping[str, object]:
    """Give a plan in numbers, and what is wrong with the file."""
    return {
        "day": plan.day,
        "added": len(plan.added),
        "renamed": len(plan.renamed),
        "moved": len(plan.moved),
        "merged": len(plan.merged),
        "closed": len(plan.closed),
        "bounded": len(plan.bounded),
        "unchanged": plan.unchanged,
        "missing": len(plan.missing),
        "bad": [str(row) for row in plan.bad],
    }


def _tree(city: Gridward, day: date) -> dict[AreaCode, Any]:
    with city.store.reading() as conn:
        return queries.tree_on(conn, day)
