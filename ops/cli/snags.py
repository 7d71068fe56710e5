"""Snags: deadlines and facts that could not be followed up, and a new try at them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from domain.kernel.refusals import Refused
from ops.cli.telling import Told, local, pairs, table, telling

if TYPE_CHECKING:
    from ops.bootstrap import Gridward
    from ops.snagging import Stuck


@click.group()
def snags() -> None:
    """Snags: what the clock or a process could not carry out; everything else goes on."""


@snags.command("list")
@telling(to="look at snags")
def list_(city: Gridward) -> Told:
    """List them, the oldest first."""
    found = city.snags()
    if not found:
        return Told(data=[], lines=["Nothing is stuck."])
    rows = [
        (one.id, one.who, one.code, one.times, local(one.last_at, city.settings)) for one in found
    ]
    lines = table(("snag", "who", "code", "times", "last"), rows)
    return Told(data=[one._asdict() for one in found], lines=lines)


@snags.command()
@click.argument("snag")
@telling(to="look at snags")
def show(city: Gridward, snag: str) -> Told:
    """Show one snag: whose it is, the record, and how often it failed since when."""
    one = _named(city, snag)
    lines = pairs(
        {
            "snag": one.id,
            "who": one.who,
            "record": str(one.stream),
            "code": one.code,
            "times": one.times,
            "first": local(one.first_at, city.settings),
            "last": local(one.last_at, city.settings),
        }
    )
    return Told(data=one._asdict(), lines=lines)


@snags.command()
@click.argument("snag", required=False)
@click.option("--all", "all_", is_flag=True, help="All of them.")
@telling("writing", to="run the machine")
def retry(city: Gridward, snag: str | None, *, all_: bool) -> Told:
    """Try again what hindered a record (SNAG), or all; status 1 when something is still stuck."""
    from ops.snagging import retry as try_again

    if (snag is None) != all_:
        raise click.UsageError("Name a snag, or give --all.")
    wanted = city.snags() if snag is None else [_named(city, snag)]
    gone = try_again(city, wanted)
    left = len(wanted) - gone
    lines = [f"{gone:,} snags are gone, {left:,} are still there."]
    return Told(data={"gone": gone, "left": left}, lines=lines, status=1 if left else 0)


def _named(city: Gridward, snag: str) -> Stuck:
    for one in city.snags():
        if one.id == snag:
            return one
    reason = "There is no such snag; perhaps it is gone by now. See `gridward snags list`."
    raise Refused("no-such-snag", reason, snag=snag[:100])
