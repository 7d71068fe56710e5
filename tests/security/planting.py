"""A city in which every text that somebody may write holds payloads: words, answers, names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count, cycle
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from domain.kernel.act import OPERATOR, Act
from domain.kernel.codes import AreaCode
from tests.city import CITY, HEPING, KAIFENG, ROADS, SANITATION, SINCE, XIAOBAILOU, grid
from tests.house import House
from tests.journeys.busy import CHEN, LI, SUN, WANG, ZHANG
from tests.journeys.wall import HE, HERE, MA, PHOTO, POLICE, SQUAD, URBAN, ZHAO, Wall
from tests.security.payloads import payloads
from tests.web.open311.partner import Partner
from tests.web.open311.test_journey import ON_THE_WAY, PERSON
from workflows.account.commands import IssueKey
from workflows.area.commands import AddArea
from workflows.people.commands import EnrolPerson, FoundUnit, GrantRole
from workflows.rulebook.commands import PublishRules
from workflows.rulebook.reading import read_book

LONGEST_WORDS, LONGEST_NAME, LONGEST_LABEL = 1990, 100, 60
BADLANDS = AreaCode("120101001077")
"""A community whose hundreds of grids have payloads for names."""
Pack = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """What was planted: each page's address under who may look at it."""

    names: Pack
    labels: Pack
    packs: tuple[Pack, ...]
    cases: list[str] = field(default_factory=list)
    whistles: list[str] = field(default_factory=list)
    residents: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    workflow: list[tuple[str, list[str]]] = field(default_factory=list)


def packed(texts: Sequence[str], longest: int = LONGEST_WORDS) -> Iterator[Pack]:
    """Give the texts in heaps that one field takes, a line each."""
    heap: list[str] = []
    for text in texts:
        if sum(map(len, heap)) + len(heap) + len(text) > longest:
            yield tuple(heap)
            heap = []
        heap.append(text)
    yield tuple(heap)


def plant(house: House) -> Planted:
    """Write payloads wherever the city takes words."""
    every = payloads()
    printable = [text for text in every if text.isprintable()]
    planted = Planted(
        names=tuple(text for text in printable if len(text) <= LONGEST_NAME),
        # an account takes fifty keys
        labels=tuple(text for text in printable if len(text) <= LONGEST_LABEL)[::12],
        packs=tuple(packed(every)),
    )
    wall = Wall(house)
    for pack in planted.packs:
        said = "\n".join(pack)
        planted.cases.append(_case(house, said))
        planted.whistles.append(_whistle(wall, planted.cases[-1], said))
        _resident(house, planted, pack)
    wall.joining.catch_up()
    _names(house, planted)
    _rules(house, planted)
    house.catch_up()
    return planted


def _case(house: House, said: str) -> str:
    """A case whose every answer in words is a payload; it waits for more time."""
    answer = house.post("/incidents", {**_matter(), "words": said}, WANG)
    assert answer.json is not None
    assert answer.status_code == 201, answer.json
    incident = str(answer.json["id"])
    sent = {"unit": SANITATION, "handler": SUN.handle}
    for step, who, answers in (
        ("pass_on", LI, {"remark": said}),
        ("file", ZHANG, {"category": "01-02"}),
        ("dispatch", CHEN, sent),
        ("done", SUN, {"remark": said}),
        ("send_to_check", LI, {}),
        ("fail_check", WANG, {"reason": said}),
        ("dispatch", CHEN, sent),
        ("ask_deferral", SUN, {"minutes": 60, "reason": said}),
    ):
        _step(house, incident, step, who, answers)
    return incident


def _whistle(wall: Wall, incident: str, said: str) -> str:
    """A whistle with payloads as words, reasons, results and remarks."""
    house = wall.house
    summoned = {"parties": [URBAN, POLICE, ROADS], "words": said}
    body = {"kind": "work", "cause": "pressing-matter", **summoned}
    whistle = _done(house.post(f"/incidents/{incident}/whistles", body, ZHAO))["id"]
    for order, who, party, told in (
        ("sign-for", HE, URBAN, {}),
        ("sign-for", MA, ROADS, {}),
        ("substitute", MA, ROADS, {"by": SQUAD, "reason": said}),
        ("check-in", HE, URBAN, {"place": HERE, "photo": PHOTO}),
        ("finish", HE, URBAN, {"result": said}),
        ("rate", ZHAO, URBAN, {"stars": 4, "remark": said}),
        ("withdraw", ZHAO, POLICE, {"reason": said}),
    ):
        _done(house.post(f"/whistles/{whistle}/parties/{party}/{order}", told, who))
    return str(whistle)


def _resident(house: House, planted: Planted, pack: Pack) -> None:
    """A report by another service: description, address, picture, person; and its rating."""
    partner, first = Partner(house=house), pack[0][:180]
    form = {
        "description": "\n".join(pack[: len(pack) // 2]),
        "address_string": pack[-1],
        "media_url": f"https://x.invalid/{pack[-2]}"[:600],
        "external_id": first[:LONGEST_NAME],
        **dict.fromkeys(PERSON, first),
    }
    sent = partner.report(form)
    incident = sent["service_request_id"]
    for step, who, answers in ON_THE_WAY:
        _step(house, incident, step, who, answers)
    rated = {"service": "satisfied", "handling": "dissatisfied", "contacted": "no"}
    link = urlsplit(sent["follow_up"]).path
    client = house.client()
    client.get(link)
    token = client.get_cookie("gridward-token")
    assert token is not None
    told = {"token": token.value, "key": str(uuid4()), "said": "\n".join(pack), "reopen": "1"}
    assert client.post(f"{link}/rate", data={**rated, **told}).status_code == 303
    planted.residents.append(incident)
    planted.links.append(link)


def _names(house: House, planted: Planted) -> None:
    """Give people, grids, units and keys payloads for names."""
    desk, at = house.gridward.desk, house.clock()

    def order(command: object) -> None:
        act = Act(person=OPERATOR, role=OPERATOR, area=CITY, command_id=str(uuid4()), at=at)
        desk.do(command, act)

    order(AddArea(code=BADLANDS, name="险恶社区", kind="community", from_day=SINCE))
    for number, name in enumerate(planted.names, 1):
        code = AreaCode(f"{BADLANDS}{number:03}")
        order(AddArea(code=code, name=name, name_en=name, kind="grid", from_day=SINCE))
        order(_unit(f"u-{number}", name))
        handle = f"p-bad-{number:03}"
        order(EnrolPerson(handle=handle, name=name, key=uuid4().bytes * 2))
        order(GrantRole(handle=handle, role="grid_member", area=code, from_day=SINCE))
    for label in planted.labels:
        order(_key(label, at))
    administrator = "administrator"
    order(GrantRole(handle=ZHANG.handle, role=administrator, area=XIAOBAILOU, from_day=SINCE))


def _unit(code: str, name: str) -> FoundUnit:
    return FoundUnit(code=code, name=name, name_en=name, kind="squad", area=HEPING, from_day=SINCE)


def _key(label: str, at: datetime) -> IssueKey:
    return IssueKey(
        handle=CHEN.handle,
        label=label,
        role=CHEN.role,
        area=XIAOBAILOU,
        scopes=("read",),
        digest="0" * 64,
        expires_at=at + timedelta(days=1),
    )


def _rules(house: House, planted: Planted) -> None:
    """Publish workflows and categories whose every label is a payload, until all were used."""
    desk, at, numbers = house.gridward.desk, house.clock(), count(1)
    labels = cycle(planted.names)
    used = 0
    book = {(one.kind, one.name): one.content for one in read_book()}
    categories = deepcopy(dict(book["categories", "tianjin-grid"]))
    _relabel(categories, labels)
    _publish(desk, "categories", "tianjin-grid", categories, at, next(numbers))
    while used < len(planted.names):
        flow: Any = deepcopy(dict(book["workflow", "street-incident"]))
        used += _relabel(flow, labels)
        version = next(numbers)  # the book's own is the first, the categories were published once
        _publish(desk, "workflow", "street-incident", flow, at, version)
        stages = [one["label"]["en"] for one in flow["stage"] if not one.get("final")]
        planted.workflow.append((f"street-incident@{version}", stages))


def _publish(desk: Any, kind: str, name: str, content: Any, at: Any, number: int) -> None:
    act = Act(person="p-admin", role="commander", area=CITY, command_id=f"bad-{number}", at=at)
    desk.do(PublishRules(kind=kind, name=name, content=content, seen_by=ZHANG.handle), act)


def _relabel(content: Any, labels: Iterator[str]) -> int:
    """Put a payload for each text in both languages; give how many were used."""
    if isinstance(content, dict):
        if content.keys() == {"zh", "en"}:
            content["zh"] = content["en"] = next(labels)
            return 1
        return sum(_relabel(inner, labels) for inner in content.values())
    return sum(_relabel(inner, labels) for inner in content) if isinstance(content, list) else 0


def _matter() -> dict[str, Any]:
    return {"area": str(grid(KAIFENG)), "category": "01-02", "source": "grid-member", "place": HERE}


def _step(house: House, incident: str, step: str, who: Any, answers: dict[str, Any]) -> None:
    answer = house.step(incident, step, who, **answers)
    assert answer.status_code == 200, (step, answer.json)


def _done(answer: Any) -> Any:
    assert answer.status_code in (200, 201), answer.json
    return answer.json
