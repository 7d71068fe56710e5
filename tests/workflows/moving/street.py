"""A street office that goes over to a second version of its workflow."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from domain.incident.course import Course
from domain.kernel.refusals import Refused
from domain.moving.moving import moving_id
from domain.moving.plan import Plan
from ledger.ledger import Answer
from tests.workflows.office import StreetOffice
from workflows.moving.commands import BeginMoving, MakePlan, MoveCase, move_command_id
from workflows.reading import BOOK, rules_of
from workflows.rulebook.commands import PublishRules
from workflows.rulebook.reading import content_from

STREET = (BOOK / "street-incident.v1.toml").read_text(encoding="utf-8")
NAME = "street-incident"
OLD, NEW = f"{NAME}@1", f"{NAME}@2"
RENAMED = ('"awaiting_check"', '"check_queue"')
"""A stage that the second version calls otherwise."""


def changed(*swaps: tuple[str, str]) -> str:
    """The street's workflow with texts swapped."""
    text = STREET
    for old, new in swaps:
        assert old in text, old
        text = text.replace(old, new)
    return text


def without(kind: str) -> tuple[tuple[str, str], ...]:
    """Take a kind of request out of the definition: its steps ask for nothing, its table goes."""
    begins = STREET.index(f"[requests.{kind}]")
    table = STREET[begins : STREET.index("\n[", begins) + 1]
    verbs = ("requests", "grants", "refuses")
    return ((table, ""), *((f'{verb} = "{kind}"\n', "") for verb in verbs))


def publish(office: StreetOffice, *swaps: tuple[str, str]) -> None:
    """Publish the next version."""
    content = rules_of(dict(content_from(changed(*swaps))))
    order = PublishRules(kind="workflow", name=NAME, content=content, seen_by="p-commander")
    office.desk.do(order, office.act("commander"))
    office.desk.office.shelf.refresh()


def a_plan(**given: Any) -> Plan:
    return Plan(**({"name": "over", "left": (OLD,), "workflow": NEW} | given))


def begin(office: StreetOffice, plan: Plan) -> None:
    """Make a plan and let it run."""
    office.desk.do(MakePlan(plan=plan), office.act("commander"))
    office.desk.do(BeginMoving(plan=plan.name), office.act("commander"))


def move(office: StreetOffice, incident: UUID, plan: Plan) -> Answer | None:
    """Move one case as the plan says."""
    command_id = move_command_id(moving_id(plan.name), incident)
    act = replace(office.act("commander"), command_id=command_id)
    return office.desk.do(MoveCase(incident=incident, plan=plan.name), act)


def moved(office: StreetOffice, incident: UUID, **given: Any) -> Course:
    """Begin a plan, move one case by it, and give where it stands."""
    plan = a_plan(**given)
    begin(office, plan)
    move(office, incident, plan)
    return office.incident(incident).course


def sentence_of(office: StreetOffice, incident: UUID, **given: Any) -> str:
    """Say why a case stays."""
    with pytest.raises(Refused) as refused:
        moved(office, incident, **given)
    assert refused.value.code == "case-cannot-move"
    return refused.value.reason
