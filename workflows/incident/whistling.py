"""Telling a case of its whistles: orders that only a process gives."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from domain.incident import whistling
from domain.incident.incident import Incident
from domain.kernel.act import PROCESS, Act
from domain.kernel.refusals import Refused
from ledger.ledger import Answer, Notice
from workflows.claiming import changing
from workflows.office import Office


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenWhistle:
    """Keep the case open until this whistle is over."""

    incident: UUID
    whistle: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class EndWhistle:
    """Let the case go on without this whistle."""

    incident: UUID
    whistle: UUID
    result: str


def tell_of_whistle(command: OpenWhistle | EndWhistle, office: Office, act: Act) -> Answer:
    """Tell a case; its deadlines stay as they are."""
    if act.role != PROCESS:
        reason = "A case hears of its whistles by itself; blow one, or confirm that it is over."
        raise Refused("wrong-role", reason, role=act.role, by=[PROCESS])
    claim = changing(command, act.command_id, stream=command.incident)
    if answer := office.records.answered(command.incident, claim):
        return answer
    incident = office.records.load(Incident, command.incident)
    last_at = incident.course.last_at
    act = act if last_at is None or act.at >= last_at else replace(act, at=last_at)
    match command:
        case OpenWhistle(whistle=whistle):
            whistling.open_whistle(incident, act, whistle=whistle)
        case EndWhistle(whistle=whistle, result=result):
            whistling.end_whistle(incident, act, whistle=whistle, result=result)
    return office.records.save(incident, claim=claim, notices=_notices(command, incident))


def _notices(command: OpenWhistle | EndWhistle, incident: Incident) -> list[Notice]:
    """Tell the duty leader of the last: the case may be closed."""
    if isinstance(command, OpenWhistle) or incident.course.whistles or incident.course.ended:
        return []
    facts = {"incident": str(incident.id), "stage": incident.course.stage}
    to = f"duty_leader@{incident.course.area}"
    return [Notice(to=to, about="incident.whistles-over", facts=facts)]
