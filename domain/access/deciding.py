"""The decision: a pure function of action, role, relation, ownership and stage over the table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.access.relation import Relation, Seat
from domain.access.table import MATTERS, TABLE, Field, Row
from domain.kernel.refusals import Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether it may be done, and the fields that may be seen thereby."""

    allowed: bool
    fields: frozenset[Field] = frozenset()


NO = Verdict(allowed=False)


def decide(
    action: str, role: str, relation: Relation, *, owned: bool = False, ended: bool = False
) -> Verdict:
    """Decide; an action without a row is a mistake of ours and raises ``KeyError``."""
    for row in TABLE[action]:
        if role in row.roles and _holds(row, relation, owned=owned):
            return Verdict(allowed=True, fields=row.fields_after if ended else row.fields)
    return NO


def has_row(action: str, role: str) -> bool:
    """Tell whether a role may do something at all."""
    return any(role in row.roles for row in TABLE[action])


def rows_for(action: str, role: str, seats: Sequence[Seat]) -> tuple[Row, ...]:
    """Give the rows by which a role may do something somewhere, held at these seats."""
    rows = (row for row in TABLE[action] if role in row.roles)
    return tuple(row for row in rows if _is_within_reach(row, action, seats))


def _is_within_reach(row: Row, action: str, seats: Sequence[Seat]) -> bool:
    if row.owned or (Relation.UNIT in row.reach and any(seat.unit for seat in seats)):
        return True
    by_area = row.reach - {Relation.UNIT}
    return bool(by_area) and (action not in MATTERS or any(seat.unit is None for seat in seats))


def must_be_allowed(
    action: str, role: str, relation: Relation, *, owned: bool = False, ended: bool = False
) -> Verdict:
    """Give the verdict; refuses ``not-for-your-role`` and ``outside-your-area``."""
    verdict = decide(action, role, relation, owned=owned, ended=ended)
    if verdict.allowed:
        return verdict
    if not has_row(action, role):
        by = sorted({name for row in TABLE[action] for name in row.roles})
        reason = f"To {action} is for {', '.join(by)}; you act as {role}."
        raise Refused("not-for-your-role", reason, action=action, role=role)
    reason = f"To {action} you must serve there; this lies outside. Ask who does."
    raise Refused("outside-your-area", reason, action=action, relation=relation.value)


def _holds(row: Row, relation: Relation, *, owned: bool) -> bool:
    return relation in row.reach or (row.owned and owned)
