"""Carrying out orders about personal data: record it, then do in the key store what it says."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from domain.access.table import SEEKERS
from domain.kernel.act import CLOCKWORK, OPERATOR, Act
from domain.kernel.confiding import Words
from domain.kernel.offices import ADMINISTRATOR
from domain.kernel.record import case_in
from domain.kernel.refusals import Refused
from domain.people.person import Person, person_id
from domain.privacy.dossier import Dossier, Looked, dossier_id
from domain.privacy.searches import Searches, searches_id
from ledger.erasing import Eraser
from ledger.keydatabase import missing
from ledger.ledger import Answer
from workflows.claiming import changing
from workflows.incident.city import city_day
from workflows.incident.residents import RESIDENT
from workflows.office import Office
from workflows.privacy.commands import (
    ErasePerson,
    ExportPerson,
    NoteSearch,
    PrivacyOrder,
    ReadmitPerson,
    ReleasePerson,
    RestrictPerson,
    Reveal,
)

_MAY = frozenset({OPERATOR, ADMINISTRATOR, CLOCKWORK})
LONGEST_REASON = 500


def change_dossier(command: PrivacyOrder, office: Office, act: Act) -> Answer:
    """Carry out an order about one person; refuses ``wrong-role`` and what the dossier refuses.

    What the facts say is done in the key store afterwards, also when the order was recorded before
    and something failed in between.
    """
    stream, eraser = dossier_id(command.subject), eraser_of(office)
    claim = changing(command, act.command_id, stream=stream)
    answer = office.records.answered(stream, claim)
    if answer is None:
        _may(command, act)
        dossier = office.records.load(Dossier, stream)
        _tell(command, dossier, office, act)
        answer = office.records.save(dossier, claim=claim)
    eraser.carry_out(stream)
    return answer


def reveal(command: Reveal, office: Office, act: Act) -> Answer:
    """Record that somebody looks; refuses ``nothing-kept``, ``reason-missing`` and restrictions."""
    reason = command.reason.strip()
    if not 0 < len(reason) <= LONGEST_REASON:
        sentence = f"Say why you need to see this, in 1 to {LONGEST_REASON} characters."
        raise Refused("reason-missing", sentence)
    subject = eraser_of(office).subject_of(command.stream, command.version, command.field)
    stream = dossier_id(subject)
    claim = changing(command, act.command_id, stream=stream)
    if answer := office.records.answered(stream, claim):
        return answer
    dossier = office.records.load(Dossier, stream)
    looked = Looked(stream=command.stream, version=command.version, field=command.field)
    words = Words(text=reason, key=office.random_key())
    dossier.reveal(act, subject=subject, looked=looked, reason=words)
    return office.records.save(dossier, claim=claim)


def note_search(command: NoteSearch, office: Office, act: Act) -> Answer:
    """Record who looked for somebody; refuses ``wrong-role`` and ``invalid-search``."""
    stream = searches_id(act.person)
    claim = changing(command, act.command_id, stream=stream)
    if answer := office.records.answered(stream, claim):
        return answer
    if act.role not in SEEKERS:
        reason = "People are looked for by those who answer the phone. Ask the hotline."
        raise Refused("wrong-role", reason, role=act.role, by=sorted(SEEKERS))
    searches = office.records.load(Searches, stream)
    searches.look(act, kind=command.kind, purpose=command.purpose, found=command.found)
    return office.records.save(searches, claim=claim)


def eraser_of(office: Office) -> Eraser:
    """Give what erases; refuses ``keys-missing``."""
    if office.eraser is None:
        raise missing("this office")
    return office.eraser


def _tell(command: PrivacyOrder, dossier: Dossier, office: Office, act: Act) -> None:
    subject, basis = command.subject, command.basis
    match command:
        case ErasePerson():
            _must_not_serve(subject, office, act)
            life = eraser_of(office).life(subject)
            version, fingerprint = life.version, life.fingerprint
            dossier.erase(act, subject=subject, basis=basis, life=version, fingerprint=fingerprint)
        case ReadmitPerson():
            dossier.readmit(act, subject=subject, basis=basis)
        case RestrictPerson(hold=hold):
            dossier.restrict(act, subject=subject, basis=basis, hold=hold)
        case ReleasePerson():
            dossier.release(act, subject=subject, basis=basis)
        case ExportPerson(fields=fields):
            dossier.export(act, subject=subject, basis=basis, fields=fields)


def _may(command: PrivacyOrder, act: Act) -> None:
    """Refuse ``wrong-role``; one's own data anybody has handed out.

    A resident's case is known by the link, which the page asked for.
    """
    subject = command.subject
    own = case_in(subject) is not None if act.role == RESIDENT else subject == act.person
    if isinstance(command, ExportPerson) and own:
        return
    if act.role not in _MAY:
        reason = "Personal data are kept by administrators. Ask yours."
        raise Refused("wrong-role", reason, role=act.role, by=sorted(_MAY))


def _must_not_serve(subject: str, office: Office, act: Act) -> None:
    """Refuse ``person-serves``: whoever still acts needs a name and a password."""
    if not subject.startswith("p-"):
        return
    person = office.records.load(Person, person_id(subject))
    day = city_day(act, office.time_zone)
    if any(grant.holds_on(day) for grant in person.grants):
        reason = f"{subject} still serves. Let the person leave first."
        raise Refused("person-serves", reason, handle=subject)


HANDLERS: Mapping[type, Callable[..., Answer]] = {
    **dict.fromkeys(
        (ErasePerson, ReadmitPerson, RestrictPerson, ReleasePerson, ExportPerson), change_dossier
    ),
    Reveal: reveal,
    NoteSearch: note_search,
}
