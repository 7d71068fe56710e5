"""What was changed of a person, unit, area, account, sender, rules or rota, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ops.cli.telling import Told, local, table, telling
from web.admin.schemas import CHANGED

if TYPE_CHECKING:
    from ops.bootstrap import Gridward

_HEADS = ("at", "by", "role", "what", "why")


@click.command()
@click.argument("kind", type=click.Choice(CHANGED))
@click.argument("code")
@telling(to="look at changes")
def changes(city: Gridward, kind: str, code: str) -> Told:
    """List the changes of one record, oldest first, with the reasons that were given.

    CODE is a handle, the code of a unit, an area or a sender, `limits/NAME` of rules, or
    `ROLE@AREA` or `ROLE@UNIT` of a rota.
    """
    from web.admin.changes import changes_of

    found = changes_of(kind, code)
    rows = [(local(one.at, city.settings), one.by, one.role, one.what, one.why) for one in found]
    return Told(data=found, lines=table(_HEADS, rows))
