"""Carrying out an order to an area: load it, ask it, save it."""

from __future__ import annotations

from collections.abc import Callable

from domain.area.area import Area, area_id
from domain.kernel.act import Act
from domain.kernel.codes import AreaCode
from ledger.ledger import Answer, Claim, Records
from workflows.area.commands import (
    AddArea,
    AreaOrder,
    BoundArea,
    CloseArea,
    MergeArea,
    MoveArea,
    RenameArea,
)
from workflows.claiming import changing, creating


def add_area(command: AddArea, records: Records, act: Act) -> Answer:
    """Add an area; its parent is read at that moment, so add from the top down."""
    claim = claim_of(command, act)
    stream = area_id(command.code)
    if answer := records.answered(stream, claim):
        return answer
    area = records.load(Area, stream)
    parent = command.code.parent
    area.add(
        act,
        code=command.code,
        name=command.name,
        name_en=command.name_en,
        kind=command.kind,
        from_day=command.from_day,
        parent=_area(records, parent) if parent else None,
        predecessor=command.predecessor,
    )
    return records.save(area, claim=claim)


def change_area(
    command: RenameArea | MoveArea | MergeArea | CloseArea | BoundArea, records: Records, act: Act
) -> Answer:
    """Change an area that stands."""
    stream = area_id(command.code)
    claim = claim_of(command, act)
    if answer := records.answered(stream, claim):
        return answer
    area, day = records.load(Area, stream), command.from_day
    match command:
        case RenameArea(name=name, name_en=name_en, kind=kind):
            area.rename(act, name=name, name_en=name_en, kind=kind, from_day=day)
        case MoveArea(to_code=to_code):
            area.move(act, successor=_area(records, to_code), from_day=day)
        case MergeArea(into_code=into_code):
            area.merge(act, into=_area(records, into_code), from_day=day)
        case CloseArea():
            area.close(act, from_day=day)
        case BoundArea(boundary=boundary):
            area.bound(act, boundary=boundary, from_day=day)
    return records.save(area, claim=claim)


def claim_of(command: AreaOrder, act: Act) -> Claim:
    """Give the claim under which an order is carried out once."""
    if isinstance(command, AddArea):
        return creating(command, act.command_id)
    return changing(command, act.command_id, stream=area_id(command.code))


def carry_out(command: AreaOrder, records: Records, act: Act) -> Answer:
    """Carry out any order to an area."""
    if isinstance(command, AddArea):
        return add_area(command, records, act)
    return change_area(command, records, act)


HANDLERS: dict[type[AreaOrder], Callable[[AreaOrder, Records, Act], Answer]] = dict.fromkeys(
    (AddArea, RenameArea, MoveArea, MergeArea, CloseArea, BoundArea), carry_out
)


def _area(records: Records, code: AreaCode) -> Area:
    return records.load(Area, area_id(code))
