"""Every route of a case, by every role from everywhere, open and ended, own or not."""

from collections.abc import Mapping
from io import BytesIO

import pytest

from tests.city import SANITATION
from tests.web.access.expected_cases import CASES, IN_STAGE, LOOK, ROLES
from tests.web.access.hall import BUILDER, GRID, area_for, handle_of, jpeg, unit_at
from tests.web.access.judging import Ledger, as_unknown, code_of, everybody, is_open

SENT = {"reason": "为了核实"}
PARTS = [{"x": 0, "y": 0, "width": 32, "height": 32}]
BODIES = {
    "calls": {"json": {"words": "还没有水"}},
    "reveal": {"json": {"version": 1, "field": "words", **SENT}},
    "blur": {"json": {"rectangles": PARTS}},
    "original": {"json": SENT},
    "unmerge": {"json": SENT},
    "whistles": {
        "json": {
            "kind": "work",
            "cause": "joint-enforcement",
            "parties": [SANITATION],
            "place": {"lon": 117.2, "lat": 39.1},
        }
    },
}
FORMS = {
    "blur": {"rectangles": "0,0,32,32"},
    "original": SENT,
    "unmerge": SENT,
    "whistles": {"kind": "work", "cause": "joint-enforcement", "party": SANITATION},
    "pass_on": {},
}
REACHED = ("leading-ended", "photo-not-blurred", "not-blurred", "place-missing")


def asked(hall, route, case, who, *, step=""):
    """Send what the route takes, of this case."""
    method, _, path = route.partition(" ")
    number = hall.number(case)
    if "<number>" in path:
        hall.house.catch_up()  # a number is looked up on the board
    for name, value in (("<uuid:incident>", case), ("<photo>", hall.photo), ("<step>", step),
                        ("<number>", number)):  # fmt: skip
        path = path.replace(name, str(value))
    return hall.ask(method, path, who, **sent_to(method, path))


def sent_to(method, path):
    if method == "GET":
        return {}
    word = path.rpartition("/")[2]
    if word == "photos" and path.startswith("/api/"):
        return {"data": jpeg(), "headers": {"Content-Type": "image/jpeg"}}
    if word == "photos":
        return {"data": {"picture": (BytesIO(jpeg()), "a.jpg")}}
    if path.startswith("/api/"):
        return BODIES[word]
    return {"data": dict(FORMS[word])}


def case_of(hall, stage, role, relation, *, own):
    reporter = handle_of(role, relation) if own and role != "handler" else BUILDER
    unit = unit_at(relation) if own and role == "handler" else SANITATION
    return hall.case(stage, area_for(role, relation), reporter, unit)


@pytest.mark.parametrize("route", CASES)
def test_every_route_of_a_case_is_open_to_whom_it_was_written_for(hall, route):
    ledger = Ledger()
    for role, relation in everybody():
        for ended in (False, True):
            for own in (False, True):
                case = case_of(hall, "closed" if ended else "handling", role, relation, own=own)
                answer = asked(hall, route, case, (handle_of(role, relation), role))
                cell = CASES[route][ended][ROLES.index(role)]
                what = (route, role, relation, "ended" if ended else "", "own" if own else "")
                if "/numbers/" in route:
                    answer = Followed(answer, case)
                ledger.note(what, is_open(cell, relation, own=own), answer, reached=REACHED)
    ledger.must_be_as_written()


class Followed:
    """Where a number leads: to its case, or to the board, as one that nobody knows."""

    is_json = False
    headers: Mapping[str, str] = {}

    def __init__(self, answer, case):
        leads = answer.headers.get("Location", "").endswith(str(case))
        self.status_code = 200 if answer.status_code == 303 and leads else 404


@pytest.mark.parametrize("route", IN_STAGE)
def test_what_is_open_in_one_stage_is_so_to_whom_it_was_written_for(hall, route):
    ledger, (stage, cells) = Ledger(), IN_STAGE[route]
    for role, relation in everybody():
        case = case_of(hall, stage, role, relation, own=False)
        answer = asked(hall, route, case, (handle_of(role, relation), role), step="pass_on")
        expected = is_open(cells[ROLES.index(role)], relation, own=False)
        ledger.note((route, role, relation), expected, answer)
    ledger.must_be_as_written()


@pytest.mark.parametrize("route", [one for one in (*CASES, *IN_STAGE) if "/numbers/" not in one])
def test_a_case_out_of_reach_is_answered_as_one_that_is_not_there(hall, route):
    cells, told = 0, []
    for role, relation in everybody():
        if not is_hidden(route, role, relation):
            continue
        case, who = (
            hall.case("handling", area_for(role, relation)),
            (handle_of(role, relation), role),
        )

        def ask(one, who=who):
            return asked(hall, route, one, who, step="pass_on")

        cells += 1
        answer = ask(case)
        if not as_unknown(answer, case, ask):
            told.append((route, role, relation, answer.status_code, code_of(answer)))
    print(f"{cells} cells out of reach told nothing")
    assert not told


def is_hidden(route, role, relation):
    """Whether a case may not be looked at; administrators see who looked at it all the same."""
    by_reveals = route.endswith("/reveals") and role == "administrator"
    seen = is_open(LOOK[ROLES.index(role)], relation, own=False)
    return not seen and not (by_reveals and relation in ("own", "below"))


def test_a_grid_members_own_grid_is_where_the_cases_of_members_lie(hall):
    assert hall.course(hall.case("accepting", area_for("grid_member", "own"))).area == GRID
