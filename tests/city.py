"""A small city for tests: districts, streets, grids, units, and people in every role."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import count

from domain.area.boundary import Boundary
from domain.kernel.act import Act
from domain.kernel.codes import AreaCode
from workflows.area.commands import AddArea, BoundArea
from workflows.desk import Desk
from workflows.people.commands import AnswerFor, EnrolPerson, FoundUnit, GrantRole
from workflows.people.handlers import carry_out
from workflows.rulebook.commands import PublishRules
from workflows.rulebook.reading import read_book

SINCE = date(2020, 1, 1)
KEY = bytes(32)

CITY = AreaCode("120000000000")
HEPING = AreaCode("120101000000")
HEXI = AreaCode("120103000000")
XIAOBAILOU = AreaCode("120101001000")
QUANYECHANG = AreaCode("120101002000")
DAYINGMEN = AreaCode("120103001000")
KAIFENG = AreaCode("120101001001")
CHONGREN = AreaCode("120101001002")
TAISHAN = AreaCode("120101002001")
JIANSHAN = AreaCode("120103001001")

AREAS = (
    (CITY, "天津市", "Tianjin", "municipality"),
    (HEPING, "和平区", "Heping", "district"),
    (XIAOBAILOU, "小白楼街道", "Xiaobailou", "street"),
    (KAIFENG, "开封道社区", "Kaifeng Road", "community"),
    (CHONGREN, "崇仁里社区", "Chongrenli", "community"),
    (QUANYECHANG, "劝业场街道", "Quanyechang", "street"),
    (TAISHAN, "泰安道社区", "Tai'an Road", "community"),
    (HEXI, "河西区", "Hexi", "district"),
    (DAYINGMEN, "大营门街道", "Dayingmen", "street"),
    (JIANSHAN, "尖山社区", "Jianshan", "community"),
)
COMMUNITIES = (KAIFENG, CHONGREN, TAISHAN, JIANSHAN)
GRIDS_EACH = 3

SANITATION, ROADS, FAR_SANITATION = "heping-sanitation", "heping-roads", "hexi-sanitation"
Department = tuple[str, str, str, str, AreaCode, tuple[str, ...]]
UNITS: tuple[Department, ...] = (
    (SANITATION, "和平区环卫中心", "Heping Sanitation", "sanitation", HEPING, ("01",)),
    (ROADS, "和平区道路养护中心", "Heping Roads", "roads", HEPING, ("04", "c02")),
    (FAR_SANITATION, "河西区环卫中心", "Hexi Sanitation", "sanitation", HEXI, ("01",)),
)


def grid(community: AreaCode, number: int = 1) -> AreaCode:
    """The grid of this number in a community."""
    return AreaCode(f"{community}{number:03}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Someone:
    """A person of the city: handle, name, and the post held."""

    handle: str
    name: str
    role: str
    area: AreaCode | None = None
    unit: str | None = None


PEOPLE = (
    Someone(handle="p-wang-fang", name="王芳", role="grid_member", area=grid(KAIFENG)),
    Someone(handle="p-liu-yang", name="刘洋", role="grid_member", area=grid(KAIFENG, 2)),
    Someone(handle="p-sun-li", name="孙丽", role="grid_member", area=grid(TAISHAN)),
    Someone(handle="p-li-na", name="李娜", role="acceptor", area=XIAOBAILOU),
    Someone(handle="p-zhou-jie", name="周杰", role="acceptor", area=QUANYECHANG),
    Someone(handle="p-zhang-wei", name="张伟", role="duty_leader", area=XIAOBAILOU),
    Someone(handle="p-chen-jing", name="陈静", role="dispatcher", area=XIAOBAILOU),
    Someone(handle="p-zhao-lei", name="赵磊", role="commander", area=XIAOBAILOU),
    Someone(handle="p-qian-feng", name="钱峰", role="commander", area=HEPING),
    Someone(handle="p-sun-qiang", name="孙强", role="handler", unit=SANITATION),
    Someone(handle="p-ma-chao", name="马超", role="handler", unit=ROADS),
    Someone(handle="p-wu-min", name="吴敏", role="supervisor", area=HEPING),
    Someone(handle="p-zheng-shuang", name="郑爽", role="auditor", area=CITY),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class City:
    """What a test addresses: areas by name above, people by role here."""

    people: dict[str, Someone] = field(default_factory=dict)

    def who(self, role: str) -> Someone:
        """The first person in a role."""
        return next(one for one in PEOPLE if one.role == role)


def build_city(desk: Desk, *, at: datetime) -> City:
    """Order the whole city at the desk: the rules of the book, then areas, units, people."""
    acts = _acts(at)
    for rules in read_book():
        desk.do(_published(rules), next(acts))
    for code, name, name_en, kind in AREAS:
        _add(desk, acts, code, name, name_en, kind)
    for community in COMMUNITIES:
        for number in range(1, GRIDS_EACH + 1):
            code = grid(community, number)
            _add(desk, acts, code, f"第{number}网格", f"Grid {number}", "grid")
            desk.do(BoundArea(code=code, boundary=_square(code), from_day=SINCE), next(acts))
    for unit in UNITS:
        _found(desk, acts, *unit)
    for someone in PEOPLE:
        _enrol(desk, acts, someone)
    return the_people()


def add_units(desk: Desk, units: Iterable[Department], people: Iterable[Someone], *, at: datetime):
    """Found more units in a city that stands already, and let people work in them."""
    acts = _acts(at, "more")
    for unit in units:
        _found(desk, acts, *unit)
    for someone in people:
        _enrol(desk, acts, someone)


def the_people() -> City:
    """Everybody by handle; the city must have been built."""
    return City(people={one.handle: one for one in PEOPLE})


def centre(code: AreaCode) -> tuple[float, float]:
    """A point in the middle of a grid, in degrees."""
    lon_e6, lat_e6 = _corner(code)
    return (lon_e6 + 500) / 1_000_000, (lat_e6 + 500) / 1_000_000


def _published(rules):
    return PublishRules(kind=rules.kind, name=rules.name, content=rules.content)


def _add(desk, acts, code, name, name_en, kind):
    order = AddArea(code=code, name=name, name_en=name_en, kind=kind, from_day=SINCE)
    desk.do(order, next(acts))


def _found(desk, acts, code, name, name_en, kind, area, categories):
    order = FoundUnit(code=code, name=name, name_en=name_en, kind=kind, area=area, from_day=SINCE)
    carry_out(order, desk.records, next(acts))
    answers = AnswerFor(code=code, categories=categories, from_day=SINCE)
    carry_out(answers, desk.records, next(acts))


def _enrol(desk, acts, someone):
    order = EnrolPerson(handle=someone.handle, name=someone.name, key=KEY)
    carry_out(order, desk.records, next(acts))
    grant = GrantRole(
        handle=someone.handle,
        role=someone.role,
        from_day=SINCE,
        area=someone.area,
        unit=someone.unit,
    )
    carry_out(grant, desk.records, next(acts))


def _acts(at: datetime, begins: str = "build") -> Iterator[Act]:
    for number in count(1):
        yield Act(
            person="p-admin",
            role="commander",
            area=str(CITY),
            command_id=f"{begins}-{number}",
            at=at,
        )


def _square(code: AreaCode) -> Boundary:
    """A square of a thousandth of a degree; squares of one community stand in a row."""
    lon, lat = _corner(code)
    ring = (lon, lat, lon + 1000, lat, lon + 1000, lat + 1000, lon, lat + 1000, lon, lat)
    return Boundary(lon_e6=lon + 500, lat_e6=lat + 500, polygons=((ring,),))


def _corner(code: AreaCode) -> tuple[int, int]:
    row = COMMUNITIES.index(AreaCode(code[:12]))
    return 117_190_000 + int(code[12:]) * 1000, 39_100_000 + row * 1500
