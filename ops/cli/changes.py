"""What was changed of a person, unit, area, account, sender or rules: when, by whom and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from domain.account.account import account_id
from domain.area.area import area_id
from domain.kernel.codes import AreaCode
from domain.kernel.reasons import ReasonGiven
from domain.kernel.refusals import Refused
from domain.people.person import person_id
from domain.people.unit import unit_id
from domain.sender.sender import sender_id
from ops.cli.telling import Told, local, table, telling

if TYPE_CHECKING:
    from ops.bootstrap import Gridward

_IDS = {
    "person": person_id,
    "unit": unit_id,
    "area": lambda code: area_id(AreaCode(code)),
    "account": account_id,
    "sender": sender_id,
}
_HEADS = ("at", "by", "role", "what", "why")


@click.command()
@click.argument("kind", type=click.Choice(sorted(_IDS)))
@click.argument("code")
@telling(to="look at changes")
def changes(city: Gridward, kind: str, code: str) -> Told:
    """List the changes of one record, oldest first, with the reasons that were given.

    CODE is a handle, or the code of a unit, an area or a sender.
    """
    from ops.cli.reaching import must_see_changes

    must_see_changes(kind, code)
    record = _IDS[kind](code)
    facts = city.ledger.facts(record)
    if not facts:
        raise Refused("no-such-record", f"Nothing was ever recorded of the {kind} {code}.")
    words = city.ledger.words_of([record])
    said = {
        fact.act.command_id: words.get((record, fact.originator_version, "reason"))
        for fact in facts
        if fact.TOPIC == ReasonGiven.TOPIC
    }
    changed = [fact for fact in facts if fact.TOPIC != ReasonGiven.TOPIC]
    acts = [(fact.act, fact.TOPIC, said.get(fact.act.command_id)) for fact in changed]
    data = [
        {"at": act.at, "by": act.person, "role": act.role, "what": topic, "why": why}
        for act, topic, why in acts
    ]
    rows = [
        (local(act.at, city.settings), act.person, act.role, topic, why) for act, topic, why in acts
    ]
    return Told(data=data, lines=table(_HEADS, rows))
