"""Lines of the page: rows of the table and steps of the workflow, of one role or of one action."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from domain.access.deciding import rows_for
from domain.access.relation import Relation
from domain.access.table import FIELDS, MATTERS, TABLE, Row

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from domain.access.relation import Seat
    from domain.access.table import Field
    from domain.people.person import Grant
    from workflows.definition import Definition, StepRule

STEP = "take a step"
MINE = "mine"
COLUMNS = ("own", "below", "unit", MINE, "above", "sibling", "foreign")
"""Where something may be done: relations of the table, and one's own matters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A row of the table as the page shows it; ``first`` of those of its action."""

    action: str
    roles: tuple[str, ...]
    where: frozenset[str]
    fields: tuple[Field, ...]
    fields_after: tuple[Field, ...]
    first: bool = True

    @property
    def of_matters(self) -> bool:
        """Whether it is done with what people reported."""
        return self.action in MATTERS


@dataclass(frozen=True, slots=True, kw_only=True)
class StepLine:
    """A step that may be taken in some stages, and by whom."""

    rule: StepRule
    stages: tuple[str, ...]
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A post of the reader; ``begun`` once its first day has come."""

    grant: Grant
    begun: bool


def lines_of_role(role: str, seats: Sequence[Seat] | None = None) -> list[Line]:
    """Give all that a role may do; with seats only what it may do from there."""
    found = []
    for action, rows in TABLE.items():
        mine = [row for row in rows if role in row.roles]
        kept = mine if seats is None else rows_for(action, role, seats)
        found += [_line(action, (role,), row, first=n == 0) for n, row in enumerate(kept)]
    return found


def lines_of_action(action: str, roles: Sequence[str]) -> list[Line]:
    """Give who may do something; roles stand in the order given."""
    found: dict[Line, list[str]] = {}
    for row in TABLE[action]:
        alike = _line(action, (), row, first=True)
        found.setdefault(alike, []).extend(one for one in roles if one in row.roles)
    return [replace(line, roles=tuple(named)) for line, named in found.items()]


def closed_to(lines: Iterable[Line]) -> list[str]:
    """Give the actions that stand in none of the lines."""
    open_ = {line.action for line in lines}
    return [action for action in TABLE if action not in open_]


def steps_of(definition: Definition, *, role: str | None = None) -> list[StepLine]:
    """Give the steps of a workflow that people take, or those of one role, with their stages."""
    people = [name for name, one in definition.roles.items() if not one.system]
    found = []
    for rule in definition.steps:
        by = tuple(one for one in people if one in rule.by)
        if by and role in (None, *by):
            found.append(StepLine(rule=rule, stages=tuple(rule.sources), roles=by))
    return found


def _line(action: str, roles: tuple[str, ...], row: Row, *, first: bool) -> Line:
    near = {relation.value for relation in Relation if relation in row.reach}
    return Line(
        action=action,
        roles=roles,
        where=frozenset(near & set(COLUMNS)) | ({MINE} if row.owned else set()),
        fields=tuple(one for one in FIELDS if one in row.fields),
        fields_after=tuple(one for one in FIELDS if one in row.fields_after),
        first=first,
    )
