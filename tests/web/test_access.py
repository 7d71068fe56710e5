"""The table of who may do what, executed over HTTP against an account written by hand."""

from datetime import timedelta
from itertools import product
from uuid import UUID, uuid4

import pytest

from domain.access.table import TABLE
from domain.kernel.act import OPERATOR, Act
from domain.kernel.codes import AreaCode
from tests.city import (
    CHONGREN,
    CITY,
    DAYINGMEN,
    HEPING,
    HEXI,
    JIANSHAN,
    KAIFENG,
    QUANYECHANG,
    SANITATION,
    XIAOBAILOU,
    grid,
)
from tests.house import open_house
from tests.keys import give_key, header_of
from tests.web.expected_access import EXPECTED, ROLES, WORDS_SEEN
from web.routes import OPEN, ROUTES
from workflows.incident.commands import ReportIncident, TakeStep
from workflows.people.commands import EnrolPerson, GrantRole

LETTERS = "obasf"
AREAS = {
    "grid_member": (KAIFENG, grid(KAIFENG), XIAOBAILOU, CHONGREN, JIANSHAN),
    "handler": (HEPING, XIAOBAILOU, CITY, HEXI, DAYINGMEN),
}
OF_A_STREET = (XIAOBAILOU, grid(KAIFENG), HEPING, QUANYECHANG, DAYINGMEN)
REFUSED = (403, 404)
SOFA = "门口的旧沙发"


def area_of(role, letter):
    """The area that lies so to the post of the role."""
    return AREAS.get(role, OF_A_STREET)[LETTERS.index(letter)]


def as_(role):
    return header_of(handle(role), role)


def handle(role):
    return f"p-one-{role.replace('_', '-')}"


def everywhere(role):
    return f"p-all-{role.replace('_', '-')}"


class Hall:
    """A city with one person in each role, and a case in each area, by people of the whole city."""

    def __init__(self, house):
        self.house = house
        self.client = house.client()
        self.cases: dict[AreaCode, UUID] = {}
        for role in ROLES:
            self.appoint(handle(role), role)
        for role in ("acceptor", "duty_leader", "dispatcher"):
            self.appoint(everywhere(role), role, area=CITY)
        for role, letter in product(ROLES, LETTERS):
            area = area_of(role, letter)
            if area not in self.cases:
                self.cases[area] = self.report(area)
        self.own = {"handler": self.given_to_the_unit(), "grid_member": self.reported_far_off()}
        self.ended = self.report(grid(KAIFENG))
        self.step(self.ended, "refuse", "acceptor", reason="no matter of ours")
        house.catch_up()

    def appoint(self, who, role, area=None):
        key = uuid4().bytes * 2
        self.order(EnrolPerson(handle=who, name="某某", key=key))
        place = {"area": area or self.post(role)} if role != "handler" else {"unit": SANITATION}
        day = self.house.clock().date()
        self.order(GrantRole(handle=who, role=role, from_day=day, **place))
        give_key(self.house.gridward.desk, who, role, area=CITY, at=self.house.clock())

    def post(self, role):
        return area_of(role, "o")

    def order(self, command, who=OPERATOR, role=OPERATOR, area=CITY):
        act = Act(person=who, role=role, area=area, command_id=str(uuid4()), at=self.house.clock())
        answer = self.house.gridward.desk.do(command, act)
        assert answer is not None
        return answer.stream

    def report(self, area, who="p-all-acceptor", role="acceptor"):
        command = ReportIncident(area=area, category="01-02", source="grid-member", words=SOFA)
        return self.order(command, who, role)

    def step(self, case, step, role, **answers):
        order = TakeStep(incident=case, step=step, answers=answers)
        self.order(order, everywhere(role), role)

    def given_to_the_unit(self):
        case = self.report(grid(KAIFENG, 2))
        self.step(case, "pass_on", "acceptor")
        self.step(case, "file", "duty_leader", category="01-02")
        self.step(case, "dispatch", "dispatcher", unit=SANITATION)
        return case

    def reported_far_off(self):
        """Reported by the grid member while serving elsewhere for a day."""
        day = self.house.clock().date()
        who, far = handle("grid_member"), grid(JIANSHAN)
        until = day + timedelta(days=1)
        self.order(GrantRole(handle=who, role="grid_member", area=far, from_day=day, to_day=until))
        case = self.report(far, who, "grid_member")
        self.house.clock.forward(days=1)
        return case

    def get(self, role, path):
        return self.client.get(f"/api/v1{path}", headers=as_(role))

    def is_refused(self, action, role, area):
        answer = ASKED[action](self, role, area)
        assert answer.status_code < 500, answer.json
        assert answer.status_code in (200, 201, *REFUSED), answer.json
        return answer.status_code in REFUSED


def reported(hall, role, area):
    body = {"area": str(area), "category": "01-02", "source": "grid-member"}
    headers = {**as_(role), "Idempotency-Key": str(uuid4())}
    return hall.client.post("/api/v1/incidents", json=body, headers=headers)


ASKED = {
    "look at a case": lambda hall, role, area: hall.get(role, f"/incidents/{hall.cases[area]}"),
    "read a timeline": lambda hall, role, area: hall.get(
        role, f"/incidents/{hall.cases[area]}/timeline"
    ),
    "look at the board": lambda hall, role, area: hall.get(role, f"/incidents?area={area}"),
    "look at indicators": lambda hall, role, area: hall.get(role, f"/indicators?area={area}"),
    "look at durations": lambda hall, role, area: hall.get(role, f"/durations?area={area}"),
    "look at people": lambda hall, role, area: hall.get(role, f"/people?area={area}"),
    "look at units": lambda hall, role, area: hall.get(role, f"/units?area={area}"),
    "look at an area": lambda hall, role, area: hall.get(role, f"/areas/{area}"),
    "list whistles": lambda hall, role, area: hall.get(role, f"/whistles?area={area}"),
    "list senders": lambda hall, role, area: hall.get(role, f"/admin/senders?area={area}"),
    "report": reported,
}


@pytest.fixture(scope="module")
def hall(tmp_path_factory):
    url = f"sqlite:///{tmp_path_factory.mktemp('hall') / 'house.sqlite'}"
    with open_house(url) as house:
        yield Hall(house)


def test_every_cell_is_as_it_was_written_by_hand(hall):
    cells, wrong = 0, []
    for action, row in EXPECTED.items():
        for role, cell in zip(ROLES, row, strict=True):
            for letter in LETTERS:
                cells += 1
                refused = hall.is_refused(action, role, area_of(role, letter))
                if refused == (letter in cell):
                    wrong.append((action, role, letter, "refused" if refused else "open"))
    print(f"{cells} cells of the table were executed over HTTP")
    assert not wrong
    assert cells == len(EXPECTED) * len(ROLES) * len(LETTERS)


@pytest.mark.parametrize("role", ["grid_member", "handler"])
def test_ones_own_matter_is_seen_wherever_it_lies(hall, role):
    assert hall.get(role, f"/incidents/{hall.own[role]}").status_code == 200


@pytest.mark.parametrize("role", ROLES)
def test_words_are_seen_by_those_who_need_them(hall, role):
    if role not in WORDS_SEEN:
        assert hall.get(role, f"/incidents/{hall.ended}").status_code in REFUSED
        return
    while_open, afterwards = WORDS_SEEN[role]
    open_case = hall.own.get(role) or hall.cases[grid(KAIFENG)]
    shown = hall.get(role, f"/incidents/{open_case}").json["words"]
    ended = hall.get(role, f"/incidents/{hall.ended}")

    assert (shown == SOFA) == while_open or role == "grid_member"
    if ended.status_code == 200:
        assert (ended.json["words"] == SOFA) == afterwards


def test_a_handler_sees_the_cases_of_the_own_unit_alone(hall):
    items = hall.get("handler", f"/incidents?area={CITY}").json["items"]

    assert [item["id"] for item in items] == [str(hall.own["handler"])]


def test_a_list_without_an_area_is_of_ones_own(hall):
    found = {item["area"] for item in hall.get("acceptor", "/incidents").json["items"]}

    assert found
    assert all(XIAOBAILOU.covers(type(XIAOBAILOU)(area)) for area in found)


def test_every_route_is_some_action_of_the_table(hall):
    endpoints = {rule.endpoint for rule in hall.house.app.url_map.iter_rules()}

    assert endpoints == set(ROUTES)
    assert set(ROUTES.values()) <= {*TABLE, OPEN}


def test_only_what_is_open_answers_a_stranger(hall):
    for rule in hall.house.app.url_map.iter_rules():
        if ROUTES[rule.endpoint] == OPEN or "GET" not in (rule.methods or ()):
            continue
        values = {name: _some(name) for name in rule.arguments}
        with hall.house.app.test_request_context():
            path = rule.build({**values, **(rule.defaults or {})})
        answer = hall.client.get(path[1])
        # a query that lacks a word is told so before anybody is asked for
        assert answer.status_code in (303, 401, 404, 422), rule


def _some(name):
    known = {"incident": uuid4(), "whistle": uuid4(), "code": str(CITY)}
    return known.get(name, "x")
