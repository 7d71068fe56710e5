"""A city to try every action in: cases in one place, people in each role around it.

Orders are decided as ever, but what they record is dropped: so all cells share the same cases.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from functools import cache
from io import BytesIO
from typing import Any
from uuid import uuid4

from PIL import Image

from domain.incident import photos
from domain.incident.incident import Incident
from domain.incident.photos import Picture
from domain.kernel.act import OPERATOR, Act
from domain.kernel.codes import AreaCode
from domain.kernel.confiding import Words
from domain.kernel.ids import incident_number, ordered_id
from domain.kernel.places import Place
from domain.kernel.record import case_subject
from tests.city import CITY, DAYINGMEN, HEPING, JIANSHAN, QUANYECHANG, SANITATION, SINCE
from tests.keys import give_key, header_of
from tests.web.access.stages import WAYS, answers_to
from web.account.entering import COOKIE
from web.account.proving import account_of
from web.app import create_app
from web.security import TOKEN
from workflows.area.commands import AddArea
from workflows.claiming import changing, creating
from workflows.desk import Desk
from workflows.guards import Scene
from workflows.incident.answers import read_answers
from workflows.incident.commands import ReportIncident, TakeStep
from workflows.incident.handlers import begin, carry_out
from workflows.incident.loading import due_of
from workflows.incident.move import Move
from workflows.people.commands import AnswerFor, EnrolPerson, FoundUnit, GrantRole
from workflows.sender.commands import RegisterSender

# Codes whose beginnings are those of others: 1201010100.. begins 12010101100.. once cut of zeros.
STREET, PREFIX_STREET = AreaCode("120101010000"), AreaCode("120101011000")
COMMUNITY, OTHER_COMMUNITY = AreaCode("120101010010"), AreaCode("120101010020")
GRID, OTHER_GRID, PREFIX_GRID = (AreaCode(f"{COMMUNITY}{n}") for n in ("010", "020", "011"))
FAR_GRID = AreaCode(f"{JIANSHAN}001")
ADDED = (STREET, PREFIX_STREET, COMMUNITY, OTHER_COMMUNITY, GRID, OTHER_GRID, PREFIX_GRID)
KINDS = {12: ("street", "community"), 15: ("grid", "grid")}

OFFICES = ("acceptor", "duty_leader", "dispatcher", "commander", "hotline", "supervisor",
           "auditor", "administrator")  # fmt: skip
ROLES = ("grid_member", "handler", *OFFICES)
RELATIONS = ("own", "below", "above", "sibling", "prefix", "foreign")
_AROUND = (STREET, HEPING, COMMUNITY, QUANYECHANG, PREFIX_STREET, DAYINGMEN)
POSTS = dict(zip(RELATIONS, _AROUND, strict=True))
"""Where somebody serves, so that what lies in the street is the own, or below, …"""
_AROUND_A_GRID = (GRID, COMMUNITY, GRID, OTHER_GRID, PREFIX_GRID, FAR_GRID)
MEMBERS_POSTS = dict(zip(RELATIONS, _AROUND_A_GRID, strict=True))
WORDS = "门口的旧沙发"
BUILDER = "p-builder"
RUBBISH, TOILET = "01-02", "c02"


@cache
def jpeg() -> bytes:
    kept = BytesIO()
    Image.linear_gradient("L").resize((64, 48)).convert("RGB").save(kept, "JPEG")
    return kept.getvalue()


class DryDesk:
    """Decides an order as the desk does and drops what it would record."""

    def __init__(self, desk: Desk) -> None:
        self.office = desk.office
        self.records: Any = desk.records  # a ledger, which can begin a batch

    def do(self, command, act, **how):
        office = replace(self.office, records=self.records.batch())
        return Desk(office).do(command, act, **how)


class Hall:
    """Cases by stage, people by role and relation, and a browser and a key for each."""

    def __init__(self, house) -> None:
        self.house = house
        self.desk, self.ledger = house.gridward.desk, house.gridward.ledger
        self.clock = house.clock
        self.sessions: dict[Any, Any] = {}
        for code in ADDED:
            kind = "grid" if len(code) > 12 else "street" if code.endswith("000") else "community"
            self.order(AddArea(code=code, name="某地", kind=kind, from_day=SINCE))
        self.appoint(BUILDER, "acceptor", area=CITY)
        for role in ROLES:
            for relation in RELATIONS:
                self.settle(role, relation)
        self.order(self.sender())
        self.appoint("p-city-administrator", "administrator", area=CITY)
        house.catch_up()
        dry = replace(house.gridward, readers=(), desk=DryDesk(self.desk))
        self.app = create_app(dry, sample=True)
        self.client = self.app.test_client(use_cookies=False)
        self.spot = Place(lon_e6=117_200_000, lat_e6=39_100_000)
        self.photos = house.gridward.photos
        self.photo = self.photos.take_in(jpeg(), by=BUILDER)

    # people

    def settle(self, role, relation):
        where = {"area": (MEMBERS_POSTS if role == "grid_member" else POSTS)[relation]}
        if role == "handler":
            where = {"unit": self.found(unit_at(relation), POSTS[relation])}
        self.appoint(handle_of(role, relation), role, **where)

    def found(self, code, area):
        self.order(FoundUnit(code=code, name="某单位", kind="roads", area=area, from_day=SINCE))
        self.order(AnswerFor(code=code, categories=("01",), from_day=SINCE))
        return code

    def sender(self):
        return RegisterSender(
            code="device-1",
            title="某设备",
            handle=handle_of("acceptor", "own"),
            role="acceptor",
            channel="device",
            area=STREET,
            categories=("01",),
            expires_at=self.clock() + timedelta(days=300),
            secret=self.words("whsec_secret"),
        )

    def appoint(self, handle, role, **where):
        self.order(EnrolPerson(handle=handle, name="某某", key=uuid4().bytes * 2))
        self.order(GrantRole(handle=handle, role=role, from_day=SINCE, **where))
        give_key(self.desk, handle, role, area=CITY, at=self.clock())

    def order(self, command, who=OPERATOR, role=OPERATOR, area=CITY):
        return self.desk.do(command, self.act(who, role, area)).stream

    def act(self, who, role, area=CITY):
        return Act(person=who, role=role, area=area, command_id=str(uuid4()), at=self.clock())

    def session(self, handle, role):
        if (handle, role) not in self.sessions:
            self.sessions[handle, role] = self.new_session(handle, role)
        return self.sessions[handle, role]

    def new_session(self, handle, role):
        with self.app.app_context():
            epoch = account_of(handle).epoch
        return self.house.gridward.sessions.begin(
            handle=handle, role=role, epoch=epoch, factor=True, at=self.clock()
        )

    # asking

    def ask(self, method, path, who, **sent):
        """Ask the API by the person's key, a page by the person's session."""
        handle, role = who
        headers = sent.pop("headers", {})
        if path.startswith("/api/"):
            headers |= header_of(handle, role)
            headers["Idempotency-Key"] = str(uuid4())
        else:
            headers["Cookie"] = f"{COOKIE}={self.session(handle, role)}; {TOKEN}=form"
            if path.startswith("/account"):  # what is ordered of one's own account ends sessions
                del self.sessions[handle, role]
            if method == "POST" and "data" in sent:
                sent["data"] = {**sent["data"], "token": "form", "key": str(uuid4())}
        return self.client.open(path, method=method, headers=headers, **sent)

    def ask_as_stranger(self, method, path):
        headers = {"Cookie": f"{TOKEN}=form", "Idempotency-Key": str(uuid4())}
        if path.startswith("/api/"):
            return self.client.open(path, method=method, headers=headers)
        form = {"token": "form"} if method == "POST" else None
        return self.client.open(path, method=method, headers=headers, data=form)

    def filled(self, path):
        """Name something that is there in every blank of a route."""
        for name, value in (("<uuid:incident>", self.case("accepting")), ("<code>", STREET),
                            ("<what>", "disable"), ("<uuid:whistle>", uuid4()),
                            ("<int:number>", 1)):  # fmt: skip
            path = path.replace(name, str(value))
        return re.sub(r"<[^>]*>", "x", path)

    # cases

    @cache  # noqa: B019
    def case(self, stage, area=STREET, reporter=BUILDER, unit=SANITATION):
        """A case brought to a stage by its workflow, whoever it takes."""
        return self.brought(stage, area, reporter, unit)

    def brought(self, stage, area, reporter, unit):
        before, step = WAYS[stage]
        if before is None:
            return self.reported(area, reporter)
        incident = self.brought(before, area, reporter, unit)
        self.take(incident, step, unit=unit, area=area)
        return incident

    def reported(self, area, reporter, *, earlier=timedelta()):
        role = "grid_member" if "grid-member" in reporter else "acceptor"
        act, office = self.act(reporter, role, area), self.desk.office
        act = replace(act, at=act.at - earlier)
        command = ReportIncident(
            area=area, category=RUBBISH, source="grid-member", words=WORDS, place=self.spot
        )
        incident = self.ledger.load(Incident, ordered_id(act.at, act.command_id))
        engine = office.engines.for_new(command.workflow, area=area, at=act.at)
        begin(incident, command, office, act, engine, reporter=reporter)
        self.photos.take_in(jpeg(), by=BUILDER)
        self.photos.keep(self.photo, by=BUILDER, of=case_subject(incident.id))
        photos.add(incident, act, picture=self.picture(), kind="before", step=None)
        due = due_of(incident, office.shelf.calendar(incident.course.calendar))
        self.ledger.save(incident, claim=creating(command, act.command_id), due=due)
        return incident.id

    def picture(self):
        return Picture(photo=self.photo, original="0" * 64, width=64, height=48)

    def take(self, incident_id, step, *, unit, area):
        """Take a step as the engine grants it, without asking where the role is held."""
        office = self.desk.office
        incident = self.ledger.load(Incident, incident_id)
        course = incident.course
        engine = office.engines.of(course.workflow, calendar=course.calendar)
        here = [one for one in engine.definition.steps_named(step) if course.stage in one.sources]
        rule = min(here, key=lambda one: "grid_member" not in one.by)
        role = "grid_member" if "grid_member" in rule.by else rule.by[0]
        act = self.act(course.reporter if role == "grid_member" else BUILDER, role, area)
        given = answers_to(engine.definition, rule, unit=unit, leading=self.leading(area))
        rule, granted = engine.grant(step, Scene(incident=incident_id, course=course, act=act))
        move = Move(rule=rule, step=granted, answers=read_answers(engine.definition, rule, given))
        carry_out(move, incident, office, act, engine)
        due = due_of(incident, office.shelf.calendar(incident.course.calendar))
        command = TakeStep(incident=incident_id, step=step, answers=given)
        claim = changing(command, act.command_id, stream=incident_id)
        self.ledger.save(incident, claim=claim, due=due)

    @cache  # noqa: B019
    def leading(self, area):
        """A case reported before all others of an area, for duplicates to follow."""
        return self.reported(area, BUILDER, earlier=timedelta(minutes=5))

    def course(self, case):
        return self.ledger.load(Incident, case).course

    def number(self, case):
        return incident_number(case)

    def words(self, text):
        return Words(text=text, key=self.desk.office.random_key())


def handle_of(role, relation):
    return f"p-{relation}-{role.replace('_', '-')}"


def unit_at(relation):
    return f"unit-{relation}"


def area_for(role, relation):
    """Where the case lies: a street, or for grid members their grid, or the community above it."""
    if role != "grid_member":
        return STREET
    return COMMUNITY if relation == "above" else GRID
