"""Carrying out orders to a whistle: load it, ask who may, tell it, save it with its timers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from uuid import UUID

from domain.incident.incident import Incident
from domain.incident.whistling import must_not_have_ended
from domain.kernel.act import PROCESS, Act
from domain.kernel.codes import AreaCode
from domain.kernel.ids import ordered_id
from domain.kernel.limits import day_of
from domain.kernel.refusals import Refused
from domain.rulebook.whistles import WhistleKind
from domain.whistle.events import PartyLimits, Terms
from domain.whistle.whistle import Whistle
from ledger.ledger import Answer, Due, Notice
from workflows.claiming import changing, creating
from workflows.incident import city
from workflows.incident.clocks import calendar_of_area
from workflows.office import Office
from workflows.whistle import commands as ordered
from workflows.whistle import notices, standing
from workflows.whistle.commands import BlowWhistle, FirePartyDeadline, WhistleOrder
from workflows.whistle.escalation import climb
from workflows.whistle.matter import Matter, matter_of
from workflows.whistle.party_steps import must_fit, party_engine, take_party_step, way_of

KIND = "whistle"
"""The kind of its timers."""


def blow_whistle(command: BlowWhistle, office: Office, act: Act) -> Answer:
    """Summon units to a case; where the kind needs approval, ask the higher leader."""
    stream = ordered_id(act.at, act.command_id)
    claim = creating(command, act.command_id)
    if answer := office.records.answered(stream, claim):
        return answer
    incident = _case(office, command.incident)
    whistle = office.records.load(Whistle, stream)
    rules, matter = _opening(command, incident, whistle, office, act)
    terms = _terms(command, incident, rules, matter)
    words = matter.words(command.words)
    if matter.kind.approved_by is not None:
        whistle.ask_for(act, terms, way=way_of(matter.engine), words=words)
        told = notices.to_leaders(whistle, matter.kind.approved_by, "asked-for")
    else:
        whistle.blow(act, terms, way=way_of(matter.engine), words=words)
        told = notices.to_parties(whistle, terms.parties, "blown")
    return office.records.save(whistle, claim=claim, due=_due(matter), notices=told)


def change_whistle(command: WhistleOrder, office: Office, act: Act) -> Answer:
    """Carry out any order to a whistle that was blown or asked for."""
    claim = changing(command, act.command_id, stream=command.whistle)
    if answer := office.records.answered(command.whistle, claim):
        return answer
    matter = matter_of(office, command.whistle, act)
    whistle, party = matter.whistle, getattr(command, "party", None)
    whistle.changes.must_be_as_seen(command.expected_version, version=whistle.version, party=party)
    told = _carry_out(command, matter)
    return office.records.save(matter.whistle, claim=claim, due=_due(matter), notices=told)


def fire_party_deadline(command: FirePartyDeadline, office: Office, act: Act) -> Answer | None:
    """Record that a party is late and take it up a rung; None when it is not due."""
    claim = changing(command, act.command_id, stream=command.whistle)
    if answer := office.records.answered(command.whistle, claim):
        return answer
    if not office.records.load(Whistle, command.whistle).exists:
        return None
    matter = matter_of(office, command.whistle, act)
    deadlines = matter.whistle.roll.deadlines(matter.whistle.id, matter.calendar)
    deadline = next((open_ for open_ in deadlines if open_.timer == command.timer), None)
    if deadline is None or deadline.due_at > act.at:
        return None
    matter.whistle.miss(deadline, matter.act)
    told = climb(matter.whistle, deadline, matter.act, matter.kind)
    return office.records.save(matter.whistle, claim=claim, due=_due(matter), notices=told)


def _opening(
    command: BlowWhistle, incident: Incident, whistle: Whistle, office: Office, act: Act
) -> tuple[str, Matter]:
    """Give the book of whistles in force, and what a new whistle of this kind is decided on."""
    definition = office.engines.of(incident.course.workflow).definition
    if definition.whistles is None:
        reason = f"No whistle is blown for cases of {definition.reference}."
        raise Refused("whistles-not-used", reason, workflow=definition.reference)
    rules = office.shelf.latest("whistles", definition.whistles)
    area = AreaCode(incident.course.area)
    calendar = calendar_of_area(office, definition, area)
    book = office.shelf.whistles(rules, day_minutes=day_of(calendar))
    return rules, Matter(
        office=office,
        whistle=whistle,
        act=act,
        kind=book.kind(command.kind),
        engine=party_engine(office, book.definition, area=area, at=act.at),
        calendar=calendar,
        day=city.city_day(act, calendar.time_zone),
    )


def _terms(command: BlowWhistle, incident: Incident, rules: str, matter: Matter) -> Terms:
    """Ask who may blow it and whom it summons, and stamp what is in force now."""
    kind, case_area = matter.kind, AreaCode(incident.course.area)
    street = kind.blown_by.area(case_area)
    records, day = matter.records, matter.day
    standing.must_lead(records, matter.act, leaders=kind.blown_by, area=street, day=day)
    _must_be_a_cause(kind, command.cause)
    must_fit(matter.engine.definition, command.parties, matter.act)
    for unit in command.parties:
        standing.must_be_summonable(records, unit, kind=kind, area=case_area, day=day)
    return Terms(
        incident=incident.id,
        kind=kind.code,
        cause=command.cause,
        rules=rules,
        calendar=matter.calendar.reference,
        area=str(street),
        parties=command.parties,
        limits=_limits(kind),
        radius_m=kind.radius_m,
        place=command.place or incident.place,
        photo_needed=kind.photo_needed,
    )


def _limits(kind: WhistleKind) -> PartyLimits:
    return PartyLimits(
        sign_for=kind.sign_for, contact=kind.contact, check_in=kind.check_in, done=kind.done
    )


def _must_be_a_cause(kind: WhistleKind, cause: str) -> None:
    if cause not in kind.causes:
        reason = f"A whistle of this kind is blown for: {', '.join(kind.causes)}."
        raise Refused("unknown-cause", reason, cause=cause[:60], causes=list(kind.causes))


def _carry_out(command: WhistleOrder, matter: Matter) -> list[Notice]:
    match command:
        case ordered.ApproveWhistle() | ordered.DeclineWhistle():
            return _decide(command, matter)
        case ordered.ConfirmWhistle() | ordered.CallOffWhistle():
            return _end(command, matter)
        case _:
            return take_party_step(command, matter)


def _decide(command: ordered.LeaderOrder, matter: Matter) -> list[Notice]:
    whistle, act, leaders = matter.whistle, matter.act, matter.kind.approved_by
    if leaders is None:
        raise Refused("no-approval-waiting", "Whistles of this kind need no approval.")
    matter.must_lead(leaders)
    if isinstance(command, ordered.ApproveWhistle):
        whistle.approve(act)
        return notices.to_parties(whistle, whistle.roll.parties, "blown")
    whistle.decline(act, reason=matter.words(command.reason))
    return notices.to_leaders(whistle, matter.kind.blown_by, "declined")


def _end(command: ordered.EndOrder, matter: Matter) -> list[Notice]:
    """The street that blew confirms or calls off; a process only calls off."""
    whistle, act = matter.whistle, matter.act
    waiting = [party.unit for party in whistle.roll.open_parties]
    if act.role == PROCESS and isinstance(command, ordered.CallOffWhistle):
        whistle.lose_its_case(act)
        return notices.to_parties(whistle, waiting, "called-off")
    matter.must_lead(matter.kind.blown_by)
    if isinstance(command, ordered.ConfirmWhistle):
        whistle.confirm(act, result=command.result)
        return notices.to_parties(whistle, waiting, "confirmed")
    whistle.call_off(act, reason=matter.words(command.reason))
    return notices.to_parties(whistle, waiting, "called-off")


def _case(office: Office, incident_id: UUID) -> Incident:
    incident = office.records.load(Incident, incident_id)
    if not incident.exists:
        reason = "There is no such incident. Check the number, or look for it on the board."
        raise Refused("no-such-incident", reason, incident=str(incident_id))
    must_not_have_ended(incident)
    return incident


def _due(matter: Matter) -> list[Due]:
    deadlines = matter.whistle.roll.deadlines(matter.whistle.id, matter.calendar)
    return [Due(timer=one.timer, kind=KIND, due_at=one.due_at) for one in deadlines]


_ORDERS = (
    ordered.ApproveWhistle,
    ordered.DeclineWhistle,
    ordered.SignFor,
    ordered.MakeContact,
    ordered.CheckIn,
    ordered.BeginWork,
    ordered.FinishWork,
    ordered.SubstituteParty,
    ordered.WithdrawParty,
    ordered.RateParty,
    ordered.ConfirmWhistle,
    ordered.CallOffWhistle,
)
HANDLERS: Mapping[type, Callable[..., Answer | None]] = {
    BlowWhistle: blow_whistle,
    FirePartyDeadline: fire_party_deadline,
    **dict.fromkeys(_ORDERS, change_whistle),
}
