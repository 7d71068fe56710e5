"""A whole journey full of personal data: before anything is erased, only the vault knows them."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from PIL import Image

from domain.kernel.act import OPERATOR, Act
from ops.bootstrap import assemble
from ops.following import followers
from ops.metrics import Counts
from ops.settings import Settings
from tests.city import CITY, KAIFENG, SANITATION, grid, the_people
from tests.house import MONDAY_NINE, HandClock, House, Prompt, furnish
from tests.ops.privacy.canaries import MARKS, canaries, forms, found_in
from tests.ops.test_logs import set_up
from tests.web.evidence.hostile import photo, saved
from tests.web.open311.partner import MATTER, Partner
from tests.web.open311.test_journey import Resident
from tests.web.test_commands import CHEN, LI, WANG, WHO, ZHANG
from tests.web.test_pages import Browser
from web.app import create_app
from workflows.people.commands import EnrolPerson

SUN, ZHAO, AUDITOR = WHO["p-sun-qiang"], WHO["p-zhao-lei"], WHO["p-zheng-shuang"]
[PERSON] = canaries(1)
SAID = ", ".join(PERSON.values())


class Journey:
    """Everybody who may write something writes a person's name, number, id and address."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.asked: list[str] = []
        house.app.wsgi_app = self._noting(house.app.wsgi_app)  # type: ignore[method-assign]

    def go(self) -> None:
        partner = Partner(house=self.house)
        sent = partner.report(self.as_resident())
        case = sent["service_request_id"]
        note = {"service_request_id": case, "description": SAID, "update_id": "1"}
        self.ok(partner.send("servicerequestupdates.json", {**note, "status": "OPEN"}))
        self.work_on(case)
        self.look_at(case)
        self.be_refused(case)
        self.rate(sent["follow_up"])
        for one in followers(self.house.gridward):
            one.prepare()
            one.catch_up()
        self.house.catch_up()

    def as_resident(self) -> dict[str, str]:
        return {
            **MATTER,
            "description": SAID,
            "address_string": PERSON["address"],
            "first_name": PERSON["name"],
            "phone": PERSON["phone"],
            "email": f"{PERSON['phone']}@example.cn",
        }

    def work_on(self, case: str) -> None:
        self.photograph(case)
        self.ok(self.house.step(case, "send_to_verify", LI))
        self.ok(self.house.step(case, "confirm_true", WANG))
        self.ok(self.house.step(case, "pass_on", LI))
        self.ok(self.house.step(case, "file", ZHANG, category="01-02"))
        self.ok(self.house.step(case, "dispatch", CHEN, unit=SANITATION))
        blown = {"kind": "work", "cause": "pressing-matter", "parties": [SANITATION]}
        body = {**blown, "words": SAID}
        self.ok(self.house.post(f"/incidents/{case}/whistles", body, ZHAO))
        self.ok(self.house.step(case, "ask_deferral", SUN, minutes=60, reason=SAID))
        enrol = EnrolPerson(handle="p-canary", name=PERSON["name"], key=bytes(32))
        self.house.gridward.desk.do(enrol, act_of_operator(self.house))

    def photograph(self, case: str) -> None:
        """By the page, from a camera that wrote about its owner; blurred, and opened unblurred."""
        camera = Image.Exif()
        camera[0x010E] = camera[0x013B] = PERSON["phone"]
        picture = io.BytesIO(saved(photo(64, 48), "JPEG", exif=camera))
        browser = Browser(self.house, ZHANG)
        browser.get(f"/incidents/{case}")
        at = f"/incidents/{case}/photos"
        form = {"picture": (picture, f"{PERSON['name']}.jpg"), "kind": "before"}
        self.ok(browser.post(at, key=browser.key(), **form))
        listed: Any = self.house.get(at).json
        [item] = listed["items"]
        part = {"x": 0, "y": 0, "width": 20, "height": 20}
        to = f"{at}/{item['photo']}/blur"
        blurred: Any = self.house.post(to, {"rectangles": [part]}, ZHANG).json
        path = f"{at}/{blurred['photo']}/original"
        self.ok(self.house.post(path, {"reason": SAID}, ZHANG))

    def look_at(self, case: str) -> None:
        reason = {"version": 1, "field": "words", "reason": SAID}
        self.ok(self.house.post(f"/incidents/{case}/reveal", reason, AUDITOR))
        for kind in ("phone", "name"):
            sought = {"kind": kind, "value": PERSON[kind], "purpose": "called-before"}
            self.ok(self.house.post("/searches", sought, LI))
        browser = Browser(self.house, LI)
        for page in ("/board", f"/incidents/{case}", "/report", f"/incidents/{case}.json"):
            browser.get(page)

    def be_refused(self, case: str) -> None:
        """What is refused is told to who sent it, and to nobody else."""
        wrong = (
            (f"/incidents/{case}/steps/{'dispatch'}", {"answers": {"unit": SAID}}, CHEN),
            ("/incidents", {"area": SAID, "category": SAID, "source": "grid-member"}, WANG),
            ("/incidents", {"area": str(grid(KAIFENG)), PERSON["phone"]: SAID}, WANG),
            ("/searches", {"kind": "phone", "value": SAID, "purpose": SAID}, LI),
        )
        for path, body, who in wrong:
            assert self.house.post(path, body, who).status_code in (409, 422)
        browser = Browser(self.house)
        browser.get("/sign-in")
        browser.post("/sign-in", handle=PERSON["phone"], password=SAID)

    def rate(self, link: str) -> None:
        resident = Resident(self.house, link)
        resident.look()
        resident.send("erasure")

    def ok(self, answer: Any) -> None:
        assert answer.status_code in (200, 201, 303), answer.text

    def _noting(self, app: Any) -> Any:
        """Note each address that is asked, and each that an answer sends somebody to."""

        def noting(environ: Any, start: Any) -> Any:
            self.asked.append(environ["PATH_INFO"] + "?" + environ.get("QUERY_STRING", ""))

            def begin(status: str, headers: Any, *more: Any) -> Any:
                self.asked += [value for name, value in headers if name == "Location"]
                return start(status, headers, *more)

            return app(environ, begin)

        return noting


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (folder := tmp_path / "home").mkdir()
    return folder


@contextmanager
def a_counted_house(url: str, home: Path, counts: Counts) -> Iterator[House]:
    """A house as a process runs it, with its metrics."""
    furnish(url, home, at=MONDAY_NINE)
    clock = HandClock(MONDAY_NINE)
    gridward = assemble(Settings(database=url, home=home), now=clock, count=counts.command)
    readers = tuple(Prompt(one) for one in gridward.readers)
    prompted: Any = {"readers": readers}
    try:
        app = create_app(replace(gridward, **prompted), sample=True)
        counts.watch(app)
        people = the_people()
        yield House(gridward=gridward, readers=readers, app=app, city=people, clock=clock)
    finally:
        gridward.close()


def test_before_any_erasure_only_the_vault_holds_a_person_and_none_in_the_clear(store_url, home):
    counts = Counts()
    with set_up("json") as logged, a_counted_house(store_url, home, counts) as house:
        journey = Journey(house)
        journey.go()
        metrics = counts.exposed(house.gridward).decode()
        rows = dict(tables_of(house))

    assert holders({"metrics": metrics, "log": logged.getvalue()}) == []
    assert holders({"addresses": "\n".join(journey.asked)}) == []
    assert holders(rows) == []
    assert found_in(home.parent.rglob("*")) == []
    assert {"events", "vault", "outbox", "claims", "sessions"} <= {*rows}
    assert "gridward_commands_total" in metrics
    assert len(journey.asked) > 20
    assert {kind for _, kind in holders({"said": SAID})} == {*MARKS}


def holders(texts: dict[str, str]) -> list[tuple[str, str]]:
    """Where which kind stands, in whatever writing."""
    return [
        (where, kind)
        for where, text in texts.items()
        for kind, mark in MARKS.items()
        for form in {*forms(mark), mark.encode()}
        if form in text.encode()
    ]


def tables_of(house: House) -> Iterator[tuple[str, str]]:
    """Every table of the database, read models too, and the key store's, as text."""
    for engine in (house.gridward.store.engine, house.gridward.keys.database.engine):
        found = sa.MetaData()
        found.reflect(engine)
        with engine.connect() as conn:
            for table in found.sorted_tables:
                rows = conn.execute(sa.select(table)).all()
                yield table.name, "\n".join(_plain(one) for row in rows for one in row)


def _plain(value: Any) -> str:
    return bytes(value).decode("latin-1") if isinstance(value, bytes) else str(value)


def act_of_operator(house: House) -> Act:
    at = house.clock()
    return Act(person=OPERATOR, role=OPERATOR, area=CITY, command_id="enrol-canary", at=at)
