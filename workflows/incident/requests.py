"""What a step brings beside the move: a decision, a rating, a limit step that is done."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from domain.incident import marks, requests
from domain.incident.limit_steps import report_done
from domain.incident.rating import rate
from workflows import approving

if TYPE_CHECKING:
    from domain.incident.incident import Incident
    from domain.kernel.act import Act
    from domain.kernel.confiding import Words
    from workflows.definition import Definition
    from workflows.incident.move import Move
    from workflows.office import Office

_CONTACTED = {"yes": True, "no": False}


def must_bear(
    move: Move, incident: Incident, office: Office, act: Act, definition: Definition, *, day: date
) -> None:
    """Refuse what is asked beyond the bounds, and what is decided from a seat too low."""
    course, minutes = incident.course, move.answers.minutes
    if move.step.asks_for is not None:
        rule = definition.request_rule(move.step.asks_for)
        approving.must_be_within_bounds(rule, course, minutes)
    if move.step.decides is not None:
        rule = definition.request_rule(move.step.decides)
        if move.step.granted:
            approving.must_not_exceed(rule, minutes)
        approving.must_hold_seat(office.records, rule, course, act, given=minutes, day=day)


def note_before(
    move: Move, incident: Incident, act: Act, definition: Definition, *, words: Words | None
) -> None:
    """Tell what stands before the move; words stay here only where the case stays, too."""
    step, stays = move.step, move.step.stage == move.step.left
    remark = words if stays else None
    if step.decides is not None:
        rule = definition.request_rule(step.decides)
        minutes = approving.granted_minutes(rule, incident.course, move.answers.minutes)
        requests.decide(incident, step, act, minutes=minutes, remark=remark)
    if marks.LIMIT_STEP_DONE in step.marks:
        code = move.answers.of_kind(definition, "limit_step") or ""
        report_done(incident, act, code=code, why=step.why)
    if marks.RATED in step.marks:
        rate(
            incident,
            act,
            service=move.answers.text("service") or "",
            handling=move.answers.text("handling") or "",
            contacted=_CONTACTED.get(move.answers.text("contacted") or ""),
            remark=remark,
            why=step.why,
        )
