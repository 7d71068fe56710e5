"""Notices: what became of each on its channels, and a new beginning for what was given up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from domain.kernel.refusals import Refused
from ledger import deliveries
from ledger.deliveries import STATES, Delivery, State
from ledger.posting import retry as try_again
from ops.cli.telling import Told, local, pairs, table, telling

if TYPE_CHECKING:
    from ops.bootstrap import Gridward

_PAGE = 50


@click.group()
def notices() -> None:
    """Notices: who was told what, over which channel, and whether it arrived."""


@notices.command("list")
@click.option("--state", type=click.Choice(STATES), help="Only those in this state.")
@click.option("--channel", help="Only those of this channel.")
@click.option("--limit", type=click.IntRange(1, 1_000), default=_PAGE, show_default=True)
@telling(to="look at notices", whole=True)
def list_(city: Gridward, *, state: State | None, channel: str | None, limit: int) -> Told:
    """List deliveries, those that came about last first."""
    found = deliveries.newest(city.store, state=state, channel=channel, limit=limit)
    if not found:
        return Told(data=[], lines=["There are no such notices."])
    rows = [
        (one.id, one.channel, one.to, one.about, one.state, one.tries, one.code) for one in found
    ]
    head = ("notice", "channel", "to", "about", "state", "tries", "code")
    return Told(data=[one._asdict() for one in found], lines=table(head, rows))


@notices.command()
@click.argument("notice")
@telling(to="look at notices", whole=True)
def show(city: Gridward, notice: str) -> Told:
    """Show a notice and what became of it on each channel."""
    found = _of(city, notice)
    first = found[0]
    head = {
        "notice": first.id,
        "to": first.to,
        "about": first.about,
        "record": f"{first.stream}, version {first.version}",
        "came about": local(first.created_at, city.settings),
        **{f"  {name}": str(value) for name, value in first.facts.items()},
    }
    rows = [
        (
            one.channel,
            one.state,
            local(one.at, city.settings),
            one.tries,
            one.code,
            local(one.next_at, city.settings),
        )
        for one in found
    ]
    lines = [*pairs(head), "", *table(("channel", "state", "since", "tries", "code", "next"), rows)]
    return Told(data=[one._asdict() for one in found], lines=lines)


@notices.command()
@click.argument("notice", required=False)
@click.option("--all", "all_", is_flag=True, help="All that were given up.")
@telling("writing", to="run the machine")
def retry(city: Gridward, notice: str | None, *, all_: bool) -> Told:
    """Begin anew with NOTICE where it was not delivered, or with all that were given up."""
    if (notice is None) != all_:
        raise click.UsageError("Name a notice, or give --all.")
    if notice is not None:
        _of(city, notice)
    again = try_again(city.store, now=city.now(), notice=notice)
    return Told(data={"again": again}, lines=[f"{again:,} deliveries are tried again."])


@notices.command()
@telling(to="run the machine")
def channels(city: Gridward) -> Told:
    """Check the file of channels and list them with what they take; secrets are not shown."""
    from ops.notices.reading import LOG, lines_of

    lines = lines_of(city.settings.notices, city.now).lines
    data = [{"name": one.name, "kind": one.kind, "to": one.to, "about": one.about} for one in lines]
    rows = [(one.name, one.kind, " ".join(one.to), " ".join(one.about)) for one in lines]
    rows.append((LOG, "log", "what no other takes", "*" if not lines else ""))
    return Told(data=data, lines=table(("channel", "kind", "to", "about"), rows))


def _of(city: Gridward, notice: str) -> list[Delivery]:
    found = deliveries.of_notice(city.store, notice)
    if not found:
        reason = "There is no such notice, or it was forgotten after its days. See `notices list`."
        raise Refused("no-such-notice", reason, notice=notice[:60])
    return found
