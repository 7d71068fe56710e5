"""The sample city: its areas, units and people, drawn from a seed, as orders in order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from hashlib import sha256
from itertools import cycle
from typing import TypeAlias

from domain.kernel.codes import AreaCode, Level
from ops.sample import naming
from ops.sample.drawing import lot, shared_out
from ops.sample.outline import WHOLE, Outline, Piece, cut
from ops.sample.units import DEPARTMENT_OF, DEPARTMENTS, SQUAD, Department
from workflows.area.commands import AddArea, BoundArea
from workflows.people.commands import AnswerFor, EnrolPerson, FoundUnit, GrantRole

SEED = 20190920
SINCE = date(2019, 9, 20)
CITY = AreaCode("120000000000")
DESKS = ("acceptor", "duty_leader", "dispatcher")

CityOrder: TypeAlias = AddArea | BoundArea | FoundUnit | AnswerFor | EnrolPerson | GrantRole


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """How large a sample city is; ``half_e6`` is half its height in micro-degrees."""

    districts: int
    streets: int
    communities: int
    grids: int
    members: int
    staff: int
    half_e6: int


SCALES: Mapping[str, Scale] = {
    "small": Scale(
        districts=2, streets=6, communities=24, grids=96, members=150, staff=120, half_e6=28_000
    ),
    "true": Scale(
        districts=16,
        streets=275,
        communities=5_841,
        grids=22_301,
        members=35_000,
        staff=7_600,
        half_e6=480_000,
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """An area with its names and its place."""

    code: AreaCode
    name: str
    name_en: str
    kind: str
    piece: Piece


@dataclass(frozen=True, slots=True, kw_only=True)
class Crew:
    """A unit with its handlers; ``parent`` is its department."""

    code: str
    area: AreaCode
    name: str
    name_en: str
    department: Department
    parent: str | None
    handlers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Somebody and the role he holds."""

    handle: str
    role: str
    area: AreaCode | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class City:
    """All that the sample city is made of; people are made when asked for."""

    scale: Scale
    seed: int
    outline: Outline
    spots: Mapping[AreaCode, Spot]
    crews: Mapping[str, Crew]
    grids: tuple[AreaCode, ...]

    def crew_for(self, category: str, area: AreaCode) -> Crew:
        """Give the unit that answers for a category in an area."""
        return self.crews[unit_code(DEPARTMENT_OF.get(category, SQUAD), area)]

    def members(self) -> Iterator[Holder]:
        """Give the grid members: full-time ones at each grid, part-time ones at communities."""
        for grid in self.grids:
            yield Holder(handle=member_of(grid), role="grid_member", area=grid)
        communities = [code for code in self.spots if code.level is Level.COMMUNITY]
        for nth, community in zip(
            range(self.scale.members - len(self.grids)), cycle(communities), strict=False
        ):
            handle = f"{member_of(community)}-{nth // len(communities) + 1}"
            yield Holder(handle=handle, role="grid_member", area=community)

    def staff(self) -> Iterator[Holder]:
        """Give commanders, desks, supervisors, auditors and handlers."""
        yield from desk_staff(self.spots)
        for crew in self.crews.values():
            for handle in crew.handlers:
                yield Holder(handle=handle, role="handler", unit=crew.code)


Making: TypeAlias = Callable[[AreaCode, int, int, Piece], Spot]
CrewPlan: TypeAlias = tuple[str, AreaCode, Department, str, str, str | None]


def sample_city(scale: str = "small", seed: int = SEED) -> Iterator[CityOrder]:
    """Give the orders that make the city, each after those it needs."""
    city = planned_city(scale, seed)
    yield from _areas(city)
    yield from _units(city)
    for holder in (*city.members(), *city.staff()):
        yield from _person(city, holder)


@lru_cache(maxsize=4)
def planned_city(scale: str = "small", seed: int = SEED) -> City:
    """Draw the city; a city of the same scale and seed is always the same."""
    size = SCALES[scale]
    spots = {spot.code: spot for spot in _spots(size, seed)}
    desks = sum(1 for _ in desk_staff(spots))
    crews = {crew.code: crew for crew in _crews(spots, size.staff - desks)}
    grids = tuple(code for code in spots if code.level is Level.GRID)
    return City(
        scale=size,
        seed=seed,
        outline=Outline(size.half_e6),
        spots=spots,
        crews=crews,
        grids=grids,
    )


def member_of(area: AreaCode) -> str:
    """Give the handle of a grid's own member, or the beginning of a community's."""
    return f"p-member-{area}"


def staff_of(role: str, area: AreaCode) -> str:
    """Give the handle of who holds a role at an area."""
    return f"p-{role.replace('_', '-')}-{area}"


def unit_code(department: Department, area: AreaCode) -> str:
    """Give the code of the department's unit, or the street's squad, that serves an area."""
    if department is SQUAD:
        return f"u-squad-{area.at(Level.STREET)[:9]}"
    return f"u-{department.word}-{area.at(Level.DISTRICT)[:6]}"


def desk_staff(areas: Mapping[AreaCode, Spot]) -> Iterator[Holder]:
    """Give a commander for every area above the grid, desks from the street up, and who watches."""
    for code in areas:
        roles: tuple[str, ...] = ()
        match code.level:
            case Level.CITY:
                roles = ("commander", *DESKS, "supervisor", "auditor")
            case Level.DISTRICT:
                roles = ("commander", *DESKS, "supervisor")
            case Level.STREET:
                roles = ("commander", *DESKS)
            case Level.COMMUNITY:
                roles = ("commander",)
        for role in roles:
            yield Holder(handle=staff_of(role, code), role=role, area=code)


def _spots(size: Scale, seed: int) -> Iterator[Spot]:
    name, name_en = naming.CITY
    city = Spot(code=CITY, name=name, name_en=name_en, kind="municipality", piece=WHOLE)
    districts = list(_below([city], size.districts, seed, _district))
    streets = list(_below(districts, size.streets, seed, _street))
    communities = list(_below(streets, size.communities, seed, _community))
    yield city
    yield from districts
    yield from streets
    yield from communities
    yield from _below(communities, size.grids, seed, _grid)


def _below(parents: list[Spot], count: int, seed: int, make: Making) -> Iterator[Spot]:
    """Share so many areas out to their parents, and each parent's piece to its areas."""
    weights = [0.6 + lot(seed, "weight", parent.code) for parent in parents]
    for parent, share in zip(parents, shared_out(count, weights), strict=True):
        sizes = [0.7 + lot(seed, "size", parent.code, nth) for nth in range(share)]
        offset = int(lot(seed, "name", parent.code) * 900)
        for nth, piece in enumerate(cut(parent.piece, sizes)):
            yield make(parent.code, nth, offset, piece)


def _district(_: AreaCode, nth: int, __: int, piece: Piece) -> Spot:
    name, name_en = naming.DISTRICTS[nth]
    code = AreaCode(f"1201{nth + 1:02}000000")
    return Spot(code=code, name=name, name_en=f"{name_en} District", kind="district", piece=piece)


def _street(parent: AreaCode, nth: int, offset: int, piece: Piece) -> Spot:
    stem, stem_en = naming.area_stem(nth, offset)
    town = nth % 5 == 4  # noqa: PLR2004  # every fifth is a town, whose code has a 1 there
    code = AreaCode(f"{parent[:6]}{'1' if town else '0'}{nth + 1:02}000")
    word, word_en, kind = ("镇", "Town", "town") if town else ("街道", "Subdistrict", "subdistrict")
    return Spot(code=code, name=stem + word, name_en=f"{stem_en} {word_en}", kind=kind, piece=piece)


def _community(parent: AreaCode, nth: int, offset: int, piece: Piece) -> Spot:
    stem, stem_en = naming.area_stem(nth, offset)
    village = parent[6] == "1"
    code = AreaCode(f"{parent[:9]}{'2' if village else '0'}{nth + 1:02}")
    word, word_en = ("村", "Village") if village else ("社区", "Community")
    kind = "villagers_committee" if village else "residents_committee"
    return Spot(code=code, name=stem + word, name_en=f"{stem_en} {word_en}", kind=kind, piece=piece)


def _grid(parent: AreaCode, nth: int, _: int, piece: Piece) -> Spot:
    code = AreaCode(f"{parent}{nth + 1:03}")
    name, name_en = f"第{nth + 1}网格", f"Grid {nth + 1}"
    return Spot(code=code, name=name, name_en=name_en, kind="grid", piece=piece)


def _crews(spots: Mapping[AreaCode, Spot], handlers: int) -> Iterator[Crew]:
    """Give every unit, and share the handlers out among them."""
    plans = list(_crew_plans(spots))
    for plan, share in zip(plans, shared_out(handlers, [1.0] * len(plans)), strict=True):
        code, area, department, name, name_en, parent = plan
        handles = tuple(f"p-handler-{code[2:]}-{nth + 1}" for nth in range(share))
        yield Crew(
            code=code,
            area=area,
            name=name,
            name_en=name_en,
            department=department,
            parent=parent,
            handlers=handles,
        )


def _crew_plans(spots: Mapping[AreaCode, Spot]) -> Iterator[CrewPlan]:
    for spot in spots.values():
        english = spot.name_en.rpartition(" ")[0]
        if spot.code.level is Level.STREET:
            name, name_en = spot.name + SQUAD.name, f"{english} {SQUAD.name_en}"
            yield unit_code(SQUAD, spot.code), spot.code, SQUAD, name, name_en, None
        elif spot.code.level is Level.DISTRICT:
            for one in DEPARTMENTS:
                code, name = unit_code(one, spot.code), spot.name + one.name
                yield code, spot.code, one, name, f"{english} {one.name_en}", None
                for nth, (team, team_en) in enumerate(one.teams, start=1):
                    names = (name + team, f"{english} {one.name_en} {team_en}")
                    yield f"{code}-{nth}", spot.code, one, *names, code


def _areas(city: City) -> Iterator[CityOrder]:
    points = {Level.CITY: 48, Level.DISTRICT: 24, Level.STREET: 8, Level.COMMUNITY: 3}
    for spot in city.spots.values():
        yield AddArea(
            code=spot.code, name=spot.name, name_en=spot.name_en, kind=spot.kind, from_day=SINCE
        )
        sides = points.get(spot.code.level, 1)
        boundary = city.outline.boundary(spot.piece, points=sides)
        yield BoundArea(code=spot.code, boundary=boundary, from_day=SINCE)


def _units(city: City) -> Iterator[CityOrder]:
    for crew in city.crews.values():
        yield FoundUnit(
            code=crew.code,
            name=crew.name,
            name_en=crew.name_en,
            kind=crew.department.kind,
            area=crew.area,
            from_day=SINCE,
            parent=crew.parent,
        )
        answers = crew.department.answers_for
        yield AnswerFor(code=crew.code, categories=answers, from_day=SINCE)


def _person(city: City, holder: Holder) -> Iterator[CityOrder]:
    """Enrol and give the role; the vault's key is drawn too, so that two loads are alike."""
    handle = holder.handle
    key = sha256(f"{city.seed}:key:{handle}".encode()).digest()
    yield EnrolPerson(handle=handle, name=naming.person_name(city.seed, handle), key=key)
    yield GrantRole(
        handle=handle, role=holder.role, from_day=SINCE, area=holder.area, unit=holder.unit
    )
