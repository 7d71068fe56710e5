"""Telling reporters: who reported a merged case hears what becomes of the one it follows."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from domain.incident.folding import MERGED
from domain.incident.incident import Incident
from domain.kernel.act import PROCESS, Act
from domain.kernel.refusals import Refused
from ledger.ledger import Answer, Notice
from workflows.claiming import changing
from workflows.office import Office


@dataclass(frozen=True, slots=True, kw_only=True)
class TellReporter:
    """Tell who reported ``incident`` what happened to the case it follows.

    ``outcome`` is how the leading case ended; without ``stage`` it is told as it stands now.
    """

    incident: UUID
    about: str
    stage: str | None = None
    outcome: str | None = None


def tell_reporter(command: TellReporter, office: Office, act: Act) -> Answer | None:
    """Leave a notice; None when the case is no longer merged or nobody is known to have reported.

    Nothing happened to the case itself, so no fact is recorded: the notice and its claim stand
    alone, and the claim makes it once.
    """
    if act.role != PROCESS:
        reason = "Reporters are told by themselves, as soon as the leading case moves on."
        raise Refused("wrong-role", reason, role=act.role, by=[PROCESS])
    claim = changing(command, act.command_id, stream=command.incident)
    if answer := office.records.answered(command.incident, claim):
        return answer
    incident = office.records.load(Incident, command.incident)
    course = incident.course
    if course.final != MERGED or course.leading is None or course.reporter is None:
        return None
    stage = command.stage or office.records.load(Incident, course.leading).course.stage
    facts = {"incident": str(incident.id), "leading": str(course.leading), "stage": stage}
    if command.outcome is not None:
        facts["outcome"] = command.outcome
    told = Notice(to=f"reporter@{course.reporter}", about=f"incident.{command.about}", facts=facts)
    return office.records.save(incident, claim=claim, notices=[told])
