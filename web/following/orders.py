"""What a resident may order by the link: say how it went, ask to reopen, ask for erasure."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from domain.incident import marks
from domain.incident.incident import Incident
from domain.kernel.act import Act
from web.city import the_city
from web.following.token import Link
from web.ordering import carry_out
from web.privacy.own_data import handed_out
from workflows.guards import Scene
from workflows.incident.commands import TakeStep
from workflows.incident.residents import RESIDENT, AskErasure

if TYPE_CHECKING:
    from workflows.definition import StepRule

AGAIN = ":again"
LONGEST_KEY = 100


def resident_act(incident: UUID, key: str) -> Act:
    """Give the act of whoever reported a case."""
    course = the_city().ledger.load(Incident, incident).course
    return Act(
        person=RESIDENT,
        role=RESIDENT,
        area=course.area,
        command_id=f"resident:{key[:LONGEST_KEY]}",
        at=the_city().now(),
    )


def open_steps(incident: UUID) -> list[StepRule]:
    """Give the steps that the case's workflow grants to its resident now."""
    city = the_city()
    course = city.ledger.load(Incident, incident).course
    engine = city.desk.office.engines.of(course.workflow)
    scene = Scene(incident=incident, course=course, act=resident_act(incident, "offers"))
    return [
        offer.rule for offer in engine.offers(scene) if offer.allowed and RESIDENT in offer.rule.by
    ]


def rating_step(incident: UUID) -> StepRule | None:
    """Give the step by which a resident says how it went; None while there is none."""
    return next((rule for rule in open_steps(incident) if marks.RATED in rule.marks), None)


def reopening_step(incident: UUID) -> StepRule | None:
    """Give the step by which a resident asks to reopen; None while there is none."""
    rules = open_steps(incident)
    return next((rule for rule in rules if rule.asks_for == marks.REOPENING), None)


def rate(incident: UUID, rule: StepRule, given: dict[str, str], key: str) -> None:
    """Say how it went; refuses ``answers-invalid``."""
    answers = {name: given[name] for name in rule.asks if given.get(name)}
    _order(TakeStep(incident=incident, step=rule.name, answers={**answers}), key)


def ask_reopening(incident: UUID, rule: StepRule, reason: str, key: str) -> None:
    """Ask to reopen the case; refuses ``too-late-to-reopen``."""
    answers = dict.fromkeys(rule.asks[:1], reason)
    _order(TakeStep(incident=incident, step=rule.name, answers={**answers}), key + AGAIN)


def ask_erasure(link: Link, key: str) -> None:
    """Ask that what the resident told of himself is erased."""
    _order(AskErasure(incident=link.incident, call=link.call), key)


def own_data(link: Link, key: str) -> bytes:
    """Hand out what is kept of the case or call; refuses ``person-is-erased``."""
    return handed_out(the_city(), link.subject, resident_act(link.incident, key))


def _order(command: TakeStep | AskErasure, key: str) -> None:
    carry_out(command, resident_act(command.incident, key))
