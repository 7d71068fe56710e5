"""Moving running cases to another version: the dry run, carrying it out, pausing, going on."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from domain.kernel.refusals import Refused
from ops.cli.acting import operator
from ops.cli.telling import Told, local, table, telling

if TYPE_CHECKING:
    from domain.kernel.act import Act
    from ops.bootstrap import Gridward
    from ops.moving import DryRun, Outcome
    from ops.settings import Settings

_SHOWN = 12
_STAYS = 2
_BY = click.option("--by", metavar="HANDLE", help="The person of the roster who orders it.")
_BATCH = click.option(
    "--batch", default=200, show_default=True, type=click.IntRange(1, 10_000), help="Cases at once."
)
_PAUSE = click.option(
    "--pause",
    "rest",
    default=0.1,
    show_default=True,
    type=click.FloatRange(0, 60),
    help="Seconds of rest between batches.",
)


@click.command()
@click.argument("files", nargs=-1, metavar="PLAN.toml | --draft OLD NEW")
@click.option("--draft", is_flag=True, help="Write a plan for two versions, with gaps to fill in.")
@click.option("--go", is_flag=True, help="Carry it out; without it nothing is recorded.")
@_BY
@_BATCH
@_PAUSE
@telling("nothing", to="move running cases")
def migrate(
    settings: Settings,
    files: tuple[str, ...],
    *,
    draft: bool,
    go: bool,
    by: str | None,
    batch: int,
    rest: float,
) -> Told:
    """Move running cases to another version, as PLAN.toml says.

    First a dry run: how many cases move as they are, by the plan's mapping, or not at all, and
    why; it only reads. With --go they are moved in batches. A run that was stopped or killed goes
    on where it stopped when it is given again.
    """
    from ops.moving import dry_run
    from ops.opening import city_to_read, city_to_write
    from workflows.moving.reading import read_plan

    with (city_to_write if go else city_to_read)(settings) as city:
        if draft:
            return _draft(city, files)
        found = dry_run(city, read_plan(_plan_text(files)))
        if go:
            return _gone(city, found, _ordered_by(city, by), batch=batch, rest=rest)
    status = _STAYS if found.missing else 0
    return Told(data=_data(found), lines=list(_dry_lines(found)), status=status)


@click.command()
@telling(to="move running cases")
def migrations(city: Gridward) -> Told:
    """List the plans that move running cases, with how far each is."""
    from projections.moving.queries import plans

    with city.store.reading() as conn:
        rows = plans(conn)
    lines = table(
        ("plan", "from", "to", "area", "state", "moved", "still there", "by", "since"),
        [
            (
                row.name,
                row.left,
                row.workflow,
                row.area,
                row.state,
                row.moved,
                row.waiting,
                row.person,
                local(row.changed_at, city.settings),
            )
            for row in rows
        ],
    )
    return Told(data=rows, lines=lines or ["No plan was made: `gridward workflow migrate`."])


@click.command()
@click.argument("plan")
@_BY
@telling("writing", to="move running cases")
def pause(city: Gridward, plan: str, by: str | None) -> Told:
    """Stop a plan after the batch at hand; what was moved stays moved."""
    from workflows.moving.commands import PauseMoving

    city.desk.do(PauseMoving(plan=plan), _ordered_by(city, by))
    told = f"{plan} is paused. `gridward workflow resume {plan}` goes on."
    return Told(data={"plan": plan, "state": "paused"}, lines=[told])


@click.command()
@click.argument("plan")
@_BY
@_BATCH
@_PAUSE
@telling("writing", to="move running cases")
def resume(city: Gridward, plan: str, by: str | None, batch: int, rest: float) -> Told:
    """Go on with a plan that was paused or killed."""
    from ops.moving import carry_out
    from workflows.moving.commands import ResumeMoving

    act = _ordered_by(city, by)
    city.desk.do(ResumeMoving(plan=plan), act)
    done = carry_out(city, plan, act, batch=batch, pause=rest)
    return Told(data=done, lines=[_outcome_line(plan, done)])


def _draft(city: Gridward, files: tuple[str, ...]) -> Told:
    from workflows.moving.drafting import draft_plan

    if len(files) != 2:  # noqa: PLR2004  # the old and the new
        raise click.UsageError("Name the old and the new version, such as street-incident@1.")
    old, new = (city.desk.office.engines.of(_reference(city, name)).definition for name in files)
    text = draft_plan(old, new)
    return Told(data={"plan": text}, lines=[text.rstrip("\n")])


def _reference(city: Gridward, name: str) -> str:
    return name if "@" in name else city.shelf.latest("workflow", name)


def _plan_text(files: tuple[str, ...]) -> str:
    from ops.cli.versions import text_of

    if len(files) != 1:
        raise click.UsageError("Name one plan file; `--draft OLD NEW` writes one.")
    return text_of(Path(files[0]))


def _ordered_by(city: Gridward, by: str | None) -> Act:
    if by is None:
        reason = "Say who orders it: --by and a handle of the roster, such as --by p-li."
        raise Refused("person-missing", reason)
    return replace(operator(city), person=by)


def _gone(city: Gridward, found: DryRun, act: Act, *, batch: int, rest: float) -> Told:
    from ops.moving import begin, carry_out, is_under_way

    name = found.plan.name
    lines = list(_dry_lines(found))
    if not (found.movable or found.missing or is_under_way(city, name)):
        told = "No case would move, so nothing was begun."
        return Told(data={**_data(found), "outcome": None}, lines=[*lines, told])
    begin(city, found.plan, act)
    with click.progressbar(
        length=found.movable, label="Moving cases", file=sys.stderr, hidden=not sys.stderr.isatty()
    ) as bar:
        done = carry_out(city, name, act, batch=batch, pause=rest, progress=bar.update)
    lines += ["", _outcome_line(name, done)]
    return Told(data={**_data(found), "outcome": done}, lines=lines)


def _outcome_line(name: str, done: Outcome) -> str:
    if done.state == "paused":
        return f"{name} was paused after {done.moved:,} cases of this run."
    return f"{name} is finished: {done.moved:,} moved in this run, {done.refused:,} stay."


def _data(found: DryRun) -> dict[str, object]:
    plan = found.plan
    return {
        "plan": plan.name,
        "from": plan.left,
        "to": plan.workflow,
        "as_is": found.as_is,
        "mapped": found.mapped,
        "needs_mapping": found.missing,
        "refused": found.refused,
    }


def _dry_lines(found: DryRun) -> Iterator[str]:
    plan = found.plan
    where = f" in {plan.area}" if plan.area else ""
    yield f"{', '.join(plan.left)} to {plan.workflow}{where}:"
    yield f"{found.as_is:,} move as they are, {found.mapped:,} as the plan says."
    yield from _kept("need a mapping", found.missing)
    yield from _kept("are refused", found.refused)


def _kept(how: str, cases: Mapping[str, list[str]]) -> Iterator[str]:
    """Say how many stay, then each reason with its cases."""
    yield f"{sum(map(len, cases.values())):,} {how}{':' if cases else '.'}"
    for reason, numbers in sorted(cases.items(), key=lambda one: -len(one[1])):
        yield f"  {len(numbers):,}  {reason}"
        more = f" and {len(numbers) - _SHOWN:,} more (--json names all)"
        yield f"      {', '.join(numbers[:_SHOWN])}{more if len(numbers) > _SHOWN else ''}"
