"""A town to rehearse in: one grid and all above it, units, people for every role, and the rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from domain.area.area import Area, area_id
from domain.kernel.act import Act
from domain.kernel.codes import AreaCode, Level
from domain.kernel.record import Record
from domain.people.person import Person, person_id
from domain.people.roles import GRID_MEMBER, HANDLER, ROLES, Post
from domain.people.unit import Unit, unit_id
from ledger.records import Claim, Records
from workflows.definition import Definition, Role
from workflows.rehearsal.records import MemoryRecords
from workflows.rulebook.commands import PublishRules
from workflows.rulebook.handlers import publish_rules
from workflows.rulebook.reading import WrittenRules

GRID = AreaCode("120101001003007")
STREET = GRID.at(Level.STREET)
SINCE = date(2020, 1, 1)
FOUNDED_AT = datetime(2026, 1, 1, tzinfo=UTC)
UNITS = ("u-sanitation", "u-roads")


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """Who there is: units, and each person's roles by handle, such as ``commander@district``."""

    units: Sequence[str] = UNITS
    people: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def and_one_for_each(self, roles: Iterable[str]) -> Roster:
        """Add a person for each role: ``p-duty-leader`` is the duty leader."""
        usual = {handle_of(role): (role,) for role in roles}
        return Roster(units=self.units, people={**usual, **self.people})


def handle_of(role: str) -> str:
    """Give the handle of the person who holds a role and no other."""
    return f"p-{role.replace('_', '-')}"


def roles_of_people(definition: Definition) -> list[Role]:
    """Give the roles that people hold; the system needs nobody."""
    return [role for role in definition.roles.values() if not role.system]


def found(
    rules: Iterable[WrittenRules], roster: Roster, *, records: MemoryRecords | None = None
) -> MemoryRecords:
    """Found a town with its rules published and everybody in office."""
    records = records or MemoryRecords()
    publish(rules, records)
    settle(roster, records)
    return records


def publish(rules: Iterable[WrittenRules], records: Records) -> None:
    """Publish rules in the order given; refuses what is unsound."""
    for one in rules:
        order = PublishRules(kind=one.kind, name=one.name, content=one.content)
        publish_rules(order, records, _founding(f"{one.kind}:{one.name}"))


def settle(roster: Roster, records: Records, *, levels: Mapping[str, Level] | None = None) -> None:
    """Lay out the areas, found the units and enrol the people.

    A role is held at its level in ``levels``, at the street where none is given, and where it
    is written so: ``commander@district``, ``handler@u-roads``.
    """
    _lay_out(records)
    for code in roster.units:
        _found_unit(records, code)
    for handle, roles in roster.people.items():
        posts = [post for role in roles for post in _posts(role, roster, levels or {})]
        _enrol(records, handle, posts)


def _founding(name: str) -> Act:
    return Act(person="p-founder", role="commander", area=STREET, command_id=name, at=FOUNDED_AT)


def _save(records: Records, record: Record) -> None:
    records.save(record, claim=Claim(key=f"founding:{record.id}", digest="founding"))


def _lay_out(records: Records) -> None:
    for code in GRID.path:
        area = records.load(Area, area_id(code))
        parent = records.load(Area, area_id(code.parent)) if code.parent else None
        area.add(
            _founding(code),
            code=code,
            name=f"Area {code}",
            kind=code.level.word,
            from_day=SINCE,
            parent=parent,
        )
        _save(records, area)


def _found_unit(records: Records, code: str) -> None:
    unit = records.load(Unit, unit_id(code))
    unit.found(_founding(code), code=code, name=code, kind="squad", area=STREET, from_day=SINCE)
    _save(records, unit)


def _posts(role: str, roster: Roster, levels: Mapping[str, Level]) -> list[Post]:
    role, _, place = role.partition("@")
    if place:
        return [_post_at(role, place, roster)]
    if role == HANDLER:
        return [Post(role=role, unit=unit) for unit in roster.units]
    usual = Level.GRID if role == GRID_MEMBER else Level.STREET
    level = levels.get(role, usual)
    known = ROLES.get(role)
    if known and level not in known.levels:
        level = usual
    return [Post(role=role, area=GRID.at(level))]


def _post_at(role: str, place: str, roster: Roster) -> Post:
    """Read ``handler@u-roads`` and ``commander@district``; refuses a level that there is not."""
    if place in roster.units:
        return Post(role=role, unit=place)
    return Post(role=role, area=GRID.at(Level.named(place)))


def _enrol(records: Records, handle: str, posts: Iterable[Post]) -> None:
    person = records.load(Person, person_id(handle))
    person.enrol(_founding(handle), handle=handle, name="王小明", key=b"n" * 32)
    for post in posts:
        person.grant_role(_founding(handle), post=post, from_day=SINCE)
    _save(records, person)
