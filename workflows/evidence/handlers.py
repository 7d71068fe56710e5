"""Carrying out orders about photos: the case must stand, the photo be kept, the role be held."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.access.table import UNCOVERING
from domain.incident import photos
from domain.kernel.confiding import Words
from domain.kernel.refusals import Refused
from domain.people.person import Person, person_id
from ledger.ledger import Answer, Due
from workflows.claiming import changing
from workflows.evidence.commands import AddPhoto, BlurPhoto, UncoverPhoto
from workflows.incident import city
from workflows.incident.answers import LONGEST_WORDS
from workflows.incident.loading import due_of, existing, not_before
from workflows.office import Office

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from domain.incident.incident import Incident
    from domain.kernel.act import Act


def add_photo(command: AddPhoto, office: Office, act: Act) -> Answer:
    """Add a photo; refuses ``photo-not-kept``, ``wrong-role`` and ``role-not-held``."""
    claim = changing(command, act.command_id, stream=command.incident)
    if answer := office.records.answered(command.incident, claim):
        return answer
    incident = existing(office, command.incident, None)
    _must_act(incident, office, act)
    act = not_before(incident, act)
    photos.add(incident, act, picture=command.picture, kind=command.kind, step=command.step)
    office.photos.keep(command.picture.photo, by=act.person, of=incident.subject)
    return office.records.save(incident, claim=claim, due=_due(incident, office))


def blur_photo(command: BlurPhoto, office: Office, act: Act) -> Answer:
    """Let a blurred photo stand for one of the case; refuses as adding does."""
    claim = changing(command, act.command_id, stream=command.incident)
    if answer := office.records.answered(command.incident, claim):
        return answer
    incident = existing(office, command.incident, None)
    _must_act(incident, office, act)
    act = not_before(incident, act)
    photos.blur(incident, act, photo=command.photo, blurred=command.blurred, parts=command.parts)
    office.photos.keep(command.blurred, by=act.person, of=incident.subject)
    return office.records.save(incident, claim=claim, due=_due(incident, office))


def uncover_photo(command: UncoverPhoto, office: Office, act: Act) -> Answer:
    """Note who opens a photo unblurred, and why; refuses ``wrong-role`` to most."""
    claim = changing(command, act.command_id, stream=command.incident)
    if answer := office.records.answered(command.incident, claim):
        return answer
    incident = existing(office, command.incident, None)
    if act.role not in UNCOVERING:
        by = sorted(UNCOVERING)
        reason = f"What was blurred is shown to {' and '.join(by)}; you act as {act.role}."
        raise Refused("wrong-role", reason, role=act.role, by=by)
    _must_hold(office, act)
    act = not_before(incident, act)
    why = Words(text=_must_say_why(command.reason), key=office.random_key())
    photos.uncover(incident, act, photo=command.photo, reason=why)
    return office.records.save(incident, claim=claim, due=_due(incident, office))


HANDLERS: Mapping[type, Callable[..., Answer]] = {
    AddPhoto: add_photo,
    BlurPhoto: blur_photo,
    UncoverPhoto: uncover_photo,
}


def _must_act(incident: Incident, office: Office, act: Act) -> None:
    """Refuse ``wrong-role`` to roles that only read cases of this workflow."""
    role = office.engines.of(incident.course.workflow).definition.roles.get(act.role)
    if role is None or role.reads_only:
        reason = f"Photos are added by who works on the case; as {act.role} one only reads it."
        raise Refused("wrong-role", reason, role=act.role, by=[])
    _must_hold(office, act)


def _must_hold(office: Office, act: Act) -> None:
    """Refuse ``role-not-held`` when the role ended; a summoned unit may serve anywhere."""
    person = office.records.load(Person, person_id(act.person))
    day = city.city_day(act, office.time_zone)
    if not any(grant.post.role == act.role and grant.holds_on(day) for grant in person.grants):
        reason = f"You are no {act.role} on {day}. Ask who is, or act in another role."
        raise Refused("role-not-held", reason, role=act.role)


def _must_say_why(reason: str) -> str:
    if not 0 < len(reason.strip()) <= LONGEST_WORDS:
        sentence = f"Say in 1 to {LONGEST_WORDS} characters why it must be seen unblurred."
        raise Refused("answers-invalid", sentence, fields={"reason": [sentence]})
    return reason.strip()


def _due(incident: Incident, office: Office) -> list[Due]:
    return due_of(incident, office.shelf.calendar(incident.course.calendar))
