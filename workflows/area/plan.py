"""A plan: what an import would change, told before it is done, then carried out as orders."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from domain.area.area import area_id
from domain.kernel.act import Act
from domain.kernel.codes import AreaCode
from domain.kernel.refusals import Refused
from ledger.ledger import Ledger, Records
from workflows.area.commands import (
    AddArea,
    AreaOrder,
    BoundArea,
    CloseArea,
    MergeArea,
    MoveArea,
    RenameArea,
)
from workflows.area.handlers import carry_out, claim_of
from workflows.reasons import Explains, unexplained
from workflows.sheets import BadRow


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPlan:
    """What would change on a day. ``orders`` stand in the order in which they can be given.

    ``notes`` say what was passed over or mended. ``missing`` areas stand in the tree but not in
    the file; only a complete file ends them.
    """

    day: date
    orders: tuple[AreaOrder, ...] = ()
    unchanged: int = 0
    bad: tuple[BadRow, ...] = ()
    notes: tuple[str, ...] = ()
    missing: tuple[AreaCode, ...] = ()

    @property
    def added(self) -> tuple[AddArea, ...]:
        """New areas; the successors of moved ones count as moved."""
        return tuple(
            order
            for order in self.orders
            if isinstance(order, AddArea) and order.predecessor is None
        )

    @property
    def renamed(self) -> tuple[RenameArea, ...]:
        """Areas with another name or kind."""
        return tuple(order for order in self.orders if isinstance(order, RenameArea))

    @property
    def moved(self) -> tuple[MoveArea, ...]:
        """Areas that go on under another code."""
        return tuple(order for order in self.orders if isinstance(order, MoveArea))

    @property
    def merged(self) -> tuple[MergeArea, ...]:
        """Areas that become part of another one."""
        return tuple(order for order in self.orders if isinstance(order, MergeArea))

    @property
    def closed(self) -> tuple[CloseArea, ...]:
        """Areas that end."""
        return tuple(order for order in self.orders if isinstance(order, CloseArea))

    @property
    def bounded(self) -> tuple[BoundArea, ...]:
        """Areas that are given a place."""
        return tuple(order for order in self.orders if isinstance(order, BoundArea))


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What an import did: orders recorded, and those refused with the reason."""

    recorded: int
    refused: tuple[tuple[AreaOrder, Refused], ...] = ()


def apply_plan(
    plan: ImportPlan, records: Records, act: Act, *, explained: Explains = unexplained
) -> Applied:
    """Carry out all orders of a plan; a refused one stops nothing but itself.

    Each order claims the act's command id and its own place, so a broken import can be sent again.
    """
    return give_orders(plan.orders, records, act, explained=explained)


def give_orders(
    orders: Sequence[AreaOrder], records: Records, act: Act, *, explained: Explains = unexplained
) -> Applied:
    """Give orders in turn, in one batch where a ledger is given."""
    if isinstance(records, Ledger):
        batch = records.batch()
        batch.foresee(_foreseen(orders, act))
        applied = _give(orders, batch, act, explained)
        batch.flush()
        return applied
    return _give(orders, records, act, explained)


def _foreseen(orders: Sequence[AreaOrder], act: Act) -> Iterator[tuple[UUID, str]]:
    """Name the records and claims of many orders, so that they are looked up together."""
    for order in orders:
        key = claim_of(order, _act_of(order, act)).key
        yield area_id(order.code), key
        if isinstance(order, AddArea) and order.code.parent is not None:
            yield area_id(order.code.parent), key


def _act_of(order: AreaOrder, act: Act) -> Act:
    return replace(act, command_id=f"{act.command_id}/{type(order).__name__}:{order.code}")


def _give(orders: Sequence[AreaOrder], records: Records, act: Act, explained: Explains) -> Applied:
    refused: list[tuple[AreaOrder, Refused]] = []
    for order in orders:
        try:
            carry_out(order, explained(records), _act_of(order, act))
        except Refused as refusal:
            refused.append((order, refusal))
    return Applied(recorded=len(orders) - len(refused), refused=tuple(refused))


def report(plan: ImportPlan, *, longest: int = 20) -> list[str]:
    """Say in sentences what the plan would change; long lists are cut after ``longest`` lines."""
    lines = [f"From {plan.day} on:"]
    lines += [f"  added: {len(plan.added)}{_by_level(plan.added)}"]
    for word, orders in (
        ("renamed", plan.renamed),
        ("moved", plan.moved),
        ("merged", plan.merged),
        ("closed", plan.closed),
        ("bounded", plan.bounded),
    ):
        lines += [f"  {word}: {len(orders)}"] if orders else []
        lines += _cut([f"    {_told(order)}" for order in orders], longest)
    lines.append(f"  unchanged: {plan.unchanged}")
    if plan.missing:
        lines.append(f"  in the tree but not in the file, left as they are: {len(plan.missing)}")
        lines += _cut([f"    {code}" for code in plan.missing], longest)
    lines += [f"  note: {sentence}" for sentence in plan.notes]
    lines += [f"  bad rows, left out: {len(plan.bad)}"] if plan.bad else []
    return lines + _cut([f"    {row}" for row in plan.bad], longest)


def _told(order: RenameArea | MoveArea | MergeArea | CloseArea | BoundArea) -> str:
    match order:
        case RenameArea():
            return f"{order.code} is called {order.name}"
        case MoveArea():
            return f"{order.code} goes on as {order.to_code}"
        case MergeArea():
            return f"{order.code} becomes part of {order.into_code}"
        case CloseArea():
            return f"{order.code} ends"
        case BoundArea():
            return f"{order.code} is given its place"


def _by_level(orders: Iterable[AddArea]) -> str:
    levels = Counter(order.code.level for order in orders)
    told = ", ".join(f"{level.word} {levels[level]:,}" for level in sorted(levels))
    return f" ({told})" if told else ""


def _cut(lines: list[str], longest: int) -> list[str]:
    more = len(lines) - longest
    return lines if more <= 0 else [*lines[:longest], f"    and {more:,} more"]
