"""One person for each role: whom a visitor of the sample city may choose to be."""

from __future__ import annotations

from dataclasses import dataclass

from domain.kernel.codes import AreaCode
from domain.people.person import Person, person_id
from ops.bootstrap import Gridward
from ops.sample.city import CITY, member_of, staff_of, unit_code
from ops.sample.units import DEPARTMENTS

DISTRICT, STREET = AreaCode("120101000000"), AreaCode("120101001000")
GRID = AreaCode("120101001001001")
KEEPER = "p-administrator-120000000000"


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplePerson:
    """Somebody to be; ``name`` comes from the vault."""

    handle: str
    role: str
    area: str
    unit: str | None
    name: str


def sample_people(gridward: Gridward) -> list[SamplePerson]:
    """Give one person for each role, from the grid up; nobody when the city was not loaded."""
    found = []
    for role, area, unit, handle in _chosen():
        person = gridward.ledger.load(Person, person_id(handle))
        if person.exists and person.left_day is None:
            name = gridward.ledger.words(person.id, 1, "name") or handle
            found.append(
                SamplePerson(handle=handle, role=role, area=str(area), unit=unit, name=name)
            )
    return found


def _chosen() -> list[tuple[str, AreaCode, str | None, str]]:
    crew = unit_code(DEPARTMENTS[0], DISTRICT)
    posts: list[tuple[str, AreaCode, str | None, str]] = [
        ("grid_member", GRID, None, member_of(GRID))
    ]
    desks = ("acceptor", "duty_leader", "dispatcher", "commander")
    posts += [(role, STREET, None, staff_of(role, STREET)) for role in desks]
    return [
        *posts,
        ("handler", DISTRICT, crew, f"p-handler-{crew[2:]}-1"),
        ("supervisor", DISTRICT, None, staff_of("supervisor", DISTRICT)),
        ("auditor", CITY, None, staff_of("auditor", CITY)),
        ("administrator", CITY, None, KEEPER),
    ]
