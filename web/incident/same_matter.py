"""Reporting what was reported before: ask first, and let the new report follow the old one."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from domain.incident import marks
from domain.kernel.ids import ordered_id
from projections.incident.duplicates import Candidate, Sighting
from web.city import Reading, the_city
from web.incident.alike import candidates_for_viewer
from web.incident.api import order_step
from web.naming import current_definition
from web.ordering import LONGEST_WAIT
from workflows.claiming import creating
from workflows.incident.commands import TakeStep
from workflows.incident.duplicates import leading_field

if TYPE_CHECKING:
    from web.acting import Actor
    from workflows.definition import StepRule
    from workflows.incident.commands import ReportIncident

_POINTING = (marks.MERGED, marks.DUPLICATE)


def alike(conn: Reading, command: ReportIncident, *, key: str, now: datetime) -> list[Candidate]:
    """Give open cases that may be the same matter; none for a report that was sent before."""
    stream = ordered_id(now, key)
    if the_city().desk.records.answered(stream, creating(command, key)):
        return []
    seen = Sighting(category=command.category, area=command.area, place=command.place)
    return candidates_for_viewer(conn, seen, now=now)


def may_follow(actor: Actor) -> bool:
    """Tell whether this role may say, when reporting, that it is the same matter."""
    return _step_for(actor) is not None


def follow(incident: UUID, leading: UUID, actor: Actor, *, key: str) -> None:
    """Let a new report follow the case reported before, by the step that the workflow has."""
    rule = _step_for(actor)
    if rule is None:
        return
    field = leading_field(current_definition(), rule.asks)
    step = TakeStep(incident=incident, step=rule.name, answers={field: str(leading)})
    order_step(step, actor, key=f"{key}/same", wait=LONGEST_WAIT)


def _step_for(actor: Actor) -> StepRule | None:
    """Merging comes before marking, where a role may do both."""
    definition = current_definition()
    mine = [rule for rule in definition.steps_from(definition.starts_in) if actor.role in rule.by]
    return next((rule for mark in _POINTING for rule in mine if mark in rule.marks), None)
