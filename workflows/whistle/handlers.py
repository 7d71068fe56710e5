"""Carrying out orders to a whistle: load it, ask who may, tell it, save it with its timers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from domain.incident.incident import Incident
from domain.incident.whistling import must_not_have_ended
from domain.kernel.act import PROCESS, Act
from domain.kernel.calendar import WorkingCalendar
from domain.kernel.codes import AreaCode
from domain.kernel.confiding import Words
from domain.kernel.ids import ordered_id
from domain.kernel.refusals import Refused
from domain.people.roles import HANDLER
from domain.rulebook.whistles import WhistleKind
from domain.whistle.events import PartyLimits, Terms
from domain.whistle.whistle import Whistle
from ledger.ledger import Answer, Due, Notice, Records
from workflows.claiming import changing, creating
from workflows.incident import city
from workflows.office import Office
from workflows.whistle import commands as ordered
from workflows.whistle import notices, standing
from workflows.whistle.commands import BlowWhistle, FirePartyDeadline, WhistleOrder
from workflows.whistle.escalation import climb

KIND = "whistle"
"""The kind of its timers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """What one order is decided on: the whistle, its kind and calendar as stamped, the day."""

    office: Office
    whistle: Whistle
    act: Act
    kind: WhistleKind
    calendar: WorkingCalendar
    day: date

    @property
    def records(self) -> Records:
        """Where it is saved."""
        return self.office.records

    @property
    def area(self) -> AreaCode:
        """The street that blew."""
        return AreaCode(self.whistle.roll.area)

    def words(self, text: str | None) -> Words | None:
        """Make words ready for the vault."""
        return Words(text=text, key=self.office.random_key()) if text else None


def blow_whistle(command: BlowWhistle, office: Office, act: Act) -> Answer:
    """Summon units to a case; where the kind needs approval, ask the higher leader."""
    stream = ordered_id(act.at, act.command_id)
    claim = creating(command, act.command_id)
    if answer := office.records.answered(stream, claim):
        return answer
    incident = _case(office, command.incident)
    whistle = office.records.load(Whistle, stream)
    terms, matter = _terms(command, incident, whistle, office, act)
    words = matter.words(command.words)
    if matter.kind.approved_by is not None:
        whistle.ask_for(act, terms, words=words)
        told = notices.to_leaders(whistle, matter.kind.approved_by, "asked-for")
    else:
        whistle.blow(act, terms, words=words)
        told = notices.to_parties(whistle, terms.parties, "blown")
    return office.records.save(whistle, claim=claim, due=_due(matter), notices=told)


def change_whistle(command: WhistleOrder, office: Office, act: Act) -> Answer:
    """Carry out any order to a whistle that was blown or asked for."""
    claim = changing(command, act.command_id, stream=command.whistle)
    if answer := office.records.answered(command.whistle, claim):
        return answer
    matter = _matter(office, command.whistle, act)
    told = _carry_out(command, matter)
    return office.records.save(matter.whistle, claim=claim, due=_due(matter), notices=told)


def fire_party_deadline(command: FirePartyDeadline, office: Office, act: Act) -> Answer | None:
    """Record that a party is late and take it up a rung; None when it is not due."""
    claim = changing(command, act.command_id, stream=command.whistle)
    if answer := office.records.answered(command.whistle, claim):
        return answer
    if not office.records.load(Whistle, command.whistle).exists:
        return None
    matter = _matter(office, command.whistle, act)
    deadlines = matter.whistle.roll.deadlines(matter.whistle.id, matter.calendar)
    deadline = next((open_ for open_ in deadlines if open_.timer == command.timer), None)
    if deadline is None or deadline.due_at > act.at:
        return None
    matter.whistle.miss(deadline, matter.act)
    told = climb(matter.whistle, deadline, matter.act, matter.kind)
    return office.records.save(matter.whistle, claim=claim, due=_due(matter), notices=told)


def _terms(
    command: BlowWhistle, incident: Incident, whistle: Whistle, office: Office, act: Act
) -> tuple[Terms, Matter]:
    """Stamp what is in force now."""
    definition = office.engines.of(incident.course.workflow).definition
    if definition.whistles is None:
        reason = f"No whistle is blown for cases of {definition.reference}."
        raise Refused("whistles-not-used", reason, workflow=definition.reference)
    rules = office.shelf.latest("whistles", definition.whistles)
    kind = office.shelf.whistles(rules).kind(command.kind)
    calendar = office.shelf.calendar(office.shelf.latest("calendar", definition.calendar))
    day = city.city_day(act, calendar.time_zone)
    case_area = AreaCode(incident.course.area)
    street = kind.blown_by.area(case_area)
    standing.must_lead(office.records, act, leaders=kind.blown_by, area=street, day=day)
    _must_be_a_cause(kind, command.cause)
    for unit in command.parties:
        standing.must_be_summonable(office.records, unit, kind=kind, area=case_area, day=day)
    terms = Terms(
        incident=incident.id,
        kind=kind.code,
        cause=command.cause,
        rules=rules,
        calendar=calendar.reference,
        area=str(street),
        parties=command.parties,
        limits=_limits(kind),
        radius_m=kind.radius_m,
        place=command.place or incident.place,
        photo_needed=kind.photo_needed,
    )
    return terms, Matter(
        office=office, whistle=whistle, act=act, kind=kind, calendar=calendar, day=day
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
        case ordered.SubstituteParty():
            return _substitute(command, matter)
        case (
            ordered.WithdrawParty()
            | ordered.RateParty()
            | ordered.ConfirmWhistle()
            | ordered.CallOffWhistle()
        ):
            return _judge(command, matter)
        case _:
            return _answer(command, matter)


def _decide(command: ordered.LeaderOrder, matter: Matter) -> list[Notice]:
    whistle, act, leaders = matter.whistle, matter.act, matter.kind.approved_by
    if leaders is None:
        raise Refused("no-approval-waiting", "Whistles of this kind need no approval.")
    area = leaders.area(matter.area)
    standing.must_lead(matter.records, act, leaders=leaders, area=area, day=matter.day)
    if isinstance(command, ordered.ApproveWhistle):
        whistle.approve(act)
        return notices.to_parties(whistle, whistle.roll.parties, "blown")
    whistle.decline(act, reason=matter.words(command.reason))
    return notices.to_leaders(whistle, matter.kind.blown_by, "declined")


def _answer(command: ordered.PartyOrder, matter: Matter) -> list[Notice]:
    """A party answers for itself."""
    whistle, act, party = matter.whistle, matter.act, command.party
    standing.must_answer_for(matter.records, act, unit=party, area=matter.area, day=matter.day)
    match command:
        case ordered.SignFor():
            whistle.sign_for(act, party=party)
            return []
        case ordered.MakeContact():
            whistle.contact(act, party=party)
            return []
        case ordered.CheckIn():
            whistle.check_in(act, party=party, place=command.place, photo=command.photo)
            return notices.to_leaders(whistle, matter.kind.blown_by, "checked-in", party=party)
        case ordered.BeginWork():
            whistle.begin_work(act, party=party)
            return []
        case ordered.FinishWork():
            whistle.finish(act, party=party, result=matter.words(command.result))
            return notices.to_leaders(whistle, matter.kind.blown_by, "done", party=party)


def _substitute(command: ordered.SubstituteParty, matter: Matter) -> list[Notice]:
    """The party names who stands in, or the street does."""
    records, act = matter.records, matter.act
    if act.role == HANDLER:
        standing.must_answer_for(records, act, unit=command.party, area=matter.area, day=matter.day)
    else:
        leaders = matter.kind.blown_by
        standing.must_lead(records, act, leaders=leaders, area=matter.area, day=matter.day)
    case_area = AreaCode(_case_area(matter))
    standing.must_be_summonable(
        records, command.by, kind=matter.kind, area=case_area, day=matter.day
    )
    reason = matter.words(command.reason)
    matter.whistle.substitute(act, party=command.party, by=command.by, reason=reason)
    return notices.to_parties(matter.whistle, (command.by,), "blown")


def _judge(command: ordered.StreetOrder, matter: Matter) -> list[Notice]:
    """The street that blew lets go, rates and confirms; a process only calls off."""
    whistle, act = matter.whistle, matter.act
    if act.role == PROCESS and isinstance(command, ordered.CallOffWhistle):
        waiting = [party.unit for party in whistle.roll.open_parties]
        whistle.lose_its_case(act)
        return notices.to_parties(whistle, waiting, "called-off")
    leaders = matter.kind.blown_by
    standing.must_lead(matter.records, act, leaders=leaders, area=matter.area, day=matter.day)
    match command:
        case ordered.WithdrawParty(party=party):
            whistle.withdraw(act, party=party, reason=matter.words(command.reason))
            return notices.to_parties(whistle, (party,), "withdrawn")
        case ordered.RateParty(party=party):
            remark = matter.words(command.remark)
            whistle.rate(act, party=party, stars=command.stars, remark=remark)
            return []
        case ordered.ConfirmWhistle():
            whistle.confirm(act, result=command.result)
            return []
        case ordered.CallOffWhistle():
            waiting = [party.unit for party in whistle.roll.open_parties]
            whistle.call_off(act, reason=matter.words(command.reason))
            return notices.to_parties(whistle, waiting, "called-off")


def _case(office: Office, incident_id: UUID) -> Incident:
    incident = office.records.load(Incident, incident_id)
    if not incident.exists:
        reason = "There is no such incident. Check the number, or look for it on the board."
        raise Refused("no-such-incident", reason, incident=str(incident_id))
    must_not_have_ended(incident)
    return incident


def _case_area(matter: Matter) -> str:
    incident = matter.whistle.roll.incident
    assert incident is not None  # noqa: S101  # every whistle begins with its case
    return matter.records.load(Incident, incident).course.area


def _matter(office: Office, whistle_id: UUID, act: Act) -> Matter:
    whistle = office.records.load(Whistle, whistle_id)
    roll = whistle.roll
    if not roll.state:
        reason = "There is no such whistle. Open the case and choose one of its own."
        raise Refused("no-such-whistle", reason, whistle=str(whistle_id))
    if roll.last_at is not None and act.at < roll.last_at:
        act = replace(act, at=roll.last_at)
    calendar = office.shelf.calendar(roll.calendar)
    return Matter(
        office=office,
        whistle=whistle,
        act=act,
        kind=office.shelf.whistles(roll.rules).kind(roll.kind),
        calendar=calendar,
        day=city.city_day(act, calendar.time_zone),
    )


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
