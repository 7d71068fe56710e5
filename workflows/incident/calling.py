"""A call about a known case: joined to it instead of opening another one."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from domain.incident import calls
from domain.incident.incident import Incident, Resident
from domain.kernel.act import Act
from domain.kernel.codes import AreaCode
from domain.kernel.offices import ACCEPTOR, HOTLINE
from domain.kernel.refusals import Refused
from ledger.ledger import Answer, Notice
from workflows.claiming import changing
from workflows.incident import city
from workflows.incident.loading import existing, not_before, words_of
from workflows.office import Office

TAKERS = (HOTLINE, ACCEPTOR)
"""Who takes calls down."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinCall:
    """Join a call to a case that is known: the caller follows it by a link of the caller's own."""

    incident: UUID
    words: str | None = field(default=None, metadata={"private": True})
    contact: str | None = field(default=None, metadata={"private": True})
    follow: str | None = None


def join_call(command: JoinCall, office: Office, act: Act) -> Answer:
    """Record the call; whoever takes calls where the case lies may do so."""
    claim = changing(command, act.command_id, stream=command.incident)
    if answer := office.records.answered(command.incident, claim):
        return answer
    incident = existing(office, command.incident, None)
    act = not_before(incident, act)
    _may_join(incident, office, act)
    caller = Resident(contact=words_of(office, command.contact), follow=command.follow)
    calls.join(incident, act, words=words_of(office, command.words), caller=caller)
    return office.records.save(incident, claim=claim)


def of_callers(incident: Incident, *, left: str) -> list[Notice]:
    """Tell whoever took calls about the case that it left a stage or ended, to call back."""
    course = incident.course
    if course.stage == left and not course.ended:
        return []
    about = "incident.called-about-ended" if course.ended else "incident.called-about-moved"
    facts = {"incident": str(incident.id), "stage": course.stage}
    takers = dict.fromkeys(call.taken_by for call in incident.calls)
    return [Notice(to=f"reporter@{one}", about=about, facts=facts) for one in takers]


def _may_join(incident: Incident, office: Office, act: Act) -> None:
    if act.role not in TAKERS:
        reason = f"A {act.role} takes no calls; it is for {', '.join(TAKERS)}."
        raise Refused("wrong-role", reason, role=act.role, by=list(TAKERS))
    course = incident.course
    definition = office.engines.of(course.workflow).definition
    day = city.city_day(act, office.shelf.calendar(course.calendar).time_zone)
    area = AreaCode(course.area)
    city.must_hold_role(office.records, definition, act, area=area, unit=None, day=day)
