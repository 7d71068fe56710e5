"""The roster as a sheet: ``handle,name,role,area,unit,from,to``, one row for each post.

``to`` is the last day on which the role is held, as people write it, or empty. A person with
several posts has several rows under one handle; the name may stand in the first alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from domain.kernel.act import Act
from domain.kernel.codes import AreaCode
from domain.kernel.moments import usable_day
from domain.kernel.refusals import Refused
from domain.people.person import Person, person_id
from domain.people.roles import Post, must_be_holdable
from ledger.ledger import Ledger, Records
from workflows.people.commands import EnrolPerson, GrantRole
from workflows.people.handlers import carry_out, must_be_there
from workflows.reasons import Explains, unexplained
from workflows.sheets import BadRow, SheetRow, read_sheet

COLUMNS = ("handle", "name", "role", "area", "unit", "from", "to")


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterPlan:
    """What a roster sheet would change; ``lines`` says for each order where it comes from."""

    enrolled: tuple[EnrolPerson, ...] = ()
    granted: tuple[GrantRole, ...] = ()
    unchanged: int = 0
    bad: tuple[BadRow, ...] = ()

    @property
    def orders(self) -> tuple[EnrolPerson | GrantRole, ...]:
        """People first, then what they hold."""
        return (*self.enrolled, *self.granted)


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterApplied:
    """What the import did."""

    recorded: int
    refused: tuple[tuple[EnrolPerson | GrantRole, Refused], ...] = ()


@dataclass(slots=True)
class _Plan:
    """The people as they will be once the rows so far are carried out."""

    records: Records
    act: Act
    new_key: Callable[[], bytes]
    people: dict[str, Person] = field(default_factory=dict)
    enrolled: list[EnrolPerson] = field(default_factory=list)
    granted: list[GrantRole] = field(default_factory=list)
    unchanged: int = 0


def plan_roster(
    data: bytes, records: Records, act: Act, *, new_key: Callable[[], bytes]
) -> RosterPlan:
    """Try every row on the people of the roster in memory: a dry run by the rules themselves.

    ``new_key`` gives the random key of a name (``secrets.token_bytes(32)``).
    """
    sheet = read_sheet(data, needed=COLUMNS)
    plan = _Plan(records=records, act=act, new_key=new_key)
    bad = list(sheet.bad)
    for row in sheet.rows:
        try:
            _try(row, plan)
        except Refused as refusal:
            bad.append(row.bad(refusal.reason))
    return RosterPlan(
        enrolled=tuple(plan.enrolled),
        granted=tuple(plan.granted),
        unchanged=plan.unchanged,
        bad=tuple(bad),
    )


def read_posts(data: bytes) -> tuple[list[GrantRole], list[BadRow]]:
    """Read who holds what, asking no record: units and people need not be known."""
    sheet = read_sheet(data, needed=COLUMNS)
    found, bad = [], list(sheet.bad)
    for row in sheet.rows:
        try:
            grant = _grant(row)
            must_be_holdable(grant.role, area=grant.area, unit=grant.unit)
        except Refused as refusal:
            bad.append(row.bad(refusal.reason))
        else:
            found.append(grant)
    return found, bad


def apply_roster(
    plan: RosterPlan, records: Records, act: Act, *, explained: Explains = unexplained
) -> RosterApplied:
    """Carry out all orders of a plan, in one batch where a ledger is given."""
    if not isinstance(records, Ledger):
        return _give(plan.orders, records, act, explained)
    batch = records.batch()
    applied = _give(plan.orders, batch, act, explained)
    batch.flush()
    return applied


def report(plan: RosterPlan) -> list[str]:
    """Say what the plan would change; handles only, never names."""
    told = [f"  enrolled: {len(plan.enrolled)}", f"  roles granted: {len(plan.granted)}"]
    told.append(f"  unchanged rows: {plan.unchanged}")
    told += [f"  bad rows, left out: {len(plan.bad)}"] if plan.bad else []
    return [*told, *(f"    {row}" for row in plan.bad)]


def _try(row: SheetRow, plan: _Plan) -> None:
    cells = row.cells
    handle = cells["handle"]
    grant = _grant(row)
    must_be_holdable(grant.role, area=grant.area, unit=grant.unit)
    must_be_there(plan.records, grant.area, grant.unit, grant.from_day)
    person = plan.people.get(handle) or plan.records.load(Person, person_id(handle))
    enrol = None
    if not person.exists:
        enrol = EnrolPerson(handle=handle, name=cells["name"], key=plan.new_key())
        person.enrol(plan.act, handle=handle, name=enrol.name, key=enrol.key)
    before = person.version
    post = Post(role=grant.role, area=grant.area, unit=grant.unit)
    person.grant_role(plan.act, post=post, from_day=grant.from_day, to_day=grant.to_day)
    plan.people[handle] = person
    plan.enrolled += [enrol] if enrol else []
    plan.granted += [grant] if person.version > before else []
    plan.unchanged += person.version == before


def _grant(row: SheetRow) -> GrantRole:
    cells = row.cells
    last = _day(cells["to"])
    from_day = _day(cells["from"])
    if from_day is None:
        raise Refused("day-missing", "The day from which the role is held is missing.")
    return GrantRole(
        handle=cells["handle"],
        role=cells["role"],
        area=AreaCode(cells["area"]) if cells["area"] else None,
        unit=cells["unit"] or None,
        from_day=from_day,
        to_day=last + timedelta(days=1) if last else None,
    )


def _day(cell: str) -> date | None:
    if not cell:
        return None
    try:
        return usable_day(date.fromisoformat(cell))
    except ValueError:
        reason = f"'{cell[:20]}' is no day; write it as 2026-03-01."
        raise Refused("invalid-day", reason) from None


def _give(
    orders: Sequence[EnrolPerson | GrantRole], records: Records, act: Act, explained: Explains
) -> RosterApplied:
    refused: list[tuple[EnrolPerson | GrantRole, Refused]] = []
    for order in orders:
        try:
            carry_out(order, explained(records), replace(act, command_id=_command_id(order, act)))
        except Refused as refusal:
            refused.append((order, refusal))
    return RosterApplied(recorded=len(orders) - len(refused), refused=tuple(refused))


def _command_id(order: EnrolPerson | GrantRole, act: Act) -> str:
    if isinstance(order, EnrolPerson):
        return f"{act.command_id}/{order.handle}"
    post = (order.handle, order.role, order.area or "", order.unit or "", order.from_day)
    return f"{act.command_id}/{':'.join(map(str, post))}"
