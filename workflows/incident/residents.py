"""Orders of residents: add to their own report, and ask that what they told of themselves goes."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from domain.incident.incident import Incident
from domain.incident.public_note import note
from domain.kernel.act import Act
from domain.kernel.codes import AreaCode, Level
from domain.kernel.offices import ADMINISTRATOR
from domain.kernel.record import caller_subject
from domain.kernel.refusals import Refused
from ledger.ledger import Answer, Notice
from workflows.claiming import changing
from workflows.incident import city
from workflows.incident.loading import existing, not_before, words_of
from workflows.office import Office

RESIDENT = "resident"
"""The role, and the handle, of whoever reported: known by a link alone, never by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddPublicNote:
    """Add a resident's words to a case; ``reference`` is the sender's own number of them."""

    incident: UUID
    words: str | None = field(default=None, metadata={"private": True})
    status: str | None = None
    reference: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AskErasure:
    """Ask that what a resident told of himself is erased: with the report, or in a ``call``.

    ``call`` is the version of the fact by which a call was joined.
    """

    incident: UUID
    call: int | None = None


def add_public_note(command: AddPublicNote, office: Office, act: Act) -> Answer:
    """Record the words; whoever reports in the case's area may add to it, and its resident."""
    claim = changing(command, act.command_id, stream=command.incident)
    if answer := office.records.answered(command.incident, claim):
        return answer
    incident = existing(office, command.incident, None)
    act = not_before(incident, act)
    _may_add(incident, office, act)
    words = words_of(office, command.words)
    note(incident, act, words=words, status=command.status, reference=command.reference)
    return office.records.save(incident, claim=claim)


def ask_erasure(command: AskErasure, office: Office, act: Act) -> Answer:
    """Tell the administrator of the city, who decides; nothing happens to the case itself."""
    claim = changing(command, act.command_id, stream=command.incident)
    if answer := office.records.answered(command.incident, claim):
        return answer
    incident = existing(office, command.incident, None)
    if act.role != RESIDENT:
        reason = "Only who reported it may ask this, by the link given with the report."
        raise Refused("wrong-role", reason, role=act.role, by=[RESIDENT])
    to = f"{ADMINISTRATOR}@{AreaCode(incident.course.area).at(Level.CITY)}"
    subject = caller_subject(incident.id, command.call) if command.call else incident.subject
    facts = {"incident": str(incident.id), "subject": subject}
    told = Notice(to=to, about="incident.erasure-asked", facts=facts)
    return office.records.save(incident, claim=claim, notices=[told])


def _may_add(incident: Incident, office: Office, act: Act) -> None:
    course = incident.course
    definition = office.engines.of(course.workflow).definition
    if act.role not in (RESIDENT, *definition.reported_by):
        by = [RESIDENT, *definition.reported_by]
        reason = f"A {act.role} does not add to reports; it is for {', '.join(by)}."
        raise Refused("wrong-role", reason, role=act.role, by=by)
    if act.role == RESIDENT:
        return
    day = city.city_day(act, office.shelf.calendar(course.calendar).time_zone)
    area = AreaCode(course.area)
    city.must_hold_role(office.records, definition, act, area=area, unit=None, day=day)
