"""A town to rehearse in: one grid and all above it, units, people for every role, and the rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

from domain.area.area import Area, area_id
from domain.kernel.act import Act
from domain.kernel.codes import AreaCode, Level
from domain.kernel.offices import DISPATCHER, GRID_MEMBER, HANDLER
from domain.kernel.record import Record
from domain.people.person import Person, person_id
from domain.people.roles import ROLES, Post
from domain.people.unit import Unit, unit_id
from ledger.records import Claim, Records
from workflows.definition import Definition, Role, Rung
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
    """Who there is: units, those ``inside`` others, and roles such as ``commander@district``."""

    units: Sequence[str] = UNITS
    people: Mapping[str, Sequence[str]] = field(default_factory=dict)
    inside: Mapping[str, str] = field(default_factory=dict)

    def and_one_for_each(self, roles: Iterable[str]) -> Roster:
        """Add a person for each role: ``p-duty-leader`` is the duty leader."""
        usual = {handle_of(role): (role,) for role in roles}
        return replace(self, people={**usual, **self.people})


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
    for code, department in roster.inside.items():
        _found_inside(records, code, department)
    for handle, roles in roster.people.items():
        posts = [post for role in roles for post in _posts(role, roster, levels or {})]
        _enrol(records, handle, posts)


def seat(ladder: Iterable[Rung], records: Records) -> None:
    """Seat an owner on every rung: ``p-commander-district`` is the district's commander."""
    seats = {f"{handle_of(rung.owner)}-{rung.level.word}": rung for rung in ladder}
    for handle, rung in seats.items():
        _enrol(records, handle, [Post(role=rung.owner, area=GRID.at(rung.level))])


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


def _found_unit(records: Records, code: str, parent: str | None = None) -> None:
    unit = records.load(Unit, unit_id(code))
    unit.found(
        _founding(code),
        code=code,
        name=code,
        kind="squad",
        area=STREET,
        from_day=SINCE,
        parent=records.load(Unit, unit_id(parent)) if parent else None,
    )
    _save(records, unit)


def _found_inside(records: Records, code: str, department: str) -> None:
    """Found a unit inside a department, with a handler; the department has a dispatcher."""
    _found_unit(records, code, parent=department)
    _enrol(records, f"p-handler-{code}", [Post(role=HANDLER, unit=code)])
    dispatcher = f"p-dispatcher-{department}"
    if not records.load(Person, person_id(dispatcher)).exists:
        _enrol(records, dispatcher, [Post(role=DISPATCHER, unit=department)])


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
