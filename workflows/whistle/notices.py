"""Who is told what about a whistle: parties by their unit, leaders by their area."""

from __future__ import annotations

from collections.abc import Iterable

from domain.kernel.codes import AreaCode
from domain.kernel.offices import HANDLER
from domain.rulebook.whistles import Leaders, WhistleRung
from domain.whistle.roll import Deadline
from domain.whistle.whistle import Whistle
from ledger.ledger import Notice
from workflows.definition import StepRule


def to_parties(whistle: Whistle, units: Iterable[str], about: str) -> list[Notice]:
    """Tell the handlers of units."""
    facts = {"whistle": str(whistle.id), "incident": str(whistle.roll.incident)}
    return [Notice(to=f"handler@{unit}", about=f"whistle.{about}", facts=facts) for unit in units]


def of_step(whistle: Whistle, rule: StepRule, *, party: str) -> list[Notice]:
    """Tell the roles that a step of a party names: its own handlers, others at the street."""
    facts = {"whistle": str(whistle.id), "incident": str(whistle.roll.incident), "party": party}
    about = f"whistle.{rule.marks[0]}"
    places = ((role, party if role == HANDLER else whistle.roll.area) for role in rule.tells)
    return [Notice(to=f"{role}@{place}", about=about, facts=facts) for role, place in places]


def to_leaders(whistle: Whistle, leaders: Leaders, about: str) -> list[Notice]:
    """Tell the leaders who blow or approve."""
    area = leaders.area(AreaCode(whistle.roll.area))
    facts = {"whistle": str(whistle.id), "incident": str(whistle.roll.incident)}
    return [
        Notice(to=f"{role}@{area}", about=f"whistle.{about}", facts=facts) for role in leaders.roles
    ]


def of_late_party(
    whistle: Whistle, deadline: Deadline, rung: WhistleRung, about: str
) -> list[Notice]:
    """Tell the owner of a rung that a party is late."""
    area = AreaCode(whistle.roll.area).at(rung.level)
    facts = {"whistle": str(whistle.id), "party": deadline.party, "what": deadline.what}
    return [Notice(to=f"{rung.owner}@{area}", about=f"whistle.{about}", facts=facts)]
