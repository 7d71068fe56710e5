"""Carrying out orders to a sender: who may, then load it, tell it, save it."""

from __future__ import annotations

from datetime import timedelta

from domain.kernel.act import OPERATOR, Act
from domain.kernel.codes import AreaCode
from domain.kernel.offices import ADMINISTRATOR
from domain.kernel.refusals import Refused
from domain.people.person import Person, person_id
from domain.sender.sender import Sender, sender_id
from ledger.ledger import Answer
from workflows.claiming import changing
from workflows.incident.city import city_day, must_stand
from workflows.office import Office
from workflows.sender import commands as ordered
from workflows.sender.commands import SenderOrder


def change_sender(command: SenderOrder, office: Office, act: Act) -> Answer:
    """Carry out an order to a sender; refuses ``role-not-held`` to whoever does not keep it."""
    stream = sender_id(command.code)
    claim = changing(command, act.command_id, stream=stream)
    if answer := office.records.answered(stream, claim):
        return answer
    sender = office.records.load(Sender, stream)
    _must_keep(command, sender, office, act)
    _carry_out(command, sender, office, act)
    return office.records.save(sender, claim=claim)


def _carry_out(command: SenderOrder, sender: Sender, office: Office, act: Act) -> None:
    match command:
        case ordered.RegisterSender():
            _register(command, sender, office, act)
        case ordered.ReviseSender(area=area, categories=categories, expires_at=expires_at):
            must_stand(office.records, area, city_day(act, office.time_zone))
            sender.revise(act, area=area, categories=categories, expires_at=expires_at)
        case ordered.RotateSenderKey(secret=secret, overlap=overlap):
            sender.issue_key(act, secret=secret, overlap=overlap)
        case ordered.EndSender():
            sender.end(act)


def _register(command: ordered.RegisterSender, sender: Sender, office: Office, act: Act) -> None:
    day = city_day(act, office.time_zone)
    must_stand(office.records, command.area, day)
    person = office.records.load(Person, person_id(command.handle))
    if not person.exists or not person.holds(command.role, command.area, day):
        reason = f"{command.handle} is no {command.role} for {command.area}. Grant the role first."
        raise Refused("role-not-held", reason, role=command.role, area=str(command.area))
    sender.register(
        act,
        code=command.code,
        title=command.title,
        handle=command.handle,
        role=command.role,
        channel=command.channel,
        area=command.area,
        categories=command.categories,
        workflow=command.workflow,
        expires_at=command.expires_at,
    )
    sender.issue_key(act, secret=command.secret, overlap=timedelta())


def _must_keep(command: SenderOrder, sender: Sender, office: Office, act: Act) -> None:
    """Let the operator keep all, an administrator those within the own area, before and after."""
    if act.role == OPERATOR:
        return
    day = city_day(act, office.time_zone)
    keeper = office.records.load(Person, person_id(act.person))
    asked = getattr(command, "area", None)
    places = [area for area in (sender.area, asked) if isinstance(area, AreaCode)]
    if not all(keeper.exists and keeper.holds(ADMINISTRATOR, area, day) for area in places):
        reason = "Senders are kept by administrators of their area. Ask the one above you."
        raise Refused("role-not-held", reason, role=ADMINISTRATOR)


HANDLERS = dict.fromkeys(
    (
        ordered.RegisterSender,
        ordered.ReviseSender,
        ordered.RotateSenderKey,
        ordered.EndSender,
    ),
    change_sender,
)
