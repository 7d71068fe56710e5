"""Duplicates: a step marks or merges a case; whoever may merge it may unmerge it."""

from __future__ import annotations

from uuid import UUID

from domain.incident import duplicates, marks
from domain.incident.incident import Incident
from domain.kernel.act import Act
from domain.kernel.codes import AreaCode
from domain.kernel.refusals import Refused
from domain.kernel.steps import Why
from ledger.ledger import Answer
from workflows.claiming import changing
from workflows.definition import Definition
from workflows.engine import Engine
from workflows.incident import city
from workflows.incident.answers import LONGEST_WORDS
from workflows.incident.commands import UnmergeIncident
from workflows.incident.loading import due_of, existing, not_before, words_of
from workflows.incident.move import Move
from workflows.office import Office

POINTING = frozenset({marks.DUPLICATE, marks.MERGED})


def point(move: Move, incident: Incident, office: Office, act: Act, engine: Engine) -> None:
    """Let a case follow another, or no longer, where the step's marks say so."""
    if POINTING.intersection(move.step.marks):
        field = leading_field(engine.definition, move.rule.asks)
        leading = office.records.load(Incident, UUID(move.answers.text(field)))
        duplicates.mark_duplicate(incident, act, leading=leading, why=move.step.why)
    elif marks.NOT_DUPLICATE in move.step.marks:
        duplicates.unmark_duplicate(incident, act, why=move.step.why)


def leading_field(definition: Definition, asked: tuple[str, ...]) -> str:
    """Name the field that asks for a case; the check of definitions lets none be without."""
    return next(name for name in asked if definition.fields[name].kind == "incident")


def unmerge_incident(command: UnmergeIncident, office: Office, act: Act) -> Answer:
    """Take a merge back: the case stands again where it was, with its stage's limit anew."""
    claim = changing(command, act.command_id, stream=command.incident)
    if answer := office.records.answered(command.incident, claim):
        return answer
    incident = existing(office, command.incident, command.expected_version)
    act = not_before(incident, act)
    course = incident.course
    engine = office.engines.of(course.workflow, calendar=course.calendar)
    calendar = office.shelf.calendar(course.calendar)
    why = _why_allowed(engine.definition, act)
    area, day = AreaCode(course.area), city.city_day(act, calendar.time_zone)
    city.must_hold_role(
        office.records, engine.definition, act, area=area, unit=course.unit, day=day
    )
    stage = engine.definition.stages.get(course.merged_from or "")
    duplicates.unmerge(
        incident,
        act,
        limit=course.merged_limit,
        stops_clock=stage is not None and stage.stops_clock,
        reason=words_of(office, _must_say_why(command.reason)),
        why=why,
    )
    return office.records.save(incident, claim=claim, due=due_of(incident, calendar))


def _why_allowed(definition: Definition, act: Act) -> Why:
    """Refuse ``wrong-role`` unless a step lets this role merge."""
    merging = [rule for rule in definition.steps if marks.MERGED in rule.marks]
    by = sorted({role for rule in merging for role in rule.by})
    if act.role not in by:
        reason = f"To unmerge is for {' or '.join(by) or 'nobody'}; you act as {act.role}."
        raise Refused("wrong-role", reason, role=act.role, by=by)
    return {"rule": f"{definition.reference}/{merging[0].name}", "role": act.role}


def _must_say_why(reason: str) -> str:
    if not 0 < len(reason.strip()) <= LONGEST_WORDS:
        sentence = f"Say in 1 to {LONGEST_WORDS} characters why it is another matter."
        raise Refused("answers-invalid", sentence, fields={"reason": [sentence]})
    return reason.strip()
