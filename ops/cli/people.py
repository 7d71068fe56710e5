"""People and units: the roster, by handles; names come out of the vault only when asked for."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from domain.kernel.codes import AreaCode
from domain.kernel.refusals import Refused
from ops.cli.acting import AREA, act_now, day_option, today, top_area
from ops.cli.areas import agreed
from ops.cli.roster import COMMANDS as OF_THE_ROSTER
from ops.cli.rota import COMMANDS as OF_THE_ROTA
from ops.cli.telling import Told, pairs, table, telling
from projections.people import queries

if TYPE_CHECKING:
    from ops.bootstrap import Gridward

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_PAGE = 200


@click.group()
def people() -> None:
    """The roster: who holds which role where."""


@people.command("import")
@click.argument("file", type=_FILE)
@click.option("--dry-run", is_flag=True, help="Only tell what would change.")
@click.option("--yes", is_flag=True, help="Apply without asking.")
@telling("writing", to="keep the roster", whole=True)
def import_(city: Gridward, file: Path, *, dry_run: bool, yes: bool) -> Told:
    """Import a CSV: handle,name,role,area,unit,from,to, one row for each post."""
    from ops.bootstrap import random_key
    from ops.cli.reaching import explained
    from workflows.people.sheet import apply_roster, plan_roster, report

    plan = plan_roster(file.read_bytes(), city.ledger, act_now(city), new_key=random_key)
    lines = report(plan)
    told = {
        "enrolled": len(plan.enrolled),
        "granted": len(plan.granted),
        "unchanged": plan.unchanged,
        "bad": [str(row) for row in plan.bad],
    }
    if dry_run or not plan.orders:
        return Told(data={**told, "applied": False}, lines=lines)
    if not agreed(lines, yes=yes):
        return Told(data={**told, "applied": False}, lines=["Nothing was changed."])
    applied = apply_roster(plan, city.ledger, act_now(city), explained=explained(city))
    refused = [str(why) for _, why in applied.refused]
    said = [f"{applied.recorded:,} changes recorded, {len(refused)} refused.", *refused]
    data = {**told, "applied": True, "recorded": applied.recorded, "refused": refused}
    return Told(data=data, lines=[*(lines if yes else ()), *said], status=1 if refused else 0)


@people.command("list")
@click.option("--area", type=AREA, help="Only posts in this area and below it.")
@click.option("--role", help="Only this role.")
@click.option("--after", help="Go on after this handle.")
@click.option("--limit", type=click.IntRange(1, 1_000), default=_PAGE, show_default=True)
@day_option
@telling(to="look at people")
def list_(
    city: Gridward,
    *,
    area: AreaCode | None,
    role: str | None,
    after: str | None,
    limit: int,
    day: date | None,
) -> Told:
    """List posts by handle."""
    from ops.cli.reaching import area_listed

    within = area_listed("look at people", area) or top_area(city)
    if within is None:
        return Told(data=[], lines=["There are no areas yet, so nobody has a post."])
    mark = queries.PostRow(after, 1 << 30, "", None, None, date.min, None) if after else None
    with city.store.reading() as conn:
        rows = queries.roster_page(
            conn, within, day or today(city), role=role, after=mark, limit=limit
        )
    lines = table(
        ("handle", "role", "area", "unit", "from", "until"),
        [(r.handle, r.role, r.area, r.unit, r.from_day, r.to_day) for r in rows],
    )
    if len(rows) == limit:
        lines.append(f"There may be more: --after {rows[-1].handle}")
    return Told(data=rows, lines=lines or ["Nobody."])


@people.command()
@click.argument("handle")
@click.option("--reason", "look", help="Read the name: why you must; that you did is recorded.")
@telling(to="look at people")
def show(city: Gridward, handle: str, *, look: str | None) -> Told:
    """Show a person's posts, past ones too."""
    from ops.cli.reaching import must_see_person
    from web.privacy.revealing import open_words

    must_see_person("look at people", handle)
    with city.store.reading() as conn:
        person = queries.person(conn, handle)
        posts = queries.posts_of(conn, handle)
    if person is None:
        reason = f"Nobody is on the roster as '{handle}'. `gridward people list` tells who is."
        raise Refused("person-unknown", reason)
    told: dict[str, object] = {"handle": handle, "left": person.left_day}
    if look:
        said = open_words(person.stream, [(1, "name")], why=look, act=act_now(city))
        told["name"] = said.get((1, "name"))
    rows = [(p.role, p.area, p.unit, p.from_day, p.to_day) for p in posts]
    lines = [*pairs(told), "", *table(("role", "area", "unit", "from", "until"), rows)]
    return Told(data={**told, "posts": posts}, lines=lines)


for _command in (*OF_THE_ROSTER, *OF_THE_ROTA):
    people.add_command(_command)


@click.group()
def units() -> None:
    """Departments and their units: what they answer for and where."""


@units.command("list")
@click.option("--area", type=AREA, help="Only units that serve this area or one below it.")
@click.option("--after", help="Go on after this code.")
@click.option("--limit", type=click.IntRange(1, 1_000), default=_PAGE, show_default=True)
@day_option
@telling(to="look at units")
def list_units(
    city: Gridward, *, area: AreaCode | None, after: str | None, limit: int, day: date | None
) -> Told:
    """List units by code."""
    within = area or top_area(city)
    if within is None:
        return Told(data=[], lines=["There are no areas yet, so no unit serves one."])
    with city.store.reading() as conn:
        rows = queries.units_page(conn, within, day or today(city), after=after, limit=limit)
    lines = table(
        ("code", "name", "kind", "area", "inside"),
        [(r.code, r.name, r.kind, r.area, r.parent) for r in rows],
    )
    if len(rows) == limit:
        lines.append(f"There may be more: --after {rows[-1].code}")
    return Told(data=rows, lines=lines or ["No units."])


@units.command("show")
@click.argument("code")
@day_option
@telling(to="look at units")
def show_unit(city: Gridward, code: str, day: date | None) -> Told:
    """Show a unit, the units inside it and the categories it answers for."""
    day = day or today(city)
    with city.store.reading() as conn:
        unit = queries.unit_on(conn, code, day)
        inside = queries.units_inside(conn, code, day)
        categories = queries.categories_of(conn, code, day)
    if unit is None:
        reason = f"No unit '{code}' works on {day}. `gridward units list` tells which do."
        raise Refused("unknown-unit", reason, unit=code)
    told = {
        "code": unit.code,
        "name": unit.name,
        "english": unit.name_en,
        "kind": unit.kind,
        "area": unit.area,
        "inside": unit.parent,
        "holds": ", ".join(one.code for one in inside),
        "answers for": ", ".join(categories),
    }
    data = {"unit": unit, "inside": inside, "categories": categories}
    return Told(data=data, lines=pairs(told))
