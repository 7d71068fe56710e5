"""Carrying out an order to a person or a unit: load it, ask it, save it."""

from __future__ import annotations

from datetime import date

from domain.area.area import Area, area_id
from domain.kernel.act import Act
from domain.kernel.codes import AreaCode
from domain.kernel.refusals import Refused
from domain.people.absence import be_absent, come_back
from domain.people.person import Person, person_id
from domain.people.roles import Post
from domain.people.unit import Unit, unit_id
from ledger.ledger import Answer, Records
from workflows.claiming import changing, creating
from workflows.people.commands import (
    AnswerFor,
    BeAbsent,
    CloseUnit,
    ComeBack,
    EndDuty,
    EndRole,
    EnrolPerson,
    FoundUnit,
    GiveDuty,
    GrantRole,
    LeaveService,
    PersonOrder,
    RotaOrder,
    UnitOrder,
)
from workflows.people.rota import change_rota, must_hold


def enrol_person(command: EnrolPerson, records: Records, act: Act) -> Answer:
    """Put somebody on the roster."""
    claim = creating(command, act.command_id)
    stream = person_id(command.handle)
    if answer := records.answered(stream, claim):
        return answer
    person = records.load(Person, stream)
    person.enrol(act, handle=command.handle, name=command.name, key=command.key)
    return records.save(person, claim=claim)


def change_person(
    command: GrantRole | EndRole | LeaveService | BeAbsent | ComeBack,
    records: Records,
    act: Act,
) -> Answer:
    """Change what a person of the roster holds; area and unit of a new post must be there."""
    stream = person_id(command.handle)
    claim = changing(command, act.command_id, stream=stream)
    if answer := records.answered(stream, claim):
        return answer
    person = records.load(Person, stream)
    match command:
        case GrantRole(from_day=day):
            must_be_there(records, command.area, command.unit, day)
            _grant(person, command, records, act)
        case EndRole(to_day=to_day):
            person.end_role(act, post=_post(command), to_day=to_day)
        case LeaveService(from_day=day):
            person.leave(act, from_day=day)
        case BeAbsent(from_day=day, to_day=to_day):
            be_absent(person, act, from_day=day, to_day=to_day)
        case ComeBack(to_day=to_day):
            come_back(person, act, to_day=to_day)
    return records.save(person, claim=claim)


def found_unit(command: FoundUnit, records: Records, act: Act) -> Answer:
    """Found a unit; its area and its department must be there."""
    claim = creating(command, act.command_id)
    stream = unit_id(command.code)
    if answer := records.answered(stream, claim):
        return answer
    unit = records.load(Unit, stream)
    must_be_there(records, command.area, command.parent, command.from_day)
    unit.found(
        act,
        code=command.code,
        name=command.name,
        name_en=command.name_en,
        kind=command.kind,
        area=command.area,
        parent=records.load(Unit, unit_id(command.parent)) if command.parent else None,
        from_day=command.from_day,
    )
    return records.save(unit, claim=claim)


def change_unit(command: AnswerFor | CloseUnit, records: Records, act: Act) -> Answer:
    """Change a unit that works."""
    stream = unit_id(command.code)
    claim = changing(command, act.command_id, stream=stream)
    if answer := records.answered(stream, claim):
        return answer
    unit = records.load(Unit, stream)
    match command:
        case AnswerFor(categories=categories, from_day=day):
            unit.answer_for(act, categories=categories, from_day=day)
        case CloseUnit(from_day=day):
            unit.close(act, from_day=day)
    return records.save(unit, claim=claim)


def carry_out(command: PersonOrder | UnitOrder | RotaOrder, records: Records, act: Act) -> Answer:
    """Carry out any order to a person, a unit or a rota."""
    match command:
        case GiveDuty() | EndDuty():
            return change_rota(command, records, act)
        case EnrolPerson():
            return enrol_person(command, records, act)
        case FoundUnit():
            return found_unit(command, records, act)
        case AnswerFor() | CloseUnit():
            return change_unit(command, records, act)
        case _:
            return change_person(command, records, act)


HANDLERS = dict.fromkeys(
    (
        EnrolPerson,
        GrantRole,
        EndRole,
        LeaveService,
        BeAbsent,
        ComeBack,
        GiveDuty,
        EndDuty,
        FoundUnit,
        AnswerFor,
        CloseUnit,
    ),
    carry_out,
)


def must_be_there(records: Records, area: AreaCode | None, unit: str | None, day: date) -> None:
    """Refuse a post or a unit at an area or unit that is not there on the day."""
    if area is not None and records.load(Area, area_id(area)).on(day) is None:
        reason = f"{area} does not stand on {day}; add the area first."
        raise Refused("no-such-area", reason, area=str(area))
    if unit is not None and not records.load(Unit, unit_id(unit)).works_on(day):
        reason = f"No unit {unit} works on {day}; found it first."
        raise Refused("no-such-unit", reason, unit=unit)


def _grant(person: Person, command: GrantRole, records: Records, act: Act) -> None:
    """Let somebody hold a post; a deputy only one that the other person holds."""
    post, day = _post(command), command.from_day
    if command.deputy_for is not None:
        must_hold(records, command.deputy_for, post, day)
    person.grant_role(
        act, post=post, from_day=day, to_day=command.to_day, deputy_for=command.deputy_for
    )


def _post(command: GrantRole | EndRole) -> Post:
    return Post(role=command.role, area=command.area, unit=command.unit)
