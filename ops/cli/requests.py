"""The ledger of requests on the command line."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import click

from domain.incident.marks import REQUESTS
from domain.kernel.ids import incident_number
from ops.cli.acting import AREA, DAY
from ops.cli.telling import Told, local, table, telling
from projections.incident.requests import PAGE, Wanted, asked, request_page, shares
from projections.incident.scope import Scope

if TYPE_CHECKING:
    from ops.bootstrap import Gridward
    from projections.incident.requests import RequestRow

_TITLES = ("case", "request", "asked", "by", "min", "decision", "decided", "by", "granted min")


@click.command("requests")
@click.option("--area", type=AREA, help="In this area and below it.")
@click.option("--first", type=DAY, help="Asked on this day or later.")
@click.option("--last", type=DAY, help="Asked on this day or before.")
@click.option("--unit", help="Of this unit.")
@click.option("--kind", type=click.Choice(sorted(REQUESTS)))
@click.option("--decision", type=click.Choice(["open", "granted", "refused", "lapsed"]))
@click.option("--after", help="Go on after this page marker.")
@click.option("--limit", type=click.IntRange(1, 1_000), default=PAGE, show_default=True)
@telling(to="look at measures")
def requests(
    city: Gridward,
    *,
    kind: str | None,
    decision: str | None,
    after: str | None,
    limit: int,
    **scope: Any,
) -> Told:
    """List requests, newest first: who asked, who decided, and their share of all cases."""
    from ops.cli.reaching import area_listed
    from web.access import MEASURES
    from web.incident.shown_rows import requests_for_viewer

    scope["area"] = area_listed(MEASURES, scope["area"])
    wanted = Wanted(scope=Scope(**scope), kind=kind, decision=decision)
    with city.store.reading() as conn:
        page = request_page(conn, wanted, after=after, limit=limit)
        items = requests_for_viewer(page.rows)
        totals, rates = asked(conn, wanted), shares(conn, wanted.scope)
    lines = table(_TITLES, map(partial(_line, city), items)) or ["Nobody asked for anything."]
    lines += [f"There are more: --after {page.after}"] if page.after else []
    lines += ["", *(_share(name, rate) for name, rate in rates.items())]
    told = {
        name: {"numerator": rate.numerator, "denominator": rate.denominator}
        for name, rate in rates.items()
    }
    data = {"items": items, "next": page.after, "asked": totals, "shares": told}
    return Told(data=data, lines=lines)


def _line(city: Gridward, row: RequestRow) -> tuple[object, ...]:
    return (
        incident_number(row.incident),
        row.request,
        local(row.asked_at, city.settings),
        row.asked_by,
        row.minutes,
        row.decision,
        local(row.decided_at, city.settings),
        row.decided_by,
        row.granted_minutes,
    )


def _share(name: str, rate: Any) -> str:
    percent = "" if rate.percent is None else f" = {rate.percent} %"
    return f"{name}: {rate.numerator} of {rate.denominator} cases{percent}"
